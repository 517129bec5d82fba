"""Calendar files: what is written is what a calendar program reads back, on the days when clocks and calendars change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from sakrad.core import calendars, clock
from sakrad.core.calendars import Entry

STAMP = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


def an_entry(**values: object) -> Entry:
    usual = {"uid": "1@sakrad", "stamp": STAMP, "sequence": 0, "starts": STAMP, "ends": None, "summary": "Möte om Ängen"}
    return Entry(**usual | values)  # type: ignore[arg-type]


def read(*entries: Entry, name: str | None = None) -> list[dict]:
    return list(Calendar.from_ical(calendars.calendar(entries, name=name)).walk("VEVENT"))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2028, 2, 29), 24), (date(2026, 12, 31), 24)],
    ids=["summer time begins", "summer time ends", "leap day", "New Year's Eve"],
)
def test_an_event_from_midnight_to_midnight_lasts_as_long_as_the_day_does(day, hours):
    (event,) = read(an_entry(starts=clock.start_of(day), ends=clock.end_of(day)))
    starts, ends = event["DTSTART"].dt, event["DTEND"].dt
    assert ends - starts == timedelta(hours=hours)
    assert starts.astimezone(clock.STOCKHOLM).date() == day
    assert clock.last_day(ends) == day


def test_the_hour_that_comes_twice_is_told_apart():
    first, second = (datetime(2027, 10, 31, 2, 30, tzinfo=clock.STOCKHOLM, fold=fold) for fold in (0, 1))
    told = [event["DTSTART"].dt for event in read(an_entry(starts=first), an_entry(uid="2@sakrad", starts=second))]
    assert told[1] - told[0] == timedelta(hours=1)


def test_whole_days_are_days_that_end_the_day_after_and_make_nobody_busy():
    body = calendars.calendar([an_entry(starts=date(2028, 2, 28), ends=date(2028, 3, 1))])
    assert b"DTSTART;VALUE=DATE:20280228\r\n" in body
    assert b"DTEND;VALUE=DATE:20280301\r\n" in body
    assert b"TRANSP:TRANSPARENT\r\n" in body


def test_a_cancelled_event_says_so_with_its_number_and_instant():
    (event,) = read(an_entry(cancelled=True, sequence=3))
    assert (event["STATUS"], event["SEQUENCE"], event["DTSTAMP"].dt) == ("CANCELLED", 3, STAMP)


def test_an_unchanged_calendar_is_the_same_bytes():
    assert calendars.calendar([an_entry()], name="Ekhamra") == calendars.calendar([an_entry()], name="Ekhamra")


@given(words=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n"), min_size=1, max_size=300))
def test_words_never_become_lines_of_their_own(words):
    hostile = f"{words}\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:x"
    events = read(an_entry(summary=hostile, description=hostile, location=hostile), name=hostile)
    assert [event["UID"] for event in events] == ["1@sakrad"]
