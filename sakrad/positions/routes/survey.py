"""Where a member answers the organisation's question: by a link that works once. No sign-in, no name, no time, no address.

Attempts are limited by a keyed digest of the address, so that the address itself is not written down even for the hour.
"""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm

from sakrad.core import htmx, ids
from sakrad.core.access import bearer
from sakrad.core.errors import Missing
from sakrad.core.security import limited
from sakrad.positions import forms_survey as forms
from sakrad.positions import queries_survey
from sakrad.positions.commands import surveying as commands
from sakrad.positions.queries_survey import SurveyLink

bp = Blueprint("positions_survey", __name__)


def _whose() -> str:
    return ids.derived("survey-limit", get_remote_address())[:32]


@bp.get("/medlemsfraga/<token>")
@limited("600 per hour", key_func=_whose)  # a hall full of members shares one address; a guess hits once in 10^17
@bearer(load=queries_survey.get_survey_link)
def answer(link: SurveyLink) -> ResponseReturnValue:
    """The questions; or that the link is used, or the question closed. Writes nothing."""
    return _page(link)


@bp.post("/medlemsfraga/<token>")
@limited("600 per hour", key_func=_whose)
@bearer(load=queries_survey.get_survey_link)
def count(link: SurveyLink) -> ResponseReturnValue:
    """Count the answers, and use up the link. Pressed twice, it is counted once."""
    if link.survey is None or link.ticket is None or link.used or not link.running:
        return _page(link), 409
    form = forms.answer_form(link.survey)
    if not form.validate():
        return _page(link, form), 422
    commands.answer_survey(link.survey, link.ticket, choices=forms.choices_in(form, link.survey))
    return htmx.go(url_for(".answer", token=link.token))


def _page(link: SurveyLink, form: FlaskForm | None = None) -> str:
    if link.survey is not None and link.survey.opened_at is None:
        raise Missing("not asked yet")
    if form is None and link.survey is not None and link.running and not link.used:
        form = forms.answer_form(link.survey)
    return render_template("positions/survey/answer.html", link=link, survey=link.survey, form=form)
