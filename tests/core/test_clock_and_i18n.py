"""Dates as Swedes write them, borders as the clock has them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from sakrad.core import clock, i18n


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2027, 1, 15), datetime(2027, 1, 15, 23, tzinfo=UTC)),
        (date(2027, 7, 15), datetime(2027, 7, 15, 22, tzinfo=UTC)),
        (date(2027, 3, 27), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 23, tzinfo=UTC)),
        (date(2028, 2, 29), datetime(2028, 2, 29, 23, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "before_dst", "dst_begins", "dst_ends", "leap_day"],
)
def test_a_day_ends_at_the_next_stockholm_midnight(day: date, instant: datetime) -> None:
    assert clock.end_of(day) == instant
    assert clock.last_day(instant) == day


@time_machine.travel(datetime(2027, 5, 1, 12, tzinfo=UTC), tick=False)
def test_dates_and_numbers_in_swedish(app: Flask) -> None:
    with app.test_request_context("/"):
        assert i18n.day(date(2027, 10, 14)) == "14\u00a0oktober"
        assert i18n.day(date(2028, 10, 14)) == "14\u00a0oktober\u00a02028"
        assert i18n.until(clock.end_of(date(2027, 10, 14))) == "14\u00a0oktober"
        assert i18n.moment(datetime(2027, 7, 1, 17, 42, tzinfo=UTC)) == "1\u00a0juli\u00a02027\u00a0kl.\u00a019.42"
        assert i18n.number(2310) == "2\u00a0310"
        assert i18n.listing(["a", "b", "c"]) == "a, b och c"


def test_slugs_are_readable() -> None:
    from sakrad.core import ids

    assert ids.slugify("Våld i nära relationer – åtgärder") == "vald-i-nara-relationer-atgarder"
    assert ids.free_slug("Åäö", {"aao"}.__contains__) == "aao-2"
