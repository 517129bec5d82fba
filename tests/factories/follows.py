"""Who follows what."""

from __future__ import annotations

from typing import Any

from sakrad.core import clock
from sakrad.core.db import db
from sakrad.notifications.models import Follow, FollowKind, Rhythm, Subscriber
from tests.factories import LONG_AGO, save


def follow(kind: FollowKind, thing: Any, *, email: str = "bevakar@person.example", rhythm: Rhythm = Rhythm.daily, **values: Any) -> Follow:
    """The address follows the row (of a search: its query), confirmed long ago unless told otherwise."""
    subscriber = db.session.query(Subscriber).filter_by(email=email).one_or_none()
    subscriber = subscriber or save(Subscriber(email=email, rhythm=rhythm, created_at=LONG_AGO))
    values = {"confirmed_at": LONG_AGO} | values
    values.setdefault("asked_at", values["confirmed_at"] or clock.now())
    target = thing if isinstance(thing, str) else str(thing.id)
    made: Follow = save(Follow(subscriber_id=subscriber.id, kind=kind, target=target, **values))
    return made
