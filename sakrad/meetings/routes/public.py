"""Meetings for everybody: the list, each one, and calendar files."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from sakrad.core import calendars, clock, i18n
from sakrad.core.access import public
from sakrad.meetings import calendar, queries_notes, queries_public, said
from sakrad.meetings.queries_public import MeetingsPage

bp = Blueprint("meetings", __name__)
ALL = "/kommun/<kommun>/sakrad/<slug>/moten"
ONE = f"{ALL}/<int:number>"


@bp.get(ALL)
@public
def index(kommun: str, slug: str) -> ResponseReturnValue:
    view = queries_public.get_meetings_page(kommun, slug, clock.now())
    return render_template("meetings/index.html", view=view, c=view.head, place=view.head.place)


@bp.get(ONE)
@public
def show(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    at = clock.now()
    view = queries_public.get_meeting_page(kommun, slug, number, at)
    meeting = view.meetings[0]
    return render_template(
        "meetings/show.html",
        view=view,
        c=view.head,
        place=view.head.place,
        meeting=meeting,
        public=queries_notes.find_public_notes(meeting.id) if meeting.has_notes else None,
        has_views=said.has_public_views(meeting.id, at),
    )


@bp.get(f"{ONE}.ics")
@public
def file(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    """One meeting, to put into a calendar."""
    view = queries_public.get_meeting_page(kommun, slug, number, clock.now())
    answer = _calendar(view)
    answer.headers["Content-Disposition"] = f'attachment; filename="{calendar.file_name(slug, number)}"'
    return answer


@bp.get(f"{ALL}.ics")
@public
def feed(kommun: str, slug: str) -> ResponseReturnValue:
    """All of them, to subscribe to."""
    view = queries_public.get_meetings_page(kommun, slug, clock.now())
    return _calendar(view, name=view.head.title)


def _calendar(view: MeetingsPage, name: str | None = None) -> Response:
    called_off = view.head.cancelled_at is not None
    entries = [
        calendar.public_entry(
            meeting,
            i18n.absolute("meetings.show", kommun=view.head.kommun, slug=view.head.slug, number=meeting.number),
            called_off=called_off,
        )
        for meeting in view.meetings
    ]
    return Response(calendars.calendar(entries, name=name), content_type=calendars.CONTENT_TYPE)
