"""Housekeeping that the clock asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import jobs, limits
from sakrad.core.db import db, transaction
from sakrad.core.jobs import Job, JobState
from sakrad.notifications import commands_following
from sakrad.notifications.models import Follow, FollowKind
from sakrad.notifications.queries_following import IS_ACTIVE

KEEP_JOBS = timedelta(days=30)

jobs.every("forget_rate_limits", timedelta(hours=1))
jobs.every("forget_done_jobs", timedelta(days=1))
jobs.every("forget_follows", timedelta(days=1))
jobs.every("search_again", timedelta(hours=1))


@jobs.handles("forget_rate_limits")
def forget_rate_limits(_payload: dict[str, Any], _at: datetime) -> None:
    """Counters of windows that have passed."""
    limits.forget_passed()


@jobs.handles("forget_done_jobs")
def forget_done_jobs(_payload: dict[str, Any], at: datetime) -> None:
    """Jobs that were done long ago; dead ones stay until somebody has seen to them."""
    done = sa.delete(Job).where(Job.state == JobState.done, Job.run_at < at - KEEP_JOBS)
    db.session.execute(done.execution_options(synchronize_session=False))


@jobs.handles("forget_follows")
def forget_follows(_payload: dict[str, Any], at: datetime) -> None:
    """Addresses that nobody confirmed, and those that follow nothing any more."""
    commands_following.forget_follows(at)


@jobs.handles("search_again", long=True)
def search_again(_payload: dict[str, Any], at: datetime) -> None:
    """Every followed search that has not been made since; each in a transaction of its own, so that none is told of twice."""
    due = (
        sa.select(Follow.id).where(IS_ACTIVE, Follow.kind == FollowKind.search, Follow.looked_at < at).order_by(Follow.looked_at, Follow.id)
    )
    for follow_id in db.session.scalars(due).all():
        with transaction():
            commands_following.look_for_new(follow_id, at)
