"""Work for later: what is late is told, step by step, and it is asked how promises go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.core import jobs
from sakrad.responses.commands import overdue
from sakrad.responses.commands.evaluating import ask_due

jobs.every("tell_overdue", timedelta(hours=1))
jobs.every("ask_how_it_goes", timedelta(hours=6))
jobs.every("ask_evaluations", timedelta(hours=1))


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
