"""Who is asked whether they want to follow something. See recipients.py."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.notifications.models import Follow, Subscriber


def who_is_to_confirm_following(event: Event) -> Iterable[str]:
    """The address that somebody typed; whoever reads it decides."""
    asked = sa.select(Subscriber.email).join(Follow, Follow.subscriber_id == Subscriber.id)
    return db.session.scalars(asked.where(Follow.id == event.subject_id, Follow.ended_at.is_(None)))
