"""Housekeeping that the clock asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import jobs, limits
from sakrad.core.db import db
from sakrad.core.jobs import Job, JobState

KEEP_JOBS = timedelta(days=30)

jobs.every("forget_rate_limits", timedelta(hours=1))
jobs.every("forget_done_jobs", timedelta(days=1))


@jobs.handles("forget_rate_limits")
def forget_rate_limits(_payload: dict[str, Any], _at: datetime) -> None:
    """Counters of windows that have passed."""
    limits.forget_passed()


@jobs.handles("forget_done_jobs")
def forget_done_jobs(_payload: dict[str, Any], at: datetime) -> None:
    """Jobs that were done long ago; dead ones stay until somebody has seen to them."""
    done = sa.delete(Job).where(Job.state == JobState.done, Job.run_at < at - KEEP_JOBS)
    db.session.execute(done.execution_options(synchronize_session=False))
