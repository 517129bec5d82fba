"""Work for later, in the same database: leased, retried with back-off, unique by key. Run by `flask worker`."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import Base, UTCDateTime, code, db, transaction

LEASE = timedelta(minutes=5)
TRIES = 8
log = structlog.get_logger()
Handler = Callable[[dict[str, Any], datetime], None]
_handlers: dict[str, Handler] = {}
_long: set[str] = set()
_schedule: list[tuple[str, timedelta]] = []


class JobState(enum.StrEnum):
    waiting = "waiting"
    done = "done"
    dead = "dead"


class Job(Base):
    """One piece of work. `key` keeps the same work from being queued twice."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_due", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # ids and codes
    state: Mapped[JobState] = mapped_column(code(JobState), default=JobState.waiting)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.String(120), default="")  # the exception's class, never its words


def back_off(attempts: int) -> timedelta:
    """How long to wait after the given number of failed tries: 1, 2, 4 … minutes, six hours at most."""
    return min(timedelta(minutes=2 ** max(0, attempts - 1)), timedelta(hours=6))


def handles(kind: str, *, long: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind: it gets payload and time, inside `transaction()`.

    Args:
        long: it takes a while, and opens short transactions of its own, so that nobody waits for the write lock meanwhile.
            It is run again if it is killed, or not done within LEASE: what it has done before must not hurt.
    """

    def decorate(handler: Handler) -> Handler:
        _handlers[kind] = handler
        if long:
            _long.add(kind)
        return handler

    return decorate


def every(kind: str, interval: timedelta) -> None:
    """Have the scheduler queue this kind once per interval (once over all workers: the key holds the period)."""
    if (kind, interval) not in _schedule:
        _schedule.append((kind, interval))


def enqueue(kind: str, key: str, *, at: datetime, **payload: Any) -> None:
    """Queue the job in the present transaction, unless its key was queued before."""
    known = db.session.scalar(sa.select(Job.id).where(Job.key == key))
    if known is None:
        db.session.add(Job(kind=kind, key=key, payload=payload, run_at=at))
        db.session.flush()


def schedule_due(at: datetime) -> None:
    """Queue what the clock asks for. Safe to call from several workers."""
    for kind, interval in _schedule:
        period = int(at.timestamp() // interval.total_seconds())
        try:
            with transaction():
                enqueue(kind, f"{kind}:{period}", at=at)
        except sa.exc.IntegrityError:
            continue  # another worker was first


def run_due(at: datetime, limit: int = 50) -> int:
    """Lease and run what is due, one transaction a job; returns how many ran."""
    ran = 0
    while ran < limit:
        with transaction():
            job_id = _lease(at)
        if job_id is None:
            break
        _run(job_id, at)
        ran += 1
    return ran


def _lease(at: datetime) -> int | None:
    free = sa.or_(Job.leased_until.is_(None), Job.leased_until <= at)
    due = sa.select(Job.id).where(Job.state == JobState.waiting, Job.run_at <= at, free).order_by(Job.run_at, Job.id).limit(1)
    job_id = db.session.scalar(due.with_for_update(skip_locked=True))
    if job_id is not None:
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(leased_until=at + LEASE, attempts=Job.attempts + 1))
    return job_id


def _run(job_id: int, at: datetime) -> None:
    job = db.session.get(Job, job_id)
    if job is None:
        return
    kind, payload, attempts = job.kind, dict(job.payload), job.attempts
    db.session.rollback()
    changes: dict[str, Any] = {"leased_until": None}
    try:
        if kind in _long:
            _handlers[kind](payload, at)
        with transaction():
            if kind not in _long:
                _handlers[kind](payload, at)
            db.session.execute(sa.update(Job).where(Job.id == job_id).values(state=JobState.done, **changes))
        return
    except Exception as error:  # a job's fault is recorded and must not stop the worker
        log.error("job_failed", kind=kind, job=job_id, error=type(error).__name__)
        changes |= {"last_error": type(error).__name__, "run_at": at + back_off(attempts)}
        changes["state"] = JobState.dead if attempts >= TRIES else JobState.waiting
    with transaction():
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(**changes))
