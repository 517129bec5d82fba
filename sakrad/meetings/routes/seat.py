"""An organisation's page for a meeting: register, change, leave, say what is needed; and, for who comes, where it is.

Its pages stand under two families of addresses: members come by the organisation's address, and the holder of an
invitation by its link. `at_meeting` registers a handler in both, from one implementation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts.models import User
from sakrad.core import calendars, clock, htmx, i18n, opened
from sakrad.core.access import bearer, requires
from sakrad.core.errors import Blocked, Blocker, Missing, show_beside
from sakrad.core.security import limited
from sakrad.meetings import calendar, forms, lifecycle, lifecycle_notes, policy, queries, queries_notes, queries_seats
from sakrad.meetings import commands_registering as commands
from sakrad.meetings.models import RegistrationState
from sakrad.meetings.queries_seats import Seat

bp = Blueprint("meetings_organisation", __name__)
Handler = Callable[..., ResponseReturnValue]
MEMBER = "/forening/<org>/moten/<kommun>/<slug>/<int:number>"
LINK = "/inbjudan/<token>/moten/<int:number>"
link_bp = Blueprint("meetings_link", __name__)


@dataclass(frozen=True, slots=True)
class Door:
    """A way in to what belongs to a seat: how the seat is loaded for members and for the link's holder, and what the latter meets."""

    load: Callable[..., Seat]
    load_link: Callable[..., Seat]
    page: str  # to which the button leads
    closed: str  # the template with the button


MEETING = Door(queries_seats.get_seat, queries_seats.get_link_seat, "show", "meetings/link/closed.html")


def at_meeting(path: str = "", method: str = "GET", limit: str = "", door: Door = MEETING) -> Callable[[Handler], Handler]:
    """Register the handler for members and for the link's holder. The endpoint is its name, in both blueprints."""

    def decorate(handler: Handler) -> Handler:
        counted = limited(limit, methods=[method]) if limit else lambda view: view
        member = counted(requires(policy.may_attend, load=door.load)(handler))
        bp.add_url_rule(MEMBER + path, handler.__name__, member, methods=[method])
        holder = counted(bearer(load=door.load_link)(_opened(handler, door)))
        link_bp.add_url_rule(LINK + path, handler.__name__, holder, methods=[method])
        return handler

    return decorate


def _opened(handler: Handler, door: Door) -> Handler:
    """Only where the button has been pressed; others are shown whose invitation it is, and the button."""

    @functools.wraps(handler)
    def view(seat: Seat, **more: Any) -> ResponseReturnValue:
        if request.method == "GET" and not opened.is_open(_reference(seat)):
            return render_template(door.closed, **given(seat))
        closed = opened.closed(_reference(seat), address(seat, door.page))
        return handler(seat, **more) if closed is None else closed

    return view


def _reference(seat: Seat) -> str:
    assert seat.invitation is not None, "a seat reached by a link has its invitation"
    return str(seat.invitation.reference)


def press(seat: Seat, door: Door) -> ResponseReturnValue:
    """Open the link in this browser, and go in."""
    opened.open_here(_reference(seat))
    return htmx.go(address(seat, door.page))


def address(seat: Seat, view: str, **more: Any) -> str:
    """The address of one of the pages, in the family by which the seat was reached."""
    if seat.by_link:
        return url_for(f"meetings_link.{view}", token=seat.token, number=seat.meeting.number, **more)
    where = seat.consultation.address
    return url_for(f"meetings_organisation.{view}", org=seat.organisation.slug, **where, number=seat.meeting.number, **more)


def actor_at(seat: Seat) -> User | None:
    """The member who is signed in; nobody for the link's holder."""
    return None if seat.by_link else current_user._get_current_object()


def given(seat: Seat) -> dict[str, Any]:
    """What every page of a seat is given."""

    def url(view: str) -> str:
        return address(seat, view)

    return {
        "seat": seat,
        "organisation": seat.organisation,
        "consultation": seat.consultation,
        "meeting": seat.meeting,
        "url": url,
        "frame": "meetings/link/frame.html" if seat.by_link else "organisation.html",
    }


def _page(
    seat: Seat,
    status: int = 200,
    *,
    form: forms.RegisterForm | None = None,
    need: forms.NeedForm | None = None,
    blockers: list[Blocker] | None = None,
) -> ResponseReturnValue:
    at, mine = clock.now(), seat.active
    facts = queries.facts_of(seat.meeting, besides=mine.organisation_id if mine else None)
    if form is None:
        form = forms.RegisterForm(formdata=None, people=mine.people if mine else 1, digital=mine.digital if mine else False)
    queue = [each.id for each in queries.list_queue(seat.meeting)] if mine and mine.state is RegistrationState.waiting else []
    return render_template(
        "meetings/organisation/show.html",
        **given(seat),
        facts=facts,
        form=form,
        need=need or forms.NeedForm(formdata=None),
        blockers=blockers or [],
        closed=lifecycle.blockers_to_register(facts, lifecycle.Wish(1), at),
        stays=lifecycle.blockers_to_leave(facts, at),
        room=lifecycle.has_room(facts, lifecycle.Wish(1)),
        place_in_queue=queue.index(mine.id) + 1 if mine and mine.id in queue else None,
        in_line=mine is None
        or lifecycle.stands_in_line(lifecycle.seats_for(facts.form, queries.wish_of(mine)), facts.seats, facts.seats_each),
        **_notes(seat, at),
    ), status


def _notes(seat: Seat, at: datetime) -> dict[str, Any]:
    """The way to the notes, for one whom they were sent to, and whether corrections may be asked for now."""
    if not queries_seats.may_read_notes(seat):
        return {"notes_url": None, "notes_open": False}
    return {
        "notes_url": address(seat, "notes"),
        "notes_open": not lifecycle_notes.blockers_to_ask(queries_notes.facts_of(seat.meeting), at),
    }


@at_meeting()
def show(seat: Seat) -> ResponseReturnValue:
    """How the organisation stands to the meeting; where it is, for one that comes."""
    return _page(seat)


@link_bp.post(f"{LINK}/oppna")
@bearer(load=queries_seats.get_link_seat)
def unlock(seat: Seat) -> ResponseReturnValue:
    """Open the page in this browser."""
    return press(seat, MEETING)


@at_meeting("/anmal", method="POST")
def register(seat: Seat) -> ResponseReturnValue:
    """Register, or change how many come."""
    form = forms.RegisterForm()
    if not form.validate():
        return _page(seat, 422, form=form)
    try:
        made = commands.register(
            seat.meeting, seat.organisation, people=form.people.data, digital=form.digital.data, actor=actor_at(seat), at=clock.now()
        )
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(seat, 422 if all(blocker.field for blocker in blocked.blockers) else 409, form=form)
    flash(_("Ni är anmälda.") if made.state is RegistrationState.registered else _("Ni står på väntelistan."))
    return htmx.go(address(seat, "show"))


@at_meeting("/avanmal", method="POST")
def leave(seat: Seat) -> ResponseReturnValue:
    """The organisation does not come."""
    if seat.active is None:
        return htmx.go(address(seat, "show"))
    try:
        commands.leave(seat.active, actor=actor_at(seat), at=clock.now())
    except Blocked as blocked:
        return _page(seat, 409, blockers=blocked.blockers)
    flash(_("Ni är avanmälda. Tack för att ni sa till."))
    return htmx.go(address(seat, "show"))


@at_meeting("/behov", method="POST", limit="30 per hour")
def ask(seat: Seat) -> ResponseReturnValue:
    """Say what somebody needs, tied to nobody."""
    need = forms.NeedForm()
    if not need.validate():
        return _page(seat, 422, need=need)
    try:
        commands.ask_for_access(seat.meeting, need.need.data, at=clock.now())
    except Blocked as blocked:
        show_beside(need, blocked)
        return _page(seat, 409, need=need)
    flash(_("Tack. Önskemålet är framfört, utan namn och utan att det syns vilken organisation det kom från."))
    return htmx.go(address(seat, "show"))


@at_meeting("/kalender.ics")
def file(seat: Seat) -> ResponseReturnValue:
    """The calendar file of one who comes: with place and link."""
    if not seat.comes:
        raise Missing("not registered")
    where = seat.consultation.address
    page = i18n.absolute("meetings.show", **where, number=seat.meeting.number)  # calendars are shared: no personal link
    entry = calendar.registered_entry(seat.meeting, page)
    name = calendar.file_name(seat.consultation.slug, seat.meeting.number)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(calendars.calendar([entry]), content_type=calendars.CONTENT_TYPE, headers=headers)
