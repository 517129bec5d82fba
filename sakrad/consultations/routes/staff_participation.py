"""The officers' page for organisations that ask to take part: each is owed an answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.consultations import commands, forms_participation, lifecycle, policy, queries, queries_participation
from sakrad.consultations.models import Consultation, ParticipationRequest
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, show_beside

bp = Blueprint("participation_staff", __name__)
ALL = "/handlaggning/<kommun>/sakrad/<slug>/forfragningar"


@bp.get(ALL)
@requires(policy.may_handle, load=queries.get_consultation)
def index(consultation: Consultation) -> ResponseReturnValue:
    """Who has asked, the unanswered first."""
    return _page(consultation)


@bp.post(f"{ALL}/<reference>")
@requires(policy.may_answer_request, load=queries_participation.get_request)
def answer(request: ParticipationRequest) -> ResponseReturnValue:
    """Yes invites; no has its reason."""
    consultation = request.consultation
    accepted = asked.form.get("beslut") == "ja"
    form = forms_participation.AnswerForm(prefix=request.reference)
    if not form.validate():
        return _page(consultation, request, form, status=422)
    try:
        commands.answer_request(
            request, accepted=accepted, reason=form.reason.data or "", actor=current_user._get_current_object(), at=clock.now()
        )
    except Blocked as refusal:
        mendable = all(blocker.field for blocker in refusal.blockers)
        if mendable:
            show_beside(form, refusal)
        blockers = [] if mendable else refusal.blockers
        return _page(consultation, request, form, blockers=blockers, status=422 if mendable else 409)
    flash(_("Organisationen är inbjuden.") if accepted else _("Svaret är skickat till organisationen."))
    return htmx.go(url_for(".index", **consultation.address))


def _page(
    consultation: Consultation,
    answering: ParticipationRequest | None = None,
    form: Any = None,
    *,
    blockers: list[Blocker] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The list; a form that was refused stands with its words at its own request."""
    requests = queries_participation.list_requests(consultation)
    forms = {each.reference: forms_participation.AnswerForm(formdata=None, prefix=each.reference) for each in requests}
    if answering is not None:
        forms[answering.reference] = form
    user: Any = current_user._get_current_object()
    return render_template(
        "consultations/staff/participation.html",
        consultation=consultation,
        municipality=consultation.municipality,
        requests=requests,
        forms=forms,
        form=form,
        barred={each.reference for each in requests if not policy.may_answer_request(user, each)},
        blockers=blockers or [],
        to_invite=lifecycle.blockers_to_invite(queries.facts_of(consultation), clock.now()),
    ), status
