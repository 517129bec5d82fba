"""What the operator sees: counts, states and codes. No draft, no subject, no body, no whole address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import paging
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.events import Delivery
from sakrad.core.jobs import Job, JobState
from sakrad.directory.models import Municipality
from sakrad.notifications.models import Heartbeat, Mail, MailKind, MailState, Notification

ALIVE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Overview:
    """How it goes, at the instant."""

    worker_at: datetime | None
    worker_alive: bool
    events_waiting: int
    events_failing: int  # tried before, and waiting for the next try
    mails_waiting: int
    mails_failing: int
    mails_sending: int
    mails_dead: int
    jobs_waiting: int
    jobs_dead: int
    municipalities: int  # switched on


def get_overview(at: datetime) -> Overview:
    """Everything on the operator's first page, in one statement."""
    waiting = Mail.state == MailState.waiting
    last = sa.select(sa.func.max(Heartbeat.at)).scalar_subquery()
    row = db.session.execute(
        sa.select(
            last.label("worker_at"),
            _count(Delivery.event_id).label("events_waiting"),
            _count(Delivery.event_id, Delivery.attempts > 0).label("events_failing"),
            _count(Mail.id, waiting).label("mails_waiting"),
            _count(Mail.id, waiting, Mail.attempts > 0).label("mails_failing"),
            _count(Mail.id, Mail.state == MailState.sending).label("mails_sending"),
            _count(Mail.id, Mail.state == MailState.dead).label("mails_dead"),
            _count(Job.id, Job.state == JobState.waiting, Job.run_at <= at).label("jobs_waiting"),
            _count(Job.id, Job.state == JobState.dead).label("jobs_dead"),
            _count(Municipality.id, Municipality.active).label("municipalities"),
        )
    ).one()
    return Overview(worker_alive=is_alive(row.worker_at, at), **row._mapping)


def _count(column: Any, *conditions: Any) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(column)).where(*conditions).scalar_subquery()


def is_alive(worker_at: datetime | None, at: datetime) -> bool:
    """Whether a worker has gone its round lately."""
    return worker_at is not None and at - worker_at < ALIVE


def find_heartbeat() -> datetime | None:
    """When a worker last went its round."""
    return db.session.scalar(sa.select(sa.func.max(Heartbeat.at)))


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A mail that did not leave: kind, state and code. Of the address only what says whose server refused it."""

    reference: str
    kind: MailKind
    domain: str
    attempts: int
    code: int | None
    error: str
    created_at: datetime


def list_dead_letters(page: int) -> tuple[list[DeadLetter], int]:
    """A page of dead letters, newest first, and how many pages there are."""
    dead = Mail.state == MailState.dead
    total = db.session.scalar(sa.select(sa.func.count(Mail.id)).where(dead)) or 0
    pages = paging.page_count(total)
    kind = sa.select(sa.func.min(Notification.kind)).where(Notification.mail_id == Mail.id).scalar_subquery()
    rows = db.session.execute(
        sa.select(Mail.message_id, kind.label("kind"), Mail.recipient, Mail.attempts, Mail.last_code, Mail.last_error, Mail.created_at)
        .where(dead)
        .order_by(Mail.id.desc())
        .limit(paging.PAGE)
        .offset((min(page, pages) - 1) * paging.PAGE)
    )
    letters = [
        DeadLetter(
            reference=reference_of(row.message_id),
            kind=MailKind(row.kind),
            domain=row.recipient.rpartition("@")[2],
            attempts=row.attempts,
            code=row.last_code,
            error=row.last_error,
            created_at=row.created_at,
        )
        for row in rows
    ]
    return letters, pages


def reference_of(message_id: str) -> str:
    """A mail's public name: its Message-ID without the host."""
    return message_id.strip("<>").partition("@")[0]


def get_mail(reference: str) -> Mail:
    """The mail with the public name, locked when writing.

    Raises:
        Missing: there is none.
    """
    statement = sa.select(Mail).where(Mail.message_id.startswith(f"<{reference}@", autoescape=True))
    mail = db.session.scalar(locked(statement, Mail))
    if mail is None:
        raise Missing("mail")
    return mail


def list_dead_mail() -> list[Mail]:
    """Every dead mail, locked when writing."""
    return list(db.session.scalars(locked(sa.select(Mail).where(Mail.state == MailState.dead).order_by(Mail.id), Mail)))
