"""Swedish holidays, computed: days on which one finds nobody at the municipality."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5


@lru_cache(maxsize=64)
def _of(year: int) -> dict[date, str]:
    from holidays import country_holidays  # slow to import, and few pages ask

    # The eves of Midsummer, Christmas and New Year are no holidays in law, but no workdays either.
    return dict(country_holidays("SE", years=year, categories=("public", "de_facto"), language="sv"))


def name_of(day: date) -> str | None:
    """The holiday's Swedish name; None on other days, also on Sundays."""
    return _of(day.year).get(day)


def is_workday(day: date) -> bool:
    """Neither Saturday, Sunday nor holiday."""
    return day.weekday() < SATURDAY and name_of(day) is None


def workday_from(day: date) -> date:
    """The day itself if it is a workday, otherwise the next one."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workday_until(day: date) -> date:
    """The day itself if it is a workday, otherwise the one before."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def workdays_before(day: date, number: int) -> date:
    """The first of `number` workdays in a row of which the last comes before the day."""
    for _ in range(number):
        day = workday_until(day - timedelta(days=1))
    return day
