"""Reads of questions to the members: for the organisation's own desk, and for whoever holds a single-use link."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.positions import links_survey
from sakrad.positions.lifecycle_survey import SurveyFacts
from sakrad.positions.models import Draft, Survey, SurveyTicket


@dataclass(frozen=True, slots=True)
class Progress:
    """How many links there are, and how many have been used. While it is open, nothing more is told."""

    tickets: int
    answered: int


def find_survey(draft: Draft) -> Survey | None:
    """The draft's question to the members, with its questions; locked when writing, so that nobody answers meanwhile."""
    statement = sa.select(Survey).where(Survey.draft_id == draft.id).options(selectinload(Survey.questions))
    return db.session.scalar(locked(statement, Survey))


def get_survey(draft: Draft) -> Survey:
    """The same.

    Raises:
        Missing: there is none.
    """
    found = find_survey(draft)
    if found is None:
        raise Missing("survey")
    return found


def count_tickets(survey: Survey) -> Progress:
    """In one statement, however many."""
    t = SurveyTicket
    row = db.session.execute(sa.select(sa.func.count(t.id), sa.func.count(sa.case((t.used, t.id)))).where(t.survey_id == survey.id)).one()
    return Progress(*row)


def survey_facts(survey: Survey | None) -> SurveyFacts:
    """What the lifecycle judges by."""
    if survey is None:
        return SurveyFacts()
    return SurveyFacts(
        questions=len(survey.questions),
        opened=survey.opened_at is not None,
        closed=survey.closed_at is not None,
        tickets=count_tickets(survey).tickets,
    )


def is_running(draft: Draft) -> bool:
    """Whether members are being asked about the draft now."""
    survey = draft.survey
    return survey is not None and survey.opened_at is not None and survey.closed_at is None


@dataclass(frozen=True, slots=True)
class SurveyLink:
    """What a true single-use link opens. Without a survey: the answer has been sent, and the question is gone."""

    token: str
    survey: Survey | None
    ticket: SurveyTicket | None

    @property
    def running(self) -> bool:
        return self.survey is not None and self.survey.closed_at is None

    @property
    def used(self) -> bool:
        return self.ticket is not None and self.ticket.used


def get_survey_link(token: str) -> SurveyLink:
    """What the link opens; when writing, the survey's and the ticket's rows are locked, so that each link counts once.

    Raises:
        Missing: the token is false.
    """
    found = links_survey.read(token)
    if found is None:
        raise Missing("ticket")
    reference, number = found
    statement = (
        sa.select(Survey)
        .where(Survey.reference == reference)
        .options(
            selectinload(Survey.questions),
            joinedload(Survey.draft).options(
                joinedload(Draft.organisation), joinedload(Draft.consultation).joinedload(Consultation.authority)
            ),
        )
    )
    survey = db.session.scalar(locked(statement, Survey))
    if survey is None:
        return SurveyLink(token, None, None)
    tickets = sa.select(SurveyTicket).where(SurveyTicket.survey_id == survey.id, SurveyTicket.number == number)
    ticket = db.session.scalar(locked(tickets, SurveyTicket))
    if ticket is None:
        raise Missing("ticket")
    return SurveyLink(token, survey, ticket)
