"""iCalendar files and feeds (RFC 5545).

Instants are written in UTC, which every calendar shows in its reader's own time: there is then no VTIMEZONE to get wrong when the clocks
change. Whole days are dates: they begin and end in Sweden by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Entry:
    """One event in a calendar.

    `uid` is the same as long as the event is the same; `sequence` grows with each change that a reader must see; `stamp` is when what is
    said here was last changed, never the clock, so that an unchanged calendar is the same bytes. `starts` and `ends` are both aware
    instants or both days; `ends` is exclusive (a one-day event ends the day after), and may be left out.
    """

    uid: str
    stamp: datetime
    sequence: int
    starts: datetime | date
    ends: datetime | date | None
    summary: str
    description: str | None = None
    location: str | None = None
    url: str | None = None
    cancelled: bool = False


def calendar(entries: Iterable[Entry], *, name: str | None = None) -> bytes:
    """The entries as one iCalendar file; `name` is what a subscriber's program calls it."""
    from icalendar import Calendar, vText

    made = Calendar()
    made.add("prodid", "-//Sakråd//SV")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if name:
        made.add("x-wr-calname", vText(name))
        made.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry))
    ical: bytes = made.to_ical()
    return ical


def _event(entry: Entry) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", _utc(entry.stamp))
    event.add("last-modified", _utc(entry.stamp))
    event.add("sequence", entry.sequence)
    event.add("dtstart", _utc(entry.starts))
    if entry.ends is not None:
        event.add("dtend", _utc(entry.ends))
    event.add("summary", entry.summary)
    for field, words in (("description", entry.description), ("location", entry.location), ("url", entry.url)):
        if words:
            event.add(field, words)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    # A span of whole days, such as a time for answers, does not make its reader busy.
    event.add("transp", "OPAQUE" if isinstance(entry.starts, datetime) else "TRANSPARENT")
    return event


def _utc(moment: datetime | date) -> datetime | date:
    """An instant in UTC to the second; a day as it is."""
    return moment.astimezone(UTC).replace(microsecond=0) if isinstance(moment, datetime) else moment
