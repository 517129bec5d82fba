"""Who agrees with whom, as readers may see it and as the officials who compile do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import bytes_of, packed
from sakrad.directory.queries_public import Named
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_behind import Rows, Together, agreed_column, joined_column
from sakrad.positions.queries_public import READABLE, Visibility, Voice, positions, visibility_sql, voice
from sakrad.summaries.agreement import Agreement, Proposal, Row, Take, Taker, agreement

PAGE_BYTES = 24_000  # of the matrix, as it is sent
STAFF_PAGE_BYTES = 110_000
ROW_BYTES, CELL_BYTES = 330, 95
Voices = Mapping[int, tuple[int, Voice]]  # by position, with the organisation


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The page: the whole, the rows of the matrix that stand on it, and the proposal that is looked at group by group."""

    whole: Agreement
    rows: tuple[Row, ...]
    chosen: Proposal | None
    page: int
    pages: int


def _columns(*, at: datetime) -> dict[str, Any]:
    return {"joined": joined_column(), "agreed": agreed_column()}


def get_agreement(kommun: str, slug: str, question: int | None, page: int, at: datetime) -> tuple[Head, AgreementPage]:
    """Of the published answers, for readers. 4 statements.

    Raises:
        Missing: the summary is not published, or there is no such proposal.
    """
    head, more = get_head(kommun, slug, at, _columns)
    if head.summary_published_at is None:
        raise Missing("summary")
    return head, _page(public_agreement(head.id, at, more["joined"], more["agreed"]), question, page, PAGE_BYTES)


def public_agreement(consultation_id: int, at: datetime, joined: Rows, agreed: Rows) -> Agreement:
    """Of the published answers; `joined` and `agreed` are the columns of queries_behind. 3 statements."""
    statement = positions(at, Position.organisation_id).where(Position.consultation_id == consultation_id, visibility_sql(at).in_(READABLE))
    voices = {row.position_id: (row.organisation_id, voice(row)) for row in db.session.execute(statement)}
    return _agreement(consultation_id, voices, Position.published_id, joined, agreed)


def get_staff_agreement(consultation: Consultation, question: int | None, page: int) -> AgreementPage:
    """Of all answers that stand, for officials.

    Raises:
        Missing: there is no such proposal.
    """
    return _page(standing_agreement(consultation), question, page, STAFF_PAGE_BYTES)


def standing_agreement(consultation: Consultation) -> Agreement:
    """Of all answers that stand, with the names that officials know."""
    columns = sa.select(joined_column(standing=True), agreed_column(standing=True)).select_from(Consultation)
    joined, agreed = db.session.execute(columns.where(Consultation.id == consultation.id)).one()
    versions = sa.select(PositionVersion).join(Position, Position.current_id == PositionVersion.id)
    versions = versions.where(Position.consultation_id == consultation.id, Position.stands)
    versions = versions.options(
        selectinload(PositionVersion.groups), joinedload(PositionVersion.position).joinedload(Position.organisation)
    )
    voices = {one.position_id: (one.position.organisation_id, _staff_voice(one)) for one in db.session.scalars(versions)}
    return _agreement(consultation.id, voices, Position.current_id, joined, agreed)


def _staff_voice(version: PositionVersion) -> Voice:
    """By name: officials know who has answered."""
    return Voice(
        visibility=Visibility.named,
        key=version.position.organisation.slug,
        slug=version.position.organisation.slug,
        name=version.organisation_name,
        receipt_number=version.receipt_number,
        version_id=version.id,
        version=version.number,
        newer=False,
        groups=tuple(Named(group.name, group.name_en, group.slug) for group in version.groups),
    )


def _agreement(consultation_id: int, voices: Voices, version_id: Any, joined: Rows, agreed: Rows) -> Agreement:
    """Of those answers, in the versions that `version_id` names."""
    taken = (
        sa.select(Position.id, Answer.question_id, Answer.stance)
        .join(Answer, Answer.version_id == version_id)
        .where(Position.consultation_id == consultation_id, Answer.stance.is_not(None))
    )
    stances: dict[int, dict[int, Stance]] = {}
    for position_id, question_id, stance in db.session.execute(taken):
        if stance and position_id in voices:
            stances.setdefault(question_id, {})[position_id] = stance
    together = Together(joined, agreed, voices)
    return agreement(
        [
            (number, text, _takers(together, number, stances.get(question_id, {})))
            for question_id, number, text in _proposals(consultation_id)
        ]
    )


def _takers(together: Together, number: int, stances: Mapping[int, Stance]) -> list[Taker]:
    return [Taker(one.organisation, seen, Take(one.value, one.how)) for one, seen in together.counted(number, stances)]


def _proposals(consultation_id: int) -> list[Any]:
    """The questions on which stances may be taken; one that has been withdrawn is left out."""
    statement = sa.select(Question.id, Question.number, Question.text).where(
        Question.consultation_id == consultation_id, Question.kind == QuestionKind.proposal, Question.withdrawn_at.is_(None)
    )
    return list(db.session.execute(statement.order_by(Question.number)))


def _page(whole: Agreement, question: int | None, page: int, budget: int) -> AgreementPage:
    chosen = next((proposal for proposal in whole.proposals if proposal.number == question), None)
    if question is not None and chosen is None:
        raise Missing("question")
    sizes = [ROW_BYTES + bytes_of(row.voice.name or "") + CELL_BYTES * len(whole.proposals) for row in whole.rows]
    places = packed(sizes, budget)
    pages = places[-1] if places else 1
    page = min(page, pages)
    return AgreementPage(whole, tuple(row for row, place in zip(whole.rows, places, strict=True) if place == page), chosen, page, pages)
