"""Masks over what an organisation says of itself follow its words from version to version."""

from __future__ import annotations

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.core.text import places
from sakrad.directory.models import ProfileVersion
from sakrad.records import commands
from sakrad.records.queries import list_masks
from sakrad.records.queries_profiles import KINDS


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
