"""Writes about mergers in the directory itself: who is whose heir. Called by operations, which asks first whether it may be.

The merged organisation's row stays with its name, its former names and its verifications: readers find them under the heir.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.events import Actor, EventName, record
from sakrad.directory.models import Merger, MergerSide, Organisation


def point_to_heir(organisation: Organisation, heir: Organisation, *, actor: Actor | None, at: datetime) -> Merger:
    """Readers find the organisation under its heir from now on, and those merged into it earlier too. Both are told by mail."""
    merger = db.session.scalar(sa.select(Merger).where(Merger.organisation_id == organisation.id))
    if merger is None:
        merger = Merger(organisation=organisation)
        db.session.add(merger)
    merger.heir, merger.at, merger.by_id = heir, at, actor.id if actor else None
    merger.reference = ids.reference()
    merger.undone_at = merger.accepted_at = merger.heir_accepted_at = None
    organisation.heir, organisation.merged_at = heir, at
    _repoint(organisation, heir)
    db.session.flush()
    for side in MergerSide:  # one event for each, so that both are told though they may share an address
        record(
            EventName.organisations_merged,
            at=at,
            actor=actor,
            subject_id=merger.id,
            organisation_id=merger.of(side).id,
            side=side.value,
        )
    return merger


def take_back(merger: Merger, *, actor: Actor | None, at: datetime) -> None:
    """It was a mistake: each is itself again, under its own address."""
    organisation = merger.organisation
    organisation.heir = organisation.merged_at = None
    earlier = sa.select(Merger.organisation_id).where(Merger.heir_id == organisation.id, Merger.undone_at.is_(None))
    db.session.execute(sa.update(Organisation).where(Organisation.id.in_(earlier)).values(heir_id=organisation.id))
    merger.undone_at = at
    db.session.flush()
    for side in MergerSide:
        record(EventName.organisations_unmerged, at=at, actor=actor, subject_id=merger.id, organisation_id=merger.of(side).id)


def note_acceptance(merger: Merger, side: MergerSide, *, at: datetime) -> bool:
    """One side accepts; False when it had done so already."""
    if side is MergerSide.merged and merger.accepted_at is None:
        merger.accepted_at = at
    elif side is MergerSide.heir and merger.heir_accepted_at is None:
        merger.heir_accepted_at = at
    else:
        return False
    db.session.flush()
    record(EventName.merger_accepted, at=at, subject_id=merger.id, organisation_id=merger.of(side).id, side=side.value)
    return True


def hand_down(merger: Merger) -> None:
    """Both have accepted: mail about what the merged one has sent goes to the heir, which gets its number if it has none."""
    organisation, heir = merger.organisation, merger.heir
    db.session.execute(sa.update(Merger).where(Merger.heir_id == organisation.id, Merger.undone_at.is_(None)).values(heir_id=heir.id))
    number = organisation.org_number
    if heir.org_number is None and number is not None:
        organisation.org_number = None
        db.session.flush()  # the number is unique: given up before it is taken
        heir.org_number = number
    organisation.email = heir.email
    db.session.flush()


def _repoint(organisation: Organisation, heir: Organisation) -> None:
    """No chains: those that had come to the organisation have the same heir as it has."""
    db.session.execute(sa.update(Organisation).where(Organisation.heir_id == organisation.id).values(heir_id=heir.id))
