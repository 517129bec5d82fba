"""The public pages of answers: the list, one answer, one question, and who took which stance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Question, QuestionKind
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.core.i18n import label
from sakrad.core.paging import PAGE, bytes_of, fitting, page_count
from sakrad.core.text import Span
from sakrad.directory.models import Organisation
from sakrad.positions import uses
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_public import (
    LISTED,
    READABLE,
    Shown,
    Visibility,
    Voice,
    how_many,
    masked_voice,
    positions,
    visibility_sql,
    voice,
)
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

PAGE_BYTES = 34_000  # of people's words on one page, as they are sent
QUOTED_BYTES = 1_500  # of one answer where many stand together
STANCES = (Stance.supports, Stance.supports_with_reservations, Stance.no_position, Stance.opposes)  # as the bar shows them


# -- stances


@dataclass(frozen=True, slots=True)
class Taken:
    """A stance on a proposal."""

    question: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One bar: how many organisations, and which."""

    code: Stance
    label: str
    count: int
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class StanceChart:
    """The stances on one proposal, of published answers. Counts organisations; is no vote."""

    question: int
    text: str
    rows: tuple[ChartRow, ...]

    @property
    def total(self) -> int:
        return sum(row.count for row in self.rows)

    @property
    def opposed(self) -> tuple[Voice, ...]:
        return next(row.voices for row in self.rows if row.code is Stance.opposes)


def stance_chart(question: int, text: str, taken: Iterable[tuple[Stance, Voice]]) -> StanceChart:
    """The chart of one proposal, named voices first."""
    by_stance: dict[Stance, list[Voice]] = {stance: [] for stance in STANCES}
    for stance, seen in taken:
        by_stance[stance].append(seen)
    rows = (
        ChartRow(stance, label(stance), len(seen), tuple(sorted(seen, key=lambda one: (one.name is None, one.name or ""))))
        for stance, seen in by_stance.items()
    )
    return StanceChart(question, text, tuple(rows))


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


# -- the list


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer in the list."""

    voice: Voice
    stances: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class AnswerList:
    """…/svar"""

    head: Head
    answered: int
    readable: int
    rows: tuple[Listed, ...]
    page: int
    pages: int
    valid_until: datetime


def by_name(at: datetime) -> tuple[sa.ColumnElement[Any], ...]:
    """Named answers by name; the others after them, in an order that says nothing about who they are."""
    seen = visibility_sql(at)
    key = sa.case((seen == Visibility.named.value, order_sv(Shown.organisation_name)), else_=Position.reference)
    return sa.case({name.value: place for place, name in enumerate(Visibility)}, value=seen), key


def get_answer_list(kommun: str, slug: str, page: int, at: datetime) -> AnswerList:
    """One page of the answers to a consultation. 3 statements. Raises Missing."""
    head, more = get_head(kommun, slug, at, answered=how_many(at), readable=how_many(at, READABLE), listed=how_many(at, LISTED))
    pages = page_count(more["listed"])
    page = min(page, pages)
    statement = positions(at).where(Position.consultation_id == head.id, visibility_sql(at).in_(LISTED))
    voices = [voice(row) for row in db.session.execute(statement.order_by(*by_name(at)).limit(PAGE).offset((page - 1) * PAGE))]
    stances = _stances_of([one.version_id for one in voices if one.readable])
    rows = tuple(Listed(one, stances.get(one.version_id, ())) for one in voices)
    return AnswerList(head, more["answered"], more["readable"], rows, page, pages, head.valid_until)


def _stances_of(version_ids: list[int]) -> dict[int, tuple[Taken, ...]]:
    found: dict[int, tuple[Taken, ...]] = {}
    if version_ids:
        statement = (
            sa.select(Answer.version_id, Question.number, Answer.stance)
            .join(Question, Question.id == Answer.question_id)
            .where(Answer.version_id.in_(version_ids), Answer.stance.is_not(None))
        )
        for row in db.session.execute(statement.order_by(Question.number)):
            found[row.version_id] = (*found.get(row.version_id, ()), Taken(row.number, row.stance))
    return found


# -- one answer


@dataclass(frozen=True, slots=True)
class Part:
    """A question and what was answered; `text` is masked, and the part of it that stands on this page."""

    number: int
    question: str
    kind: QuestionKind
    text: str
    begins: bool  # false: goes on from the page before
    ends: bool  # false: goes on on the next page
    stance: Stance | None
    options: tuple[str, ...]
    own_interest: bool
    answered: bool
    uses: tuple[uses.Use, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """…/svar/<org>: `voice` may be unreadable, then only the fact is told."""

    head: Head
    voice: Voice
    replaced_at: datetime | None  # when the version before it was received
    parts: tuple[Part, ...]
    page: int
    pages: int
    valid_until: datetime

    @property
    def own_interest(self) -> bool:
        return any(part.own_interest for part in self.parts)


def get_answer_page(kommun: str, slug: str, key: str, page: int, at: datetime) -> AnswerPage:
    """One answer by the organisation's slug or the answer's reference. At most 7 statements.

    Raises:
        Missing: there is none that readers may know of at that address.
    """
    head, _ = get_head(kommun, slug, at)
    seen = visibility_sql(at)
    earlier = sa.orm.aliased(PositionVersion)
    replaced = sa.select(sa.func.max(earlier.received_at)).where(earlier.position_id == Position.id, earlier.number < Shown.number)
    row = db.session.execute(
        positions(at, replaced.correlate_except(earlier).scalar_subquery().label("replaced_at")).where(
            Position.consultation_id == head.id,
            sa.or_(
                sa.and_(Organisation.slug == key, seen == Visibility.named.value),
                sa.and_(Position.reference == key, seen.in_(LISTED)),
            ),
        )
    ).first()
    if row is None:
        raise Missing("answer")
    sender = voice(row)
    if not sender.readable:
        return AnswerPage(head, sender, None, (), 1, 1, head.valid_until)
    answers = _answers_of(head.id, sender.version_id)
    ids = [answer.id for answer in answers if answer.id is not None]
    masks = masks_over({TextKind.answer: ids, TextKind.role: [sender.version_id], TextKind.dissent: [sender.version_id]})
    pages = _paged(answers, masks)
    page = min(page, len(pages))
    parts = pages[page - 1]
    used = uses.uses_of(ids) if head.summary_published_at else {}
    shown = tuple(_part(answer, masks, start, end, used) for answer, start, end in parts)
    replaced_at = row.replaced_at if sender.visibility is Visibility.named else None
    return AnswerPage(head, masked_voice(sender, masks), replaced_at, shown, page, len(pages), head.valid_until)


def _answers_of(consultation_id: int, version_id: int) -> list[Any]:
    statement = (
        sa.select(
            Answer.id,
            Answer.text,
            Answer.stance,
            Answer.options,
            Answer.own_interest,
            Question.number,
            Question.text.label("question"),
            Question.kind,
        )
        .select_from(Question)
        .outerjoin(Answer, sa.and_(Answer.question_id == Question.id, Answer.version_id == version_id))
        .where(Question.consultation_id == consultation_id)
        .order_by(Question.number)
    )
    return list(db.session.execute(statement))


def _paged(answers: list[Any], masks: Mapping[tuple[TextKind, int], list[Span]]) -> list[list[tuple[Any, int, int]]]:
    """The answers on pages of at most PAGE_BYTES; one that is longer goes on on the next page."""
    pages: list[list[tuple[Any, int, int]]] = [[]]
    left = PAGE_BYTES
    for answer in answers:
        text = published(answer.text or "", masks.get((TextKind.answer, answer.id), ()))
        start = 0
        while True:
            size = bytes_of(text[start:])
            if pages[-1] and size > left:
                pages.append([])
                left = PAGE_BYTES
            end = start + fitting(text[start:], left)
            pages[-1].append((answer, start, end))
            left -= bytes_of(text[start:end])
            start = end
            if start >= len(text):
                break
    return pages


def _part(answer: Any, masks: Mapping[tuple[TextKind, int], list[Span]], start: int, end: int, used: Mapping[int, list[uses.Use]]) -> Part:
    whole = answer.text or ""
    ends = end >= len(whole)
    return Part(
        number=answer.number,
        question=answer.question,
        kind=answer.kind,
        text=published(whole, masks.get((TextKind.answer, answer.id), ()))[start:end].strip("\n"),
        begins=start == 0,
        ends=ends,
        stance=answer.stance,
        options=tuple(answer.options or ()),
        own_interest=bool(answer.own_interest),
        answered=answer.id is not None and bool(whole.strip() or answer.stance or answer.options),
        uses=tuple(used.get(answer.id, ())) if ends else (),
    )


# -- one question


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """What one organisation answered; `text` is masked, and cut when `cut`."""

    voice: Voice
    text: str
    cut: bool
    stance: Stance | None
    options: tuple[str, ...]
    own_interest: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """…/fraga/<n>"""

    head: Head
    number: int
    of: int
    kind: QuestionKind
    text: str
    help: str
    chart: StanceChart | None
    options: tuple[OptionRow, ...]
    counted: int  # published answers to this question
    rows: tuple[QuestionAnswer, ...]
    page: int
    pages: int
    valid_until: datetime


def get_question_page(kommun: str, slug: str, number: int, page: int, at: datetime) -> QuestionPage:
    """One question with the published answers to it. 5 statements. Raises Missing."""
    head, _ = get_head(kommun, slug, at)
    questions = {row.number: row for row in db.session.execute(sa.select(*Question.__table__.c).where(Question.consultation_id == head.id))}
    if number not in questions:
        raise Missing("question")
    question = questions[number]
    answered = sa.or_(sa.func.trim(Answer.text) != "", Answer.stance.is_not(None), sa.cast(Answer.options, sa.Text) != "[]")
    here = (Position.consultation_id == head.id, Answer.question_id == question.id, visibility_sql(at).in_(READABLE), answered)

    def rows(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
        return positions(at, *columns).join(Answer, Answer.version_id == Shown.id).where(*here)

    taken = list(db.session.execute(rows(Answer.stance, Answer.options)))
    pages = page_count(len(taken))
    page = min(page, pages)
    columns = (Answer.id.label("answer_id"), Answer.text, Answer.stance, Answer.options, Answer.own_interest)
    found = list(db.session.execute(rows(*columns).order_by(*by_name(at)).limit(PAGE).offset((page - 1) * PAGE)))
    masks = masks_over({TextKind.answer: [row.answer_id for row in found]})
    chart = None
    if question.kind is QuestionKind.proposal and taken:
        chart = stance_chart(number, question.text, ((row.stance, voice(row)) for row in taken if row.stance))
    return QuestionPage(
        head=head,
        number=number,
        of=len(questions),
        kind=question.kind,
        text=question.text,
        help=question.help,
        chart=chart,
        options=option_rows(question.options, (row.options for row in taken)) if question.options and taken else (),
        counted=len(taken),
        rows=tuple(_question_answer(row, published(row.text, masks.get((TextKind.answer, row.answer_id), ()))) for row in found),
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )


def _question_answer(row: Any, text: str) -> QuestionAnswer:
    end = fitting(text, QUOTED_BYTES)
    return QuestionAnswer(voice(row), text[:end].rstrip(), end < len(text), row.stance, tuple(row.options or ()), row.own_interest)
