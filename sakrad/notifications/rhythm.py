"""When somebody is told: at once but not at night, each morning, or on Monday mornings. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sakrad.core import clock
from sakrad.notifications.models import Rhythm

MORNING, EVENING = time(7), time(20)  # in Stockholm; between evening and morning nobody's telephone rings for our sake
MONDAY = 0


def due(rhythm: Rhythm, at: datetime) -> datetime:
    """The first moment from `at` on that the rhythm lets a mail leave."""
    if rhythm is Rhythm.at_once and MORNING <= at.astimezone(clock.STOCKHOLM).time() < EVENING:
        return at
    morning = _next_morning(at)
    if rhythm is not Rhythm.weekly:
        return morning
    day = clock.day_of(morning)
    return clock.at_hour(day + timedelta(days=(MONDAY - day.weekday()) % 7), MORNING)


def _next_morning(at: datetime) -> datetime:
    today = clock.day_of(at)
    morning = clock.at_hour(today, MORNING)
    return morning if morning >= at else clock.at_hour(today + timedelta(days=1), MORNING)
