"""The one clock. Instants are aware UTC; days are days in Stockholm."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """The Stockholm day that the instant falls on."""
    return at.astimezone(STOCKHOLM).date()


def today() -> date:
    """Today in Stockholm."""
    return day_of(now())


def start_of(day: date) -> datetime:
    """The instant at which the day begins in Stockholm, as UTC."""
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)


def at_hour(day: date, hour: time) -> datetime:
    """The instant at which clocks in Stockholm show the hour on the day, as UTC; the first of two when they are set back.

    Raises:
        ValueError: they never show it, since they are set forward past it.
    """
    at = datetime.combine(day, hour, STOCKHOLM).astimezone(UTC)
    if at.astimezone(STOCKHOLM).time() != hour:
        raise ValueError(f"no {hour} on {day}")
    return at


def end_of(day: date) -> datetime:
    """The exclusive instant at which the day ends in Stockholm: the next midnight, as UTC (DESIGN.md §8, Time)."""
    return start_of(day + timedelta(days=1))


def last_day(closes_at: datetime) -> date:
    """The last whole day before an exclusive instant: what people call "senast den"."""
    return day_of(closes_at - timedelta(microseconds=1))


def valid_until(at: datetime, *borders: datetime | None) -> datetime:
    """Until when what is shown at `at` reads the same: the next of the borders, at the latest the next midnight.

    Words such as "12 days late" change with no command (DESIGN.md §8, Time). An instant, UTC.
    """
    return min([border for border in borders if border is not None and border > at] + [end_of(day_of(at))])
