"""When a promised day has passed: who is told, how late, and when the tool asks how it goes. Pure."""

from __future__ import annotations

import calendar
import enum
from datetime import date, timedelta


class Step(enum.IntEnum):
    """Whose turn it is to hear that a day has passed."""

    owner = 1
    deputy = 2
    head = 3


DAYS_LATE = {Step.owner: 1, Step.deputy: 7, Step.head: 14}
FOLLOW_UPS = (6, 12)  # months after the answers were published


def latest_due(step: Step, today: date) -> date:
    """What was due on this day or before has come to the step. A due date is itself the last day in time."""
    return today - timedelta(days=DAYS_LATE[step])


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last day where it has none such."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
