"""Questions to the members, made the real way."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions.commands import surveying
from sakrad.positions.commands.surveying import Question
from sakrad.positions.links_survey import token_of
from sakrad.positions.models import Draft, Survey, SurveyTicket
from tests.factories.positions import fresh

QUESTIONS = (Question("Ska vi säga ja till förslaget?", ("Ja", "Nej", "Vet inte")), Question("Hur ofta kommer du?", ("Ofta", "Sällan")))


def written(draft: Draft, questions: Sequence[Question] = QUESTIONS) -> Survey:
    draft = fresh(draft)
    with transaction():
        return surveying.save_survey(draft, intro="Vi vill veta vad ni tycker.", questions=questions, at=clock.now())


def opened(draft: Draft, tickets: int = 60, questions: Sequence[Question] = QUESTIONS) -> Survey:
    survey = fresh(written(draft, questions))
    with transaction():
        surveying.open_survey(survey, tickets=tickets, at=clock.now())
    return survey


def answered(survey: Survey, *choices: Sequence[int]) -> None:
    """One member after the other, with the first links that are left."""
    survey = fresh(survey)
    with transaction():
        left = (
            sa.select(SurveyTicket).where(SurveyTicket.survey_id == survey.id, SurveyTicket.used.is_(False)).order_by(SurveyTicket.number)
        )
        for ticket, chosen in zip(db.session.scalars(left).all(), choices, strict=False):
            assert surveying.answer_survey(survey, ticket, choices=chosen)


def closed(survey: Survey) -> Survey:
    survey = fresh(survey)
    with transaction():
        surveying.close_survey(survey, actor=None, at=clock.now())
    return survey


def link(survey: Survey, number: int = 1) -> str:
    return f"/medlemsfraga/{token_of(fresh(survey).reference, number)}"
