"""An organisation says whether a commitment was kept: as a member, or by the mailed link of "Det här hände med ert svar".

One implementation under two families of addresses. Reading writes nothing; the button does.
"""

from __future__ import annotations

from flask import Blueprint, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import bearer, requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.core.security import limited
from sakrad.responses import commands, lifecycle_verdicts, policy, queries_commitments, queries_verdicts
from sakrad.responses.forms_verdicts import VerdictForm
from sakrad.responses.models import VerdictValue
from sakrad.responses.queries_verdicts import JudgeSeat

bp = Blueprint("responses_thread", __name__)
MEMBER = "/forening/<org>/vad-hande/<kommun>/<slug>/atagande/<int:number>"
LINK = "/det-har-hande/<token>/atagande/<int:number>"
judges = requires(policy.may_judge, load=queries_verdicts.get_judge_seat)
holds = bearer(load=queries_verdicts.get_link_judge_seat)
rare = limited("60 per hour", methods=["POST"])


@bp.get(MEMBER)
@judges
def verdict(seat: JudgeSeat) -> ResponseReturnValue:
    """The commitment, what the organisation has said of it before, and the form."""
    return _page(seat, _form(seat))


@bp.post(MEMBER)
@rare
@judges
def give_verdict(seat: JudgeSeat) -> ResponseReturnValue:
    """Say it; every word stays where it cannot be taken."""
    return _give(seat)


@bp.get(LINK)
@holds
def link_verdict(seat: JudgeSeat) -> ResponseReturnValue:
    """The same for the holder of the mailed link."""
    return _page(seat, _form(seat))


@bp.post(LINK)
@rare
@holds
def give_link_verdict(seat: JudgeSeat) -> ResponseReturnValue:
    """The same for the holder of the mailed link."""
    return _give(seat)


def _give(seat: JudgeSeat) -> ResponseReturnValue:
    form = VerdictForm()
    if not form.validate():
        return _page(seat, form, 422)
    try:
        commands.give_verdict(
            seat,
            value=VerdictValue(form.value.data),
            text=form.text.data or "",
            by_name=bool(form.by_name.data),
            actor=current_user._get_current_object() if seat.token is None else None,
            at=clock.now(),
        )
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(seat, form, 422 if all(one.field for one in blocked.blockers) else 409)
    flash(_("Tack! Er bedömning är sparad."))
    return htmx.go(_back(seat) if seat.heard else _own(seat))


def _form(seat: JudgeSeat) -> VerdictForm:
    said = seat.last
    return VerdictForm(formdata=None, data={"value": said.value.value, "text": said.text, "by_name": said.by_name} if said else None)


def _own(seat: JudgeSeat) -> str:
    number = seat.commitment.number
    if seat.token is not None:
        return url_for("responses_thread.link_verdict", token=seat.token, number=number)
    return url_for("responses_thread.verdict", org=seat.organisation.slug, number=number, **seat.consultation.address)


def _back(seat: JudgeSeat) -> str:
    if not seat.heard:
        return url_for("responses.commitment", number=seat.commitment.number, **seat.consultation.address)
    anchor = f"atagande-{seat.commitment.number}"
    if seat.token is not None:
        return url_for("voices_thread.link_thread", token=seat.token, _anchor=anchor)
    return url_for("voices_thread.thread", org=seat.organisation.slug, **seat.consultation.address, _anchor=anchor)


def _page(seat: JudgeSeat, form: VerdictForm, status: int = 200) -> ResponseReturnValue:
    at, commitment = clock.now(), seat.commitment
    html = render_template(
        "responses/organisation/verdict.html",
        seat=seat,
        organisation=seat.organisation,
        consultation=seat.consultation,
        commitment=queries_commitments.get_undertaken(commitment.id, at).promise,
        form=form,
        back=_back(seat),
        blockers=lifecycle_verdicts.blockers_to_judge(commitment.party, commitment.response.release.published_at, at),
        frame="organisation.html" if seat.token is None else "voices/own/frame.html",
    )
    response = make_response(html, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
