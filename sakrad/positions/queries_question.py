"""The public page of one question: its published answers, and how the organisations stand on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.corrections import Told
from sakrad.consultations.models import Question, QuestionKind
from sakrad.consultations.queries_correcting import answered_before, changes_to, corrections_column, corrections_in, withdrawn_by
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, fitting, page_count
from sakrad.core.statements import built_once
from sakrad.positions.models import Answer, Position, Stance
from sakrad.positions.queries_behind import Together, agreed_column, joined_column
from sakrad.positions.queries_public import READABLE, SAYS_ANYTHING, Shown, Voice, positions, visibility_sql, voice
from sakrad.positions.queries_reading import StanceChart, by_name, stance_chart
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

QUOTED_BYTES = 1_500  # of one answer where many stand together


@dataclass(frozen=True, slots=True)
class OptionRow:
    """How many organisations chose an option, and how many of them put it first."""

    label: str
    count: int
    first: int


def option_rows(options: list[str], chosen: Iterable[list[str]]) -> tuple[OptionRow, ...]:
    """The options of a question in its own order, counted in organisations."""
    chosen = [list(dict.fromkeys(one)) for one in chosen if one]
    count, first = Counter(option for one in chosen for option in one), Counter(one[0] for one in chosen)
    return tuple(OptionRow(option, count[option], first[option]) for option in options)


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """What one organisation answered; `text` is masked, and cut when `cut`."""

    voice: Voice
    text: str
    cut: bool
    stance: Stance | None
    options: tuple[str, ...]
    own_interest: bool
    before: int | None  # number of the correction of the question that it came before


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """…/fraga/<n>"""

    head: Head
    number: int
    of: int
    kind: QuestionKind
    text: str
    help: str
    changes: tuple[tuple[int, Told], ...]  # what corrections have changed of its words, with their numbers
    withdrawn_by: int | None  # number of the correction that withdrew it; 0 where it is not known
    chart: StanceChart | None
    options: tuple[OptionRow, ...]
    answers: int  # published answers to this question
    counted: int  # organisations that have answered it: themselves, jointly, or by concurring
    rows: tuple[QuestionAnswer, ...]
    page: int
    pages: int
    valid_until: datetime


def _columns(*, at: datetime, number: int) -> dict[str, Any]:
    return {"joined": joined_column(), "agreed": agreed_column(), "corrections": corrections_column(question=number)}


@built_once
def _taken(consultation_id: int, question_id: int, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """What each readable answer says on the question."""
    readable = positions(at, Position.organisation_id, Answer.stance, Answer.options, SAYS_ANYTHING.label("worded"))
    to_it = sa.and_(Answer.version_id == Shown.id, Answer.question_id == question_id)
    return readable.outerjoin(Answer, to_it).where(Position.consultation_id == consultation_id, visibility_sql(at).in_(READABLE))


@built_once
def _answers(consultation_id: int, question_id: int, at: datetime, offset: int) -> sa.Select[*tuple[Any, ...]]:
    """A page of the answers that say anything on it."""
    before = answered_before(question_id, Answer.question_version).label("before")
    columns = (Answer.id.label("answer_id"), Answer.text, Answer.stance, Answer.options, Answer.own_interest, before)
    return (
        positions(at, *columns)
        .join(Answer, sa.and_(Answer.version_id == Shown.id, Answer.question_id == question_id))
        .where(Position.consultation_id == consultation_id, visibility_sql(at).in_(READABLE), SAYS_ANYTHING)
        .order_by(*by_name(at))
        .limit(PAGE)
        .offset(offset)
    )


def get_question_page(kommun: str, slug: str, number: int, page: int, at: datetime) -> QuestionPage:
    """One question with the published answers to it. 5 statements. Raises Missing."""
    head, more = get_head(kommun, slug, at, _columns, number=number)
    corrections = corrections_in(more["corrections"])
    questions = {row.number: row for row in db.session.execute(sa.select(*Question.__table__.c).where(Question.consultation_id == head.id))}
    if number not in questions:
        raise Missing("question")
    question = questions[number]
    taken = list(db.session.execute(*_taken(head.id, question.id, at)))
    together = Together(more["joined"], more["agreed"], {row.position_id: (row.organisation_id, voice(row)) for row in taken})
    answers = sum(1 for row in taken if row.worded)
    pages = page_count(answers)
    page = min(page, pages)
    found = list(db.session.execute(*_answers(head.id, question.id, at, (page - 1) * PAGE)))
    masks = masks_over({TextKind.answer: [row.answer_id for row in found]})
    chart = None
    if question.kind is QuestionKind.proposal and answers:
        chart = stance_chart(number, question.text, together.count(number, {row.position_id: row.stance for row in taken}))
    chosen = [options for options, _voice in together.count(number, {row.position_id: row.options or None for row in taken})]
    return QuestionPage(
        head=head,
        number=number,
        of=len(questions),
        kind=question.kind,
        text=question.text,
        help=question.help,
        changes=changes_to(corrections),
        withdrawn_by=withdrawn_by(corrections).get(number, 0) if question.withdrawn_at else None,
        chart=chart,
        options=option_rows(question.options, chosen) if question.options and answers else (),
        answers=answers,
        counted=len(together.count(number, {row.position_id: True for row in taken if row.worded})),
        rows=tuple(_question_answer(row, published(row.text, masks.get((TextKind.answer, row.answer_id), ()))) for row in found),
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )


def _question_answer(row: Any, text: str) -> QuestionAnswer:
    end = fitting(text, QUOTED_BYTES)
    return QuestionAnswer(
        voice(row), text[:end].rstrip(), end < len(text), row.stance, tuple(row.options or ()), row.own_interest, row.before
    )
