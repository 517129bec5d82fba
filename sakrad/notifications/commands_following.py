"""To be told: asking, confirming, changing how often, stopping, and being forgotten afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.core import events, ids
from sakrad.core.db import AGAIN, db, insert
from sakrad.core.errors import Blocked, Blocker
from sakrad.core.events import Actor, Event, EventName, record
from sakrad.notifications import queries_news, searches
from sakrad.notifications.models import BarredAddress, Follow, FollowKind, Mail, MailKind, Notification, Rhythm, Subscriber
from sakrad.notifications.queries_following import IS_ACTIVE, find_subscriber, written
from sakrad.notifications.targets import Target

FORGET_UNCONFIRMED, FORGET_ENDED = timedelta(days=7), timedelta(days=30)
MOST = 50  # things that an address follows
MOST_WAITING, MOST_ASKED = 3, 3  # things that wait for an address's yes, and mails a day that ask for it: anybody may type an address
A_DAY = timedelta(days=1)
OWN_MAILS = (MailKind.news, MailKind.confirm_follow)


def ask_to_follow(target: Target, *, email: str, at: datetime) -> Follow | None:
    """Somebody has typed an address: a mail asks whoever reads it. Pressed twice it is asked once. Nothing else changes.

    None, and nothing at all, when the address has said never again, or enough waits for its yes already.
    """
    if db.session.get(BarredAddress, barred_as(email)) is not None:
        return None
    subscriber = _subscriber(email, at)
    follow = _find_follow(subscriber, target)
    if follow is None or follow.ended_at is not None:
        if sum(one.confirmed_at is None and one.ended_at is None for one in subscriber.follows) >= MOST_WAITING:
            return None
        follow = follow or _add_follow(subscriber, target, at)
        follow.confirmed_at = follow.ended_at = None
        follow.asked_at = at  # and not when it is asked for again: it is forgotten by the first time
        db.session.flush()
    asked = _list_asked(subscriber, at)
    if len(asked) < MOST_ASKED and not any(one.subject_id == follow.id and at - one.at < AGAIN for one in asked):
        record(EventName.follow_asked, at=at, subject_id=follow.id)
    return follow


def _list_asked(subscriber: Subscriber, at: datetime) -> Sequence[Event]:
    """The mails of the last day that ask the address whether it wants to follow something."""
    asked = sa.select(Event).where(Event.name == EventName.follow_asked, Event.at > at - A_DAY)
    return db.session.scalars(asked.where(Event.subject_id.in_([follow.id for follow in subscriber.follows]))).all()


def follow_as(user: User, target: Target, *, at: datetime) -> Follow:
    """The address of an account is proved already: it follows at once."""
    _unbar(user.email)
    subscriber = _subscriber(user.email, at)
    subscriber.user_id = user.id
    follow = _find_follow(subscriber, target) or _add_follow(subscriber, target, at)
    db.session.flush()
    start_following(follow, actor=user, at=at)
    return follow


def start_following(follow: Follow, *, actor: Actor | None, at: datetime) -> None:
    """Confirm what was asked, or begin again with what has ended. From now on: what happened before is not told.

    Raises:
        Blocked: the address follows as much as can be followed.
    """
    if follow.confirmed_at is not None and follow.ended_at is None:
        return
    if sum(one.confirmed_at is not None and one.ended_at is None for one in follow.subscriber.follows) >= MOST:
        raise Blocked([Blocker("follows_too_many", {"most": MOST})])
    follow.confirmed_at, follow.ended_at = at, None
    follow.looked_at = at if follow.kind is FollowKind.search else None
    record(EventName.follow_confirmed, at=at, actor=actor, subject_id=follow.id)


def end_follow(follow: Follow, *, actor: Actor | None, at: datetime, why: str = "asked") -> None:
    """Stop telling of one thing. Twice changes nothing."""
    if follow.ended_at is not None:
        return
    follow.ended_at = at
    record(EventName.follow_ended, at=at, actor=actor, subject_id=follow.id, why=why)


def end_all(subscriber: Subscriber, *, actor: Actor | None, at: datetime, why: str = "asked") -> None:
    """Stop telling the address of anything."""
    for follow in subscriber.follows:
        end_follow(follow, actor=actor, at=at, why=why)


def bar_address(subscriber: Subscriber, *, at: datetime) -> None:
    """Never again: the address is forgotten, and what is kept says no more than that it is not to be written to when it is typed."""
    end_all(subscriber, actor=None, at=at, why="barred")
    db.session.execute(insert(BarredAddress).values(digest=barred_as(subscriber.email), barred_at=at).on_conflict_do_nothing())
    db.session.execute(sa.delete(Follow).where(Follow.subscriber_id == subscriber.id))
    db.session.expire(subscriber, ["follows"])
    _forget(subscriber)
    db.session.flush()


def barred_as(email: str) -> str:
    """What is kept of an address that is not to be written to: only this installation can tell whether another one is the same."""
    return ids.derived("barred", written(email))


def _unbar(email: str) -> None:
    """Whoever is signed in with the address has asked to be told after all."""
    db.session.execute(sa.delete(BarredAddress).where(BarredAddress.digest == barred_as(email)))


def set_rhythm(subscriber: Subscriber, rhythm: Rhythm, *, actor: Actor | None, at: datetime) -> None:
    """How often; what waits to be told comes with the new rhythm too."""
    if subscriber.rhythm is rhythm:
        return
    subscriber.rhythm = rhythm
    record(EventName.follow_changed, at=at, actor=actor, subject_id=subscriber.id, rhythm=rhythm.value)
    for waiting, event in db.session.execute(
        sa.select(Notification, Event)
        .join(Event, Event.id == Notification.event_id)
        .where(Notification.recipient == subscriber.email, Notification.kind == MailKind.news, Notification.mail_id.is_(None))
    ):
        waiting.due_at = queries_news.due_of(event, rhythm, at)
    db.session.flush()


def end_bounced(mail_id: int, at: datetime) -> None:
    """A mail about what an address follows came back for good: it gets no more of them."""
    recipient = db.session.scalar(
        sa.select(Notification.recipient).where(Notification.mail_id == mail_id, Notification.kind.in_(OWN_MAILS)).limit(1)
    )
    subscriber = find_subscriber(recipient) if recipient else None
    if subscriber is not None:
        end_all(subscriber, actor=None, at=at, why="bounced")


def look_for_new(follow_id: int, at: datetime) -> bool:
    """Make a followed search again, and record that it has found something since it was last made."""
    follow = db.session.scalar(sa.select(Follow).where(Follow.id == follow_id, IS_ACTIVE).with_for_update())
    if follow is None or follow.looked_at is None or follow.looked_at >= at:
        return False
    since, follow.looked_at = follow.looked_at, at
    found = searches.count_new(follow.target, since, at) > 0
    if found:
        record(EventName.search_found, at=at, subject_id=follow.id, since=since.isoformat(), until=at.isoformat())
    db.session.flush()
    return found


def forget_follows(at: datetime) -> None:
    """Delete what nobody confirmed or has long ended, and the address itself, also in the ledger, when nothing is left."""
    stale = sa.or_(
        sa.and_(Follow.confirmed_at.is_(None), Follow.asked_at < at - FORGET_UNCONFIRMED),
        Follow.ended_at < at - FORGET_ENDED,
    )
    db.session.execute(sa.delete(Follow).where(stale).execution_options(synchronize_session=False))
    left = sa.exists().where(Follow.subscriber_id == Subscriber.id)
    for subscriber in db.session.scalars(sa.select(Subscriber).where(~left)).all():
        _forget(subscriber)
    db.session.flush()


def _forget(subscriber: Subscriber) -> None:
    """Delete an address that follows nothing, and its mails."""
    email = subscriber.email
    db.session.delete(subscriber)
    own = sa.and_(Notification.recipient == email, Notification.kind.in_(OWN_MAILS))
    mails = db.session.scalars(sa.select(Notification.mail_id).where(own, Notification.mail_id.is_not(None)).distinct()).all()
    db.session.execute(sa.delete(Notification).where(own).execution_options(synchronize_session=False))
    db.session.execute(sa.delete(Mail).where(Mail.id.in_(mails)).execution_options(synchronize_session=False))


def _subscriber(email: str, at: datetime) -> Subscriber:
    """The address's row, locked; made where there is none, also by two who ask at the same time."""
    new = {"reference": ids.reference(), "email": written(email), "rhythm": Rhythm.daily, "created_at": at}
    db.session.execute(insert(Subscriber).values(new).on_conflict_do_nothing(index_elements=[Subscriber.email]))
    found = find_subscriber(email)
    assert found is not None
    return found


def _find_follow(subscriber: Subscriber, target: Target) -> Follow | None:
    return next((one for one in subscriber.follows if (one.kind, one.target) == (target.kind, target.key)), None)


def _add_follow(subscriber: Subscriber, target: Target, at: datetime) -> Follow:
    made = Follow(kind=target.kind, target=target.key, asked_at=at)
    subscriber.follows.append(made)
    return made


@events.after(EventName.address_changed)
def take_new_address_along(event: Event) -> None:
    """An account that has a new address is told there; what that address followed before is joined with it."""
    subscriber = db.session.scalar(sa.select(Subscriber).where(Subscriber.user_id == event.subject_id))
    email = db.session.scalar(sa.select(User.email).where(User.id == event.subject_id))
    if subscriber is None or email is None or subscriber.email == written(email):
        return
    _unbar(email)
    if (held := find_subscriber(email)) is not None:
        _join(held, subscriber)
    waiting = sa.and_(Notification.recipient == subscriber.email, Notification.kind == MailKind.news, Notification.mail_id.is_(None))
    told = sa.select(Notification.event_id).where(Notification.recipient == written(email), Notification.kind == MailKind.news)
    for change in (
        sa.delete(Notification).where(waiting, Notification.event_id.in_(told)),
        sa.update(Notification).where(waiting).values(recipient=written(email)),
    ):
        db.session.execute(change.execution_options(synchronize_session=False))
    subscriber.email = written(email)
    subscriber.reference = ids.reference()  # what was mailed to the old address does not open the page of the new one
    db.session.flush()


def _join(held: Subscriber, subscriber: Subscriber) -> None:
    """Make all that `held` follows the subscriber's; of what both have had, what goes on goes on."""
    mine = {(follow.kind, follow.target): follow for follow in subscriber.follows}
    for follow in list(held.follows):
        own = mine.get((follow.kind, follow.target))
        if own is None:
            follow.subscriber = subscriber
            continue
        if follow.confirmed_at is not None and follow.ended_at is None:
            own.confirmed_at, own.ended_at, own.looked_at = own.confirmed_at or follow.confirmed_at, None, follow.looked_at
        db.session.delete(follow)
    db.session.flush()
    db.session.expire(held, ["follows"])
    db.session.delete(held)
    db.session.flush()
