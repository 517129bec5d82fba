"""From event to mail: each event's delivery is claimed, turned into notifications, and these are gathered into mails.

Every step is one short transaction, so that a worker may be killed between any two of them: what was not committed is
done again, and what was is unique by its key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog
from flask import current_app

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import db, insert, transaction
from sakrad.core.events import Delivery, Event
from sakrad.core.jobs import back_off
from sakrad.notifications.models import GATHERED, Mail, MailKind, Notification
from sakrad.notifications.queries_news import when_due
from sakrad.notifications.recipients import RECIPIENTS, recipients_of

LEASE = timedelta(minutes=5)
ROWS = 1000  # inserted in one statement: databases bound how many values it may hold
BATCH = 200  # events fanned out, or notifications gathered, in one transaction
AT_ONCE, PACE = 200, timedelta(milliseconds=100)  # mails due at once, and how far apart the rest of a round's are
log = structlog.get_logger()


def fan_out(at: datetime) -> int:
    """Turn every waiting event into notifications; returns how many events were fanned out.

    Many in one transaction, since thousands of invitations would otherwise take minutes to begin to leave; where one of
    them fails, each on its own.
    """
    _drop_silent()
    count = 0
    while True:
        try:
            with transaction():
                done = _notify_free(at)
        except Exception as error:  # whichever it is, it is found below
            log.warning("fan_out_one_by_one", error=type(error).__name__)
            done = _one_by_one(at)
        if not done:
            return count
        count += done


def _notify_free(at: datetime) -> int:
    """Fan out as many free events as fit in one transaction, the oldest first. Killed in the middle, it has done nothing."""
    free = sa.select(Delivery.event_id).where(_is_free(at)).order_by(Delivery.event_id).limit(BATCH)
    waiting = db.session.scalars(free.with_for_update(skip_locked=True)).all()
    for event_id in waiting:
        _notify(event_id, at)
    return len(waiting)


def _one_by_one(at: datetime) -> int:
    """Fan out every free event on its own, so that one bad event does not stop the others; it is tried again later."""
    count = 0
    while (event_id := _claim(at)) is not None:
        try:
            with transaction():
                _notify(event_id, at)
            count += 1
        except Exception as error:
            log.error("fan_out_failed", event_id=event_id, error=type(error).__name__)
    return count


def _is_free(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(Delivery.claimed_until.is_(None), Delivery.claimed_until <= at)


def _drop_silent() -> None:
    """Events of which nobody is told need no delivery."""
    silent = sa.select(Event.id).where(Event.name.not_in([name.value for name in RECIPIENTS]))
    if db.session.scalar(sa.select(sa.exists().where(Delivery.event_id.in_(silent)))):
        with transaction():
            db.session.execute(sa.delete(Delivery).where(Delivery.event_id.in_(silent)).execution_options(synchronize_session=False))


def _claim(at: datetime) -> int | None:
    """Lease the oldest free delivery; a failed one waits longer each time."""
    free = _is_free(at)
    with transaction():
        waiting = sa.select(Delivery.event_id, Delivery.attempts).where(free).order_by(Delivery.event_id).limit(1)
        row = db.session.execute(waiting.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        until = at + max(LEASE, back_off(row.attempts + 1))
        claimed: Any = db.session.execute(
            sa.update(Delivery)
            .where(Delivery.event_id == row.event_id, free)
            .values(claimed_until=until, attempts=Delivery.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return row.event_id if claimed.rowcount else None


def _notify(event_id: int, at: datetime) -> None:
    """Insert the event's notifications and take away its delivery, in the caller's transaction."""
    event = db.session.get_one(Event, event_id)
    gone: Any = db.session.execute(sa.delete(Delivery).where(Delivery.event_id == event_id))
    if not gone.rowcount:
        return  # another worker took over when our lease had passed
    told = recipients_of(event)
    due = when_due(event, [address for kind, address in told if kind == MailKind.news], at)
    rows = [
        {
            "event_id": event_id,
            "recipient": address,
            "kind": kind,
            "created_at": at,
            "due_at": due.get(address) if kind == MailKind.news else None,
        }
        for kind, address in told
    ]
    for first in range(0, len(rows), ROWS):
        db.session.execute(insert(Notification).values(rows[first : first + ROWS]).on_conflict_do_nothing())


def gather(at: datetime) -> int:
    """Put waiting notifications into mails: public news of one authority together, all else one each. Returns the mails.

    What somebody follows is one mail for all that is due. Thousands at once are spread out, so that a receipt that comes in
    the meantime does not wait behind them all.
    """
    made = 0
    while True:
        with transaction():
            waiting = _waiting()
            for _, group in groupby(waiting, key=_belongs_with):
                _make_mail([row.id for row in group], at + PACE * max(0, made - AT_ONCE))
                made += 1
        if len(waiting) < BATCH:
            return made + _gather_followed(at, made)


def _gather_followed(at: datetime, before: int) -> int:
    """One mail for all that is due to each address that follows something. `before`: the round's mails so far."""
    due = sa.and_(
        Notification.kind == MailKind.news, Notification.mail_id.is_(None), sa.or_(Notification.due_at.is_(None), Notification.due_at <= at)
    )
    made = 0
    while True:
        with transaction():
            addresses = db.session.scalars(
                sa.select(Notification.recipient).where(due).distinct().order_by(Notification.recipient).limit(BATCH)
            ).all()
            done = 0
            for address in addresses:
                mine = sa.select(Notification.id).where(due, Notification.recipient == address).order_by(Notification.id)
                if numbers := list(db.session.scalars(mine.with_for_update(skip_locked=True))):
                    _make_mail(numbers, at + PACE * max(0, before + made + done - AT_ONCE))
                    done += 1
        made += done
        if not done:  # none is left, or another worker holds them
            return made


def _waiting() -> list[Any]:
    authority = sa.func.coalesce(Event.authority_id, Consultation.authority_id).label("authority_id")
    statement = (
        sa.select(Notification.id, Notification.recipient, Notification.kind, authority)
        .join(Event, Event.id == Notification.event_id)
        .outerjoin(Consultation, Consultation.id == Event.consultation_id)
        .where(Notification.mail_id.is_(None), Notification.kind != MailKind.news)
        .order_by(Notification.id)
        .limit(BATCH)
        .with_for_update(of=Notification, skip_locked=True)
    )
    return sorted(db.session.execute(statement), key=lambda row: (_belongs_with(row), row.id))


def _belongs_with(row: Any) -> tuple[str, str, int, int]:
    """What is told in one mail: the same news to the same address, from the mailbox that answers are sent to."""
    return (row.recipient, row.kind, row.authority_id or 0, 0 if row.kind in GATHERED else row.id)


def _make_mail(notification_ids: list[int], due: datetime) -> None:
    recipient = db.session.scalar(sa.select(Notification.recipient).where(Notification.id == notification_ids[0])) or ""
    mail = Mail(message_id=message_id_for(recipient, notification_ids), recipient=recipient, next_at=due, created_at=due)
    db.session.add(mail)
    db.session.flush()
    db.session.execute(
        sa.update(Notification)
        .where(Notification.id.in_(notification_ids), Notification.mail_id.is_(None))
        .values(mail_id=mail.id)
        .execution_options(synchronize_session=False)
    )


def message_id_for(recipient: str, notification_ids: Iterable[int]) -> str:
    """The same for the same recipient and content, however often it is sent; nobody else can guess it, and so report it as bounced."""
    host = urlsplit(current_app.config["SETTINGS"].public_url).hostname or "localhost"
    return f"<{ids.derived('message', recipient, *sorted(notification_ids))[:40]}@{host}>"
