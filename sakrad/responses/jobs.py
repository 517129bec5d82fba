"""Work for later: what is late is told, step by step, and it is asked how promises go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog

from sakrad.core import jobs, stamps
from sakrad.core.db import db, transaction
from sakrad.responses import queries_counting
from sakrad.responses.commands import overdue
from sakrad.responses.commands.counting import recount
from sakrad.responses.commands.evaluating import ask_due

jobs.every("tell_overdue", timedelta(hours=1))
jobs.every("ask_how_it_goes", timedelta(hours=6))
jobs.every("ask_evaluations", timedelta(hours=1))
jobs.every("compare_uptake", timedelta(days=1))
log = structlog.get_logger()


@jobs.handles("tell_overdue")
def tell_overdue(_payload: dict[str, Any], at: datetime) -> None:
    """The owner the day after, the deputy after a week, the head of the unit after two."""
    overdue.tell_overdue(at)


@jobs.handles("ask_how_it_goes")
def ask_how_it_goes(_payload: dict[str, Any], at: datetime) -> None:
    """Half a year and a year after the answers were published."""
    overdue.ask_how_it_goes(at)


@jobs.handles("ask_evaluations")
def ask_evaluations(_payload: dict[str, Any], at: datetime) -> None:
    """Both sides are asked how it went: when the authority has answered, and a year later."""
    ask_due(at)


@jobs.handles("compare_uptake", long=True)
def compare_uptake(_payload: dict[str, Any], at: datetime) -> None:
    """Where what is kept counted is not what the rows say, count anew and tell the operator: something has changed unnoticed."""
    different = queries_counting.list_different(at)
    db.session.rollback()  # nobody waits for this reading
    if different:
        log.error("uptake_differs", consultations=different)
    for consultation_id in different:
        with transaction():
            recount(consultation_id, at=at)
            stamps.move(stamps.SHARED)  # no event tells of it
