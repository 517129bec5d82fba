"""The evaluation as those who are asked meet it: by the mailed link, as a member of an organisation, as an official.

Reading writes nothing. The link opens the form at once: what stands there is the statements, which are everybody's.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import bearer, requires
from sakrad.core.errors import Blocked, Missing
from sakrad.core.security import limited
from sakrad.responses import policy, queries_evaluation
from sakrad.responses.commands.evaluating import answer_evaluation
from sakrad.responses.evaluation import OPEN_FOR
from sakrad.responses.forms_evaluation import EvaluationForm
from sakrad.responses.lifecycle_evaluation import blockers_to_answer
from sakrad.responses.queries_evaluation import Asked, is_answered
from sakrad.responses.routes.staff import bp as staff_bp
from sakrad.responses.routes.staff import refused, user

bp = Blueprint("evaluation_link", __name__)
organisation_bp = Blueprint("evaluation_organisation", __name__)
LINK = "/utvardering/<token>"
MEMBER = "/forening/<org>/utvardering/<kommun>/<slug>"
STAFF = "/handlaggning/<kommun>/sakrad/<slug>/utvardering"
as_organisation = requires(policy.may_evaluate, load=queries_evaluation.get_organisation_asked)


@bp.get(LINK)
@bearer(load=queries_evaluation.get_link_asked)
def show(asked: Asked) -> ResponseReturnValue:
    """The statements, by the mailed link."""
    return _page(asked, EvaluationForm(formdata=None))


@bp.post(LINK)
@limited("20 per hour", methods=["POST"])
@bearer(load=queries_evaluation.get_link_asked)
def answer(asked: Asked) -> ResponseReturnValue:
    """Answer by the mailed link."""
    return _answer(asked)


@organisation_bp.get(MEMBER)
@as_organisation
def evaluation(asked: Asked) -> ResponseReturnValue:
    """The statements, for those who may answer for the organisation."""
    return _page(asked, EvaluationForm(formdata=None))


@organisation_bp.post(MEMBER)
@as_organisation
def answer_evaluation_as_member(asked: Asked) -> ResponseReturnValue:
    """Answer for the organisation."""
    return _answer(asked)


@staff_bp.route(STAFF, methods=["GET", "POST"])
@requires(policy.may_send, load=get_consultation)
def evaluation_staff(consultation: Consultation) -> ResponseReturnValue:
    """The statements, for an official who is asked; for others who handle it, how the evaluation stands."""
    asked, form = queries_evaluation.find_official_asked(consultation, user()), EvaluationForm()
    if not form.is_submitted():
        return _page(asked, form, consultation)
    if asked is None:
        raise Missing("seat")
    return _answer(asked)


def _answer(asked: Asked) -> ResponseReturnValue:
    """Take what the form says, in one press; what was chosen stays where it cannot be taken."""
    form = EvaluationForm()
    if not form.validate():
        return _page(asked, form, status=422)
    try:
        answer_evaluation(asked.seat, form.said(), at=clock.now())
    except Blocked as blocked:
        return _page(asked, form, status=refused(form, blocked))
    flash(_("Tack! Svaret är sparat, utan att det går att se vem som lämnade det."))
    return htmx.go(_address(asked))


def _address(asked: Asked) -> str:
    address = asked.consultation.address
    if asked.token is not None:
        return url_for("evaluation_link.show", token=asked.token)
    if asked.seat.user_id is not None:
        return url_for("responses_staff.evaluation_staff", **address)
    return url_for("evaluation_organisation.evaluation", org=asked.organisation.slug, **address) if asked.organisation else ""


def _page(asked: Asked | None, form: EvaluationForm, consultation: Consultation | None = None, status: int = 200) -> Response:
    """The page in the frame of the way by which it was reached. `asked` is None for an official who is not asked."""
    of = asked.consultation if asked else consultation
    assert of is not None
    by_account = "organisation.html" if asked and asked.organisation else "staff.html"
    given: dict[str, Any] = {
        "consultation": of,
        "frame": "responses/link/evaluation_frame.html" if asked and asked.token else by_account,
        "asked": asked,
        "form": form,
        "blockers": blockers_to_answer(answered=is_answered(asked.seat), asked_at=asked.seat.asked_at, at=clock.now()) if asked else [],
        "closes_at": asked.seat.asked_at + OPEN_FOR if asked else None,
        "action": _address(asked) if asked else "",
    }
    if asked and asked.organisation:
        given["organisation"] = asked.organisation
    elif not (asked and asked.token):
        given["municipality"] = of.municipality
    response = make_response(render_template("responses/link/evaluation.html", **given), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
