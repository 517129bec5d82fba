"""Faktakontroll as a cited organisation meets it: its own passages, and what it says of them.

Its pages stand under two families of addresses: members come by the organisation's address, and the holder of a mailed
link by that. `at_check` registers a handler in both, from one implementation. Reading writes nothing; a button does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts.models import User
from sakrad.consultations.queries import dates_of
from sakrad.core import clock, htmx, ids, opened
from sakrad.core.access import bearer, requires
from sakrad.core.errors import Blocked, Blocker, Missing, Stale, show_beside
from sakrad.core.security import limited
from sakrad.core.text import whole_number
from sakrad.summaries import commands, lifecycle, policy, queries_checking
from sakrad.summaries import lifecycle_checking as checking
from sakrad.summaries.forms_checking import ReplyForm
from sakrad.summaries.models import ReplyKind
from sakrad.summaries.queries_checking import CheckSeat
from sakrad.summaries.renderings import drawn, restored

bp = Blueprint("summaries_organisation", __name__)
link_bp = Blueprint("summaries_link", __name__)
MEMBER = "/forening/<org>/faktakontroll/<kommun>/<slug>"
LINK = "/faktakontroll/<token>"
Handler = Callable[[CheckSeat], ResponseReturnValue]


def at_check(path: str = "", method: str = "GET", limit: str = "") -> Callable[[Handler], Handler]:
    """Register the handler for members and for the link's holder. The endpoint is its name, in both blueprints."""

    def decorate(handler: Handler) -> Handler:
        counted = limited(limit, methods=[method]) if limit else lambda view: view
        member = counted(requires(policy.may_check, load=queries_checking.get_seat)(handler))
        bp.add_url_rule(MEMBER + path, handler.__name__, member, methods=[method])
        holder = counted(bearer(load=queries_checking.get_link_seat)(_opened(handler)))
        link_bp.add_url_rule(LINK + path, handler.__name__, holder, methods=[method])
        return handler

    return decorate


def _opened(handler: Handler) -> Handler:
    """Only where the button has been pressed; others are shown whose it is, and the button."""

    @functools.wraps(handler)
    def view(seat: CheckSeat) -> ResponseReturnValue:
        if request.method == "GET" and not opened.is_open(_reference(seat)):
            return render_template("summaries/link/closed.html", **_given(seat))
        closed = opened.closed(_reference(seat), address(seat, "check"))
        return handler(seat) if closed is None else closed

    return view


def _reference(seat: CheckSeat) -> str:
    return f"faktakontroll {seat.confirmation.reference}"


def address(seat: CheckSeat, view: str) -> str:
    """The address of one of the pages, in the family by which the seat was reached."""
    if seat.token is not None:
        return url_for(f"summaries_link.{view}", token=seat.token)
    return url_for(f"summaries_organisation.{view}", org=seat.organisation.slug, **seat.consultation.address)


def _actor(seat: CheckSeat) -> User | None:
    """The member who is signed in; nobody for the link's holder."""
    return None if seat.token is not None else current_user._get_current_object()


@link_bp.post(f"{LINK}/oppna")
@bearer(load=queries_checking.get_link_seat)
def unlock(seat: CheckSeat) -> ResponseReturnValue:
    """Open the link in this browser, and go in."""
    opened.open_here(_reference(seat))
    return htmx.go(address(seat, "check"))


@at_check()
def check(seat: CheckSeat) -> ResponseReturnValue:
    """The organisation's own passages, and the three ways to reply."""
    return _page(seat, _form(seat))


@at_check(method="POST", limit="20 per hour")
def reply(seat: CheckSeat) -> ResponseReturnValue:
    """Reply; every word stays where it cannot be taken."""
    form = _form(seat)
    if not form.validate():
        return _page(seat, form), 422
    passages = seat.rendering.passages  # of one only there is nothing to choose
    try:
        commands.reply(
            seat,
            kind=ReplyKind(form.kind.data),
            text=form.text.data or "",
            finding_id=whole_number(form.finding.data or "") if len(passages) != 1 else passages[0].finding_id,
            seen=form.seen.data or "",
            submission_key=form.key.data or ids.reference(32),
            actor=_actor(seat),
            at=clock.now(),
        )
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(seat, form), 422 if all(one.field for one in blocked.blockers) else 409
    except Stale:
        form.seen.data = seat.rendering.digest
        form.form_errors.append(_("Texten har ändrats sedan ni öppnade sidan. Läs den igen: det ni har skrivit står kvar."))
        return _page(seat, form), 409
    flash(_("Tack! Ert svar har kommit in."))
    return htmx.go(address(seat, "receipt"))


@at_check("/svar")
def receipt(seat: CheckSeat) -> ResponseReturnValue:
    """What the organisation has said, and what it was about."""
    if seat.reply is None:
        raise Missing("reply")
    return render_template(
        "summaries/organisation/receipt.html",
        **_given(seat),
        shown=None if seat.consultation.summary_published_at else drawn(restored(seat.reply.shown), seat.organisation.name),
        blockers=_blockers(seat),
    )


def _blockers(seat: CheckSeat) -> list[Blocker]:
    at = clock.now()
    return lifecycle.blockers_to_compile(dates_of(seat.consultation), at) or checking.blockers_to_reply(seat.facts, at)


def _form(seat: CheckSeat) -> ReplyForm:
    form = ReplyForm()
    form.finding.choices = [("", _("Allt som gäller oss"))]
    form.finding.choices += [(str(one.finding_id), f"{one.finding}. {one.heading}") for one in seat.rendering.passages]
    if not form.is_submitted():
        form.seen.data, form.key.data = seat.rendering.digest, ids.reference(32)
    return form


def _page(seat: CheckSeat, form: ReplyForm) -> str:
    return render_template("summaries/organisation/check.html", **_given(seat), form=form, blockers=_blockers(seat))


def _given(seat: CheckSeat) -> dict[str, Any]:
    """What every page of a seat is given."""

    def url(view: str) -> str:
        return address(seat, view)

    return {
        "seat": seat,
        "organisation": seat.organisation,
        "consultation": seat.consultation,
        "check": seat.confirmation.fact_check,
        "passages": drawn(seat.rendering, seat.organisation.name),
        "stale": seat.reply is not None and seat.reply.digest != seat.rendering.digest,
        "url": url,
        "frame": "summaries/link/frame.html" if seat.token is not None else "organisation.html",
    }
