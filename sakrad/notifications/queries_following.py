"""Reads about what an address follows. Only whoever reads its mail, or is signed in with it, gets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from sakrad.accounts.models import User
from sakrad.core import ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.text import address
from sakrad.notifications import links
from sakrad.notifications.models import Follow, FollowKind, Rhythm, Subscriber
from sakrad.notifications.targets import Target, targets_of

IS_ACTIVE = sa.and_(Follow.confirmed_at.is_not(None), Follow.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that an address follows, has followed, or has been asked whether it wants to follow."""

    reference: str
    kind: FollowKind
    target: Target | None  # None: readers may not see it any more
    confirmed_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Following:
    """All of one address."""

    email: str
    token: str
    rhythm: Rhythm
    waiting: Sequence[Followed]
    active: Sequence[Followed]
    ended: Sequence[Followed]


def get_subscriber(token: str) -> Subscriber:
    """The address whose link it is; locked when writing.

    Raises:
        Missing: the token is false, or the address has been forgotten.
    """
    statement = sa.select(Subscriber).where(Subscriber.reference == ids.reference_in(token)).options(selectinload(Subscriber.follows))
    subscriber = db.session.scalar(locked(statement, Subscriber))
    if subscriber is None or not links.is_true(token, subscriber):
        raise Missing("subscriber")
    return subscriber


def get_follow(token: str, reference: str) -> Follow:
    """One of the things that the address follows, or has followed.

    Raises:
        Missing: the token is false, or it is another address's.
    """
    found = [follow for follow in get_subscriber(token).follows if follow.reference == reference]
    if not found:
        raise Missing("follow")
    return found[0]


def find_subscriber(email: str) -> Subscriber | None:
    """The address's own row, however it is written; locked when writing."""
    statement = sa.select(Subscriber).where(Subscriber.email == written(email)).options(selectinload(Subscriber.follows))
    return db.session.scalar(locked(statement, Subscriber))


def find_own(user: User) -> Subscriber | None:
    """What the signed-in user's own address follows, with the account or from before there was one."""
    return find_subscriber(user.email)


def written(email: str) -> str:
    """How an address is kept: one way, so that it is one address."""
    return address(email)


def following(subscriber: Subscriber) -> Following:
    """What its page shows."""
    targets = targets_of(subscriber.follows)
    rows = [
        Followed(one.reference, one.kind, targets.get((one.kind, one.target)), one.confirmed_at, one.ended_at) for one in subscriber.follows
    ]
    return Following(
        email=subscriber.email,
        token=links.token_of(subscriber),
        rhythm=subscriber.rhythm,
        waiting=[row for row in rows if row.confirmed_at is None and row.ended_at is None],
        active=[row for row in rows if row.confirmed_at is not None and row.ended_at is None],
        ended=[row for row in rows if row.ended_at is not None],
    )
