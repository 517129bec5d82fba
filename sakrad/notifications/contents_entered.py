"""The mail about what was written down for somebody who answered by phone, on paper or at a meeting."""

from __future__ import annotations

from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link
from sakrad.positions import links
from sakrad.positions.models import PositionVersion
from sakrad.positions.queries_transcribed import entry_of


def read_back(told: Told) -> Content:
    """A link to what was written down, never the words themselves."""
    version = db.session.get_one(PositionVersion, told.event.subject_id)
    entry = entry_of(version)
    return from_authority(
        consultation_of(version.position.consultation_id),
        version=version,
        entry=entry,
        url=link("positions_read_back.show", token=links.read_back_token(entry)),
    )
