"""What an organisation does with the part of a commitment that it is asked for: by the mailed link, which needs no account.

Reading writes nothing. Members do the same in the organisation's own space (organisation.py).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.errors import Blocked, Stale, show_beside
from sakrad.core.security import limited
from sakrad.responses import commands, forms_ledger, lifecycle_pledging, queries_ledger, queries_pledges
from sakrad.responses.models import ProgressStatus
from sakrad.responses.queries_pledges import PledgeSeat

bp = Blueprint("responses_link", __name__)
LINK = "/atagande/<token>"
holder = bearer(load=queries_pledges.get_link_seat)


@bp.get(LINK)
@holder
def pledge(seat: PledgeSeat) -> ResponseReturnValue:
    """What the organisation is asked for, and what it has said."""
    return page(seat, may_answer=True)


@bp.post(f"{LINK}/ja")
@holder
def confirm(seat: PledgeSeat) -> ResponseReturnValue:
    """Vi står för vår del."""
    return confirmed(seat, None)


@bp.post(f"{LINK}/annan-lydelse")
@holder
def counter(seat: PledgeSeat) -> ResponseReturnValue:
    """Ask for another wording."""
    return countered(seat, None)


@bp.post(f"{LINK}/nej")
@holder
def decline(seat: PledgeSeat) -> ResponseReturnValue:
    """Vi vill inte."""
    return declined(seat, None)


@bp.post(f"{LINK}/dra-tillbaka")
@holder
def withdraw(seat: PledgeSeat) -> ResponseReturnValue:
    """Vi står inte längre för den."""
    return withdrawn(seat, None)


@bp.post(f"{LINK}/beratta")
@limited("20 per hour", methods=["POST"])
@holder
def tell(seat: PledgeSeat) -> ResponseReturnValue:
    """Tell how it goes."""
    return told(seat, None, may_answer=True)


# --- shared with the members' pages (organisation.py) ---------------------------------------------------------------


def page(seat: PledgeSeat, form: FlaskForm | None = None, *, may_answer: bool, status: int = 200) -> ResponseReturnValue:
    """The part with what can be done about it; `form`: what was typed in the form that was sent."""
    commitment, at = seat.pledge.commitment, clock.now()
    facts = queries_pledges.facts_of(seat.pledge)

    def given(kind: Any) -> Any:
        return form if isinstance(form, kind) else kind(formdata=None)

    yes = given(forms_ledger.ConfirmForm)
    yes.seen.data = seat.pledge.part
    return render_template(
        "responses/link/pledge.html" if seat.token else "responses/organisation/pledge.html",
        organisation=seat.organisation,
        seat=seat,
        pledge=seat.pledge,
        commitment=commitment,
        consultation=commitment.consultation,
        state=seat.state,
        reviews=queries_ledger.decisions_about(seat.pledge),
        confirm=yes,
        counter=given(forms_ledger.CounterForm),
        told=given(forms_ledger.OwnProgressForm),
        to_answer=not lifecycle_pledging.blockers_to_answer(facts, at),
        to_tell=not lifecycle_pledging.blockers_to_tell(facts, at),
        may_answer=may_answer,
        action=lambda what: address(seat, what),
    ), status


def address(seat: PledgeSeat, what: str = "pledge") -> str:
    """Where a button sends, by how the part was reached."""
    if seat.token:
        return url_for(f"responses_link.{what}", token=seat.token)
    return url_for(f"responses_organisation.{what}", org=seat.organisation.slug, reference=seat.pledge.reference)


def confirmed(seat: PledgeSeat, actor: Any) -> ResponseReturnValue:
    """Vi står för vår del."""
    form = forms_ledger.ConfirmForm()
    if not form.validate():
        return page(seat, form, may_answer=True, status=422)
    try:
        commands.confirm_pledge(seat.pledge, seen=form.seen.data or "", actor=actor, at=clock.now())
    except Stale:
        form.form_errors.append(_("Lydelsen har ändrats sedan ni läste den. Läs den igen innan ni bekräftar."))
        return page(seat, form, may_answer=True, status=409)
    flash(_("Tack! Er del syns nu offentligt."))
    return htmx.go(address(seat))


def countered(seat: PledgeSeat, actor: Any) -> ResponseReturnValue:
    """Ask for another wording."""
    form = forms_ledger.CounterForm()
    if not form.validate():
        return page(seat, form, may_answer=True, status=422)
    try:
        commands.counter_pledge(seat.pledge, words=form.words.data or "", actor=actor, at=clock.now())
    except Blocked as blocked:
        return _refused(seat, form, blocked)
    flash(_("Tack! Kommunen har fått ert förslag och frågar er igen."))
    return htmx.go(address(seat))


def declined(seat: PledgeSeat, actor: Any) -> ResponseReturnValue:
    """Vi vill inte."""
    commands.decline_pledge(seat.pledge, actor=actor, at=clock.now())
    flash(_("Tack för beskedet. Er organisation nämns inte."))
    return htmx.go(address(seat))


def withdrawn(seat: PledgeSeat, actor: Any) -> ResponseReturnValue:
    """Vi står inte längre för den."""
    commands.withdraw_pledge(seat.pledge, actor=actor, at=clock.now())
    flash(_("Er del visas inte längre."))
    return htmx.go(address(seat))


def told(seat: PledgeSeat, actor: Any, *, may_answer: bool) -> ResponseReturnValue:
    """Tell how it goes."""
    form = forms_ledger.OwnProgressForm()
    if not form.validate():
        return page(seat, form, may_answer=may_answer, status=422)
    try:
        commands.tell_pledge(
            seat.pledge,
            status=ProgressStatus(form.status.data),
            text=form.text.data or "",
            link=form.link.data or "",
            actor=actor,
            at=clock.now(),
        )
    except Blocked as blocked:
        return _refused(seat, form, blocked, may_answer=may_answer)
    flash(_("Tack! Det publiceras när kommunen har läst det."))
    return htmx.go(address(seat))


def _refused(seat: PledgeSeat, form: FlaskForm, blocked: Blocked, *, may_answer: bool = True) -> ResponseReturnValue:
    show_beside(form, blocked)
    return page(seat, form, may_answer=may_answer, status=422 if all(one.field in form for one in blocked.blockers) else 409)
