"""The shared calendar for everybody: a page, and a feed to subscribe to."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import calendars, clock
from sakrad.core.access import public
from sakrad.core.calendars import Entry
from sakrad.meetings.calendar import public_entry
from sakrad.pages import queries_calendar as queries
from sakrad.pages.routes.public import bp


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
    feed = queries.get_feed(kommun, clock.now())
    entries = [_last_day(row, kommun) for row in feed.consultations]
    for meeting in feed.meetings:
        of = meeting.consultation
        url = url_for("meetings.show", kommun=kommun, slug=of.slug, number=meeting.number, _external=True)
        entries.append(public_entry(meeting, url, called_off=of.cancelled_at is not None))
    body = calendars.calendar(entries, name=_("Sakråd i %(place)s", place=feed.name))
    return Response(body, content_type=calendars.CONTENT_TYPE)


def _last_day(row: queries.FeedRow, kommun: str) -> Entry:
    day = clock.last_day(row.closes_at)
    return Entry(
        uid=f"svara-{kommun}-{row.slug}@sakrad",
        stamp=row.changed_at,
        sequence=row.version - 1,
        starts=day,
        ends=day + timedelta(days=1),
        summary=_("Sista dag att svara: %(title)s", title=row.title),
        description="\n".join(filter(None, (row.lead, row.authority))),
        url=url_for("pages.consultation", kommun=kommun, slug=row.slug, _external=True),
        cancelled=row.cancelled,
    )
