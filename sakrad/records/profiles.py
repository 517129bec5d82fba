"""Hiding words in what an organisation says of itself. The words are public at once; a mask lies over their latest version."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Actor, Event
from sakrad.core.i18n import label
from sakrad.core.text import Span, places
from sakrad.directory import commands as directory
from sakrad.directory.models import Municipality, Organisation, ProfileVersion
from sakrad.directory.queries import find_profile_version
from sakrad.records import commands
from sakrad.records.masking import MaskableText
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries import list_masks

KINDS = {TextKind.description: "description", TextKind.added_value: "added_value"}  # and the columns where they lie
WordsMissing = commands.WordsMissing


def list_texts(organisation: Organisation) -> list[MaskableText]:
    """What the organisation says of itself and readers see. No row before it was kept as a version: then nothing is masked."""
    last = find_profile_version(organisation)
    ids = (last.id,) if last else ()
    said = {kind: getattr(organisation, name) for kind, name in KINDS.items()}
    return [MaskableText(kind.value, kind, ids, label(kind), words) for kind, words in said.items() if words]


def mask_profile(
    organisation: Organisation,
    kind: TextKind,
    *,
    words: str,
    span: Span | None,
    ground: MaskGround,
    municipality: Municipality | None,
    actor: Actor | None,
    at: datetime,
) -> list[Mask]:
    """Hide words in every published copy of what the organisation says of itself.

    Args:
        municipality: whose coordinator decides; None: the operator.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
    """
    directory.keep_words(organisation, actor=None, at=at)  # words from before versions were kept
    last = find_profile_version(organisation)
    if last is None:
        raise WordsMissing
    whose = {"organisation_id": organisation.id, "municipality_id": municipality.id if municipality else None}
    source = getattr(last, KINDS[kind])
    return commands.mask_words(kind, [last.id], source, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_profile(organisation: Organisation, mask: Mask, *, municipality: Municipality | None, actor: Actor | None, at: datetime) -> None:
    """Show the words again that the mask hides."""
    whose = {"organisation_id": organisation.id, "municipality_id": municipality.id if municipality else None}
    commands.remove_mask(mask, actor=actor, at=at, **whose)


def carry_masks(event: Event) -> None:
    """What was hidden stays hidden wherever it stands in the organisation's new words: an edit elsewhere in them reveals nothing."""
    versions = sa.select(ProfileVersion).where(ProfileVersion.organisation_id == event.organisation_id)
    found = list(db.session.scalars(versions.order_by(ProfileVersion.id.desc()).limit(2)))
    if len(found) < 2 or found[0].at != event.at:  # something else was changed
        return
    now, before = found
    masks = [(getattr(before, name), mask) for kind, name in KINDS.items() for mask in list_masks(kind, [before.id])]
    hidden = {(text[mask.start : mask.end], mask.ground) for text, mask in masks}
    for kind, name in KINDS.items():
        for words, ground in sorted(hidden):
            for span in places(getattr(now, name), words):
                commands.add_mask(kind, now.id, span, ground=ground, actor=None, at=event.at, organisation_id=event.organisation_id)
