"""Återta: the organisation takes back what it has sent. Marked, never erased; staff see the text still."""

from __future__ import annotations

from datetime import datetime

from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.positions import lifecycle_received as lifecycle
from sakrad.positions import queries_received as queries
from sakrad.positions.models import Position


def withdraw_position(position: Position, *, actor: Actor | None, at: datetime) -> None:
    """Take the answer back: its words leave the web at once, and it counts as no answer. A new version, while open, lifts it.

    Raises:
        Blocked: it does not stand any more, or the organisation's rule wants an approver and none is known.
    """
    refuse_unless_clear(lifecycle.blockers_to_withdraw(queries.standing_of(position, actor)))
    position.withdrawn_at = at
    position.published = None
    for version in position.versions:
        if version.is_view:  # what was said at a meeting is not taken back by taking back what was written
            continue
        version.withdrawn_at = version.withdrawn_at or at
    db.session.flush()
    consultation = position.consultation
    events.record(
        EventName.position_withdrawn,
        at=at,
        actor=actor,
        subject_id=position.id,
        organisation_id=position.organisation_id,
        **consultation.scope,
        version=position.current_id,
    )
