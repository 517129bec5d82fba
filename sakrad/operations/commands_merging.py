"""Merging duplicates: the operator merges, both organisations accept; until one has, the operator can take it back.

From the merger on, readers find the organisation under its heir, and its drafts are sealed. When both have accepted, its
drafts, members and open invitations are the heir's. What it has sent stays its own, with the name and verification of
its day: where the heir has answered the same consultation too, both answers stay, and each counts under its own name.
"""

from __future__ import annotations

from datetime import datetime

from sakrad.accounts import commands_merging as accounts
from sakrad.consultations.commands import merging as consultations
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.directory import commands_merging as directory
from sakrad.directory.models import Merger, MergerSide, Organisation
from sakrad.directory.queries_merging import find_merger
from sakrad.operations import lifecycle, queries_merging
from sakrad.positions.commands import merging as positions


def merge_organisations(organisation: Organisation, heir: Organisation, *, actor: Actor | None, at: datetime) -> Merger:
    """Merge a duplicate into its heir. Done again, it changes nothing and tells nobody.

    Raises:
        Blocked: with every reason.
    """
    present = find_merger(organisation)
    if present is not None and organisation.heir_id == heir.id:
        return present
    refuse_unless_clear(lifecycle.blockers_to_merge(queries_merging.merge_facts(organisation, heir)))
    merger = directory.point_to_heir(organisation, heir, actor=actor, at=at)
    positions.seal_drafts(organisation, at=at)
    return merger


def unmerge_organisations(merger: Merger, *, actor: Actor | None, at: datetime) -> None:
    """Take a mistaken merger back, before either side has accepted it: everything is as it was.

    Raises:
        Blocked: a side has accepted, or the heir has been merged in its turn.
    """
    refuse_unless_clear(lifecycle.blockers_to_unmerge(queries_merging.merger_facts(merger)))
    positions.unseal_drafts(merger.organisation)
    directory.take_back(merger, actor=actor, at=at)


def accept_merger(merger: Merger, side: MergerSide, *, at: datetime) -> None:
    """One side accepts; with the second, what was the merged one's own becomes the heir's. Said twice, the first holds.

    Raises:
        Blocked: the merger has been taken back.
    """
    refuse_unless_clear(lifecycle.blockers_to_accept(queries_merging.merger_facts(merger)))
    if directory.note_acceptance(merger, side, at=at) and merger.in_force:
        _join(merger, at=at)


def _join(merger: Merger, *, at: datetime) -> None:
    """What was the merged one's own becomes the heir's."""
    organisation, heir = merger.organisation, merger.heir
    for one in (organisation, heir):  # before their invitations, as whoever comes by a link holds them
        db.session.refresh(one, with_for_update={"key_share": True})
    answered = queries_merging.list_answered(organisation)
    consultations.move_invitations(organisation, heir, besides=answered, at=at)
    positions.move_drafts(organisation, heir, at=at)
    accounts.move_members(organisation, heir, at=at)
    directory.hand_down(merger)
