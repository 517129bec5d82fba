"""The shared calendar for everybody: a page, and feeds to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import cache, calendars, clock, i18n
from sakrad.core.access import public
from sakrad.core.calendars import Entry
from sakrad.meetings.calendar import public_entry
from sakrad.pages import queries_calendar as queries
from sakrad.pages import queries_names
from sakrad.pages.routes.public import bp

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)  # before every consultation


def asked_month() -> date | None:
    """The first month shown, from ?manad=2027-03; None when it is no month."""
    try:
        return date.fromisoformat(f"{request.args.get('manad', '')}-01")
    except ValueError:
        return None


@bp.get("/kommun/<kommun>/kalender")
@public
def calendar(kommun: str) -> ResponseReturnValue:
    view = queries.get_calendar_page(kommun, asked_month(), clock.now())
    return render_template("pages/calendar.html", view=view, place=view.place)


@bp.get("/kommun/<kommun>/kalender.ics")
@public
def calendar_feed(kommun: str) -> ResponseReturnValue:
    """The last days to answer, and the meetings, of the municipality's own."""
    name = queries_names.get_place(kommun)
    feed = queries.get_feed(kommun=kommun, since=clock.now() - queries.KEPT)
    return _calendar(_("Sakråd i %(place)s", place=name), map(_last_day, feed.consultations), _meetings(feed))


@bp.get("/kalender.ics")
@public
def calendar_of_all() -> ResponseReturnValue:
    """The same, of all municipalities."""
    feed = queries.get_feed(since=clock.now() - queries.KEPT)
    return _calendar(i18n.site_name(), map(_last_day, feed.consultations), _meetings(feed))


@bp.get("/kommun/<kommun>/sakrad/<slug>.ics")
@public
def consultation_calendar(kommun: str, slug: str) -> ResponseReturnValue:
    """All days of one consultation: when it opens and closes, its meetings, and what is promised."""
    title = queries_names.get_title(kommun, slug)
    feed = queries.get_feed(kommun=kommun, slug=slug, since=BEFORE_ALL)
    return _calendar(title, *map(_days, feed.consultations), _meetings(feed))


def _calendar(name: str, *entries: Iterable[Entry]) -> Response:
    cache.keep_today()
    return Response(calendars.calendar(chain.from_iterable(entries), name=name), content_type=calendars.CONTENT_TYPE)


def _meetings(feed: queries.Feed) -> Iterator[Entry]:
    for meeting in feed.meetings:
        of = meeting.consultation
        url = i18n.absolute("meetings.show", kommun=of.municipality.slug, slug=of.slug, number=meeting.number)
        yield public_entry(meeting, url, called_off=of.cancelled_at is not None)


def _last_day(row: queries.FeedRow) -> Entry:
    return _day(row, "svara", clock.last_day(row.closes_at), _("Sista dag att svara: %(title)s", title=row.title))


def _days(row: queries.FeedRow) -> Iterator[Entry]:
    yield _day(row, "oppnar", clock.day_of(row.opens_at), _("Öppnar för svar: %(title)s", title=row.title))
    yield _last_day(row)
    if row.summary_due_on:
        yield _day(row, "sammanstallning", row.summary_due_on, _("Sammanställningen är klar senast: %(title)s", title=row.title))
    if row.feedback_due_on:
        yield _day(row, "aterkoppling", row.feedback_due_on, _("Nämnden svarar senast: %(title)s", title=row.title))


def _day(row: queries.FeedRow, what: str, day: date, summary: str) -> Entry:
    """A whole day. The same day of the same consultation keeps its UID."""
    return Entry(
        uid=f"{what}-{row.kommun}-{row.slug}@sakrad",
        stamp=row.changed_at,
        sequence=row.version - 1,
        starts=day,
        ends=day + timedelta(days=1),
        summary=summary,
        description="\n".join(filter(None, (row.lead, row.authority))),
        url=i18n.absolute("pages.consultation", **row.address),
        cancelled=row.cancelled,
    )
