"""Fråga våra medlemmar: closed questions, single-use links, and nothing kept but counters.

Own space: no event is recorded, and nothing says who answered or when. Whoever calls holds the draft's row
(queries_own.get_desk), or the survey's (queries_survey.get_survey_link).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.core.text import normalised
from sakrad.positions import lifecycle_survey as lifecycle
from sakrad.positions import member_counts, queries_survey
from sakrad.positions.commands.approving import void_approvals
from sakrad.positions.commands.writing import save_facts
from sakrad.positions.lifecycle_survey import INTRO_LIMIT, OPTION_LIMIT, QUESTION_LIMIT, Question
from sakrad.positions.models import Draft, Survey, SurveyQuestion, SurveyTicket
from sakrad.positions.revisions import FACTS

__all__ = [
    "Question",
    "WrongChoice",
    "WrongSurvey",
    "add_tickets",
    "answer_survey",
    "close_survey",
    "forget_old_surveys",
    "forget_survey",
    "open_survey",
    "remove_survey",
    "save_survey",
    "use_counts",
]


class WrongSurvey(ValueError):
    """Too few or too many questions or options, the same option twice, an empty or too long text."""


class WrongChoice(ValueError):
    """Not one option of every question."""


def save_survey(draft: Draft, *, intro: str, questions: Sequence[Question], at: datetime) -> Survey:
    """Write the questions, over those that stood there.

    Raises:
        Blocked: members have been asked already.
        WrongSurvey: see there.
    """
    intro = _line(intro)
    questions = [Question(_line(question.text), tuple(map(_line, question.options))) for question in questions]
    _refuse_unless_closed_questions(intro, questions)
    survey = queries_survey.find_survey(draft)
    refuse_unless_clear(lifecycle.blockers_to_write_survey(queries_survey.survey_facts(survey)))
    if survey is None:
        survey = Survey(draft=draft, created_at=at)
        db.session.add(survey)
    survey.intro = intro
    survey.questions.clear()
    db.session.flush()  # the numbers are free before they are taken again
    survey.questions = [
        SurveyQuestion(number=number, text=question.text, options=list(question.options), counts=[0] * len(question.options))
        for number, question in enumerate(questions, start=1)
    ]
    db.session.flush()
    return survey


def _line(text: str) -> str:
    return " ".join(normalised(text).split())


def _refuse_unless_closed_questions(intro: str, questions: Sequence[Question]) -> None:
    fits = len(intro) <= INTRO_LIMIT and lifecycle.FEWEST_QUESTIONS <= len(questions) <= lifecycle.MOST_QUESTIONS
    for question in questions:
        fits = fits and 0 < len(question.text) <= QUESTION_LIMIT and all(0 < len(option) <= OPTION_LIMIT for option in question.options)
        fits = fits and lifecycle.FEWEST_OPTIONS <= len(question.options) <= lifecycle.MOST_OPTIONS
        fits = fits and len({option.casefold() for option in question.options}) == len(question.options)
    if not fits:
        raise WrongSurvey


def open_survey(survey: Survey, *, tickets: int, at: datetime) -> None:
    """Ask: the questions are frozen, and there are so many links to hand out.

    Raises:
        Blocked: with every reason.
    """
    facts = queries_survey.survey_facts(survey)
    refuse_unless_clear(lifecycle.blockers_to_open_survey(facts, dates_of(survey.draft.consultation), tickets, at))
    survey.opened_at = at
    _make_tickets(survey, after=0, more=tickets)


def add_tickets(survey: Survey, *, tickets: int) -> int:
    """Make more links; returns the number of the first of them.

    Raises:
        Blocked: members are not being asked now, or there would be too many.
    """
    facts = queries_survey.survey_facts(survey)
    refuse_unless_clear(lifecycle.blockers_to_add_tickets(facts, tickets))
    _make_tickets(survey, after=facts.tickets, more=tickets)
    return facts.tickets + 1


def _make_tickets(survey: Survey, *, after: int, more: int) -> None:
    rows = [{"survey_id": survey.id, "number": number, "used": False} for number in range(after + 1, after + more + 1)]
    db.session.execute(sa.insert(SurveyTicket), rows)
    db.session.flush()


def answer_survey(survey: Survey, ticket: SurveyTicket, *, choices: Sequence[int]) -> bool:
    """Count one member's choices, in the same transaction as the link is used up. False, and nothing more, for a used link.

    Args:
        choices: for each question in order, which of its options, from 0.

    Raises:
        Blocked: it is closed.
        WrongChoice: not one option of every question.
    """
    if ticket.used:
        return False
    refuse_unless_clear(lifecycle.blockers_to_answer_survey(queries_survey.survey_facts(survey)))
    fits = len(choices) == len(survey.questions)
    if not fits or not all(0 <= chosen < len(question.options) for question, chosen in zip(survey.questions, choices, strict=True)):
        raise WrongChoice
    ticket.used = True
    for question, chosen in zip(survey.questions, choices, strict=True):
        question.counts = [count + (index == chosen) for index, count in enumerate(question.counts)]
    db.session.flush()
    return True


def close_survey(survey: Survey, *, actor: Actor | None, at: datetime) -> None:
    """Nobody answers any more. What may be told goes into the draft, whose approvals hold no longer; the counters go.

    Raises:
        Blocked: members are not being asked now.
    """
    refuse_unless_clear(lifecycle.blockers_to_close_survey(queries_survey.survey_facts(survey)))
    draft = survey.draft
    asked = queries_survey.count_tickets(survey).tickets
    draft.member_counts = member_counts.stored(((one.text, one.options, one.counts) for one in survey.questions), asked)
    for question in survey.questions:
        question.counts = []
    survey.closed_at = draft.updated_at = at
    void_approvals(draft, at=at)
    db.session.flush()


def use_counts(draft: Draft, *, actor: Actor | None, at: datetime) -> None:
    """Let the facts say how many were asked and answered, as the members' answers do. Nothing, where members have not answered."""
    if not draft.member_counts:
        return
    told = draft.member_counts[0]
    facts = {name: getattr(draft, name) for name in FACTS} | {"asked": told["asked"], "answered": told["answered"]}
    save_facts(draft, **facts, groups=list(draft.groups), seen_version=draft.version, actor=actor, at=at)


def remove_survey(draft: Draft, *, at: datetime) -> None:
    """Take the question and what members answered out of the draft; what has been sent keeps it. The links are dead."""
    forget_survey(draft)
    if draft.member_counts:
        draft.member_counts = []
        draft.updated_at = at
        void_approvals(draft, at=at)
    db.session.flush()


def forget_survey(draft: Draft) -> None:
    """Delete questions, links and counters; the draft keeps what may be told. Done when the answer has been sent."""
    survey = draft.survey
    if survey is not None:
        _delete(sa.select(Survey.id).where(Survey.id == survey.id))
        db.session.expire(draft, ["survey"])


def forget_old_surveys(before: datetime) -> None:
    """Delete the questions to members of every consultation that closed, or was cancelled, before then."""
    c = Consultation
    over = sa.select(c.id).where(sa.or_(c.closes_at < before, c.cancelled_at < before))
    _delete(sa.select(Survey.id).join(Survey.draft).where(Draft.consultation_id.in_(over)))


def _delete(survey_ids: sa.Select[int]) -> None:
    for model, key in ((SurveyTicket, SurveyTicket.survey_id), (SurveyQuestion, SurveyQuestion.survey_id), (Survey, Survey.id)):
        db.session.execute(sa.delete(model).where(key.in_(survey_ids)).execution_options(synchronize_session=False))
