"""Figures of the queues and the database, for /metrics: counts and sizes, nothing of anybody."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.jobs import Job, JobState
from sakrad.notifications.models import Mail, MailState


def count_mails() -> dict[str, int]:
    """Mails by state; every state is there."""
    counted = db.session.execute(sa.select(Mail.state, sa.func.count()).group_by(Mail.state))
    return {state.value: 0 for state in MailState} | {state.value: count for state, count in counted}


def count_jobs(at: datetime) -> dict[str, int]:
    """Jobs that are due, and those that were given up. Done ones are history."""
    counted = db.session.execute(
        sa.select(Job.state, sa.func.count()).where(Job.state != JobState.done, Job.run_at <= at).group_by(Job.state)
    )
    return {"waiting": 0, "dead": 0} | {state.value: count for state, count in counted}


def oldest_waiting_mail(at: datetime) -> float:
    """How many seconds the mail that has waited longest has been due; 0 when none is."""
    due = db.session.scalar(sa.select(sa.func.min(Mail.next_at)).where(Mail.state == MailState.waiting, Mail.next_at <= at))
    return (at - due).total_seconds() if due is not None else 0.0


def database_bytes() -> int:
    """How large the database is."""
    if db.engine.dialect.name == "postgresql":
        return db.session.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0
    pages, size = (db.session.scalar(sa.text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
    return int(pages) * int(size)


def connections() -> dict[str, int]:
    """Of this process's pool: in use, and idle."""
    pool = db.engine.pool
    if not isinstance(pool, sa.QueuePool):
        return {}
    return {"used": pool.checkedout(), "idle": pool.checkedin()}
