"""The public pages of answers: the list, one answer, one question, and who took which stance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Question, QuestionKind
from sakrad.consultations.queries_correcting import answered_before
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.core.files import StoredFile
from sakrad.core.i18n import label
from sakrad.core.paging import PAGE, bytes_of, fitting, page_count
from sakrad.core.statements import among, built_once
from sakrad.core.text import Span
from sakrad.directory.models import Organisation
from sakrad.positions import uses
from sakrad.positions.member_counts import MemberCounts, shown
from sakrad.positions.models import Answer, Position, PositionAttachment, PositionVersion, Stance
from sakrad.positions.queries_behind import (
    Agreement,
    Behind,
    Party,
    behind,
    behind_columns,
    beside_column,
    besides,
    count_standing,
    texts_behind,
)
from sakrad.positions.queries_public import (
    LISTED,
    READABLE,
    Shown,
    Visibility,
    Voice,
    how_many,
    is_told_by_name,
    masked_voice,
    positions,
    visibility_sql,
    voice,
)
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

PAGE_BYTES = 34_000  # of people's words on one page, as they are sent
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


# -- the list


@dataclass(frozen=True, slots=True)
class Listed:
    """An answer in the list."""

    voice: Voice
    stances: tuple[Taken, ...]
    standing: int = 0  # other organisations that have confirmed that they stand behind
    agreeing: int = 0  # other published answers that concur with it


@dataclass(frozen=True, slots=True)
class AnswerList:
    """…/svar"""

    head: Head
    answered: int
    standing: int  # organisations that have answered by standing behind another's answer only
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


def _counts(*, at: datetime) -> dict[str, Any]:
    return {
        "answered": how_many(at),
        "readable": how_many(at, READABLE),
        "listed": how_many(at, LISTED),
        "standing": count_standing(at),
        "beside": beside_column(at),
    }


@built_once
def _listed(consultation_id: int, at: datetime, offset: int) -> sa.Select[*tuple[Any, ...]]:
    listed = positions(at).where(Position.consultation_id == consultation_id, among(visibility_sql(at), LISTED))
    return listed.order_by(*by_name(at)).limit(PAGE).offset(offset)


def get_answer_list(kommun: str, slug: str, page: int, at: datetime) -> AnswerList:
    """One page of the answers to a consultation. 3 statements. Raises Missing."""
    head, more = get_head(kommun, slug, at, _counts)
    pages = page_count(more["listed"])
    page = min(page, pages)
    voices = [voice(row) for row in db.session.execute(*_listed(head.id, at, (page - 1) * PAGE))]
    stances = _stances_of([one.version_id for one in voices if one.readable])
    beside = besides(more["beside"])
    rows = tuple(Listed(one, stances.get(one.version_id, ()), *(beside[one.version_id] if one.readable else (0, 0))) for one in voices)
    return AnswerList(head, more["answered"], more["standing"], more["readable"], rows, page, pages, head.valid_until)


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
    withdrawn: bool = False  # the question has been withdrawn by a correction
    before: int | None = None  # number of the correction of the question that the answer came before
    uses: tuple[uses.Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation of somebody who stands behind the answer, or of its sender on what it concurs with; the part on this page."""

    party: Party | None  # None: the sender's own
    agreement: Agreement | None
    question: int | None  # None: the whole answer
    text: str
    ends: bool  # false: goes on on the next page


@dataclass(frozen=True, slots=True)
class PublicAttachment:
    """A stripped copy that readers may have. `place` among all that came with the answer names it."""

    reference: str
    place: int
    kind: str
    size: int


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
    behind: Behind = field(default_factory=Behind)
    reserved: tuple[Reserved, ...] = ()
    attachments: tuple[PublicAttachment, ...] = ()
    members: MemberCounts | None = None  # how they answered; not told without a name, which the numbers could give away
    merged_into: str | None = None  # what its organisation has become part of

    @property
    def own_interest(self) -> bool:
        return any(part.own_interest for part in self.parts)


@built_once
def _addressed(consultation_id: int, key: str, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    seen = visibility_sql(at)
    earlier = sa.orm.aliased(PositionVersion)
    before = sa.and_(earlier.position_id == Position.id, earlier.number < Shown.number, earlier.meeting_id.is_(None))
    replaced = sa.select(sa.func.max(earlier.received_at)).where(before)
    attached = sa.exists().where(PositionAttachment.version_id == Shown.id, PositionAttachment.published_at.is_not(None))
    heir = sa.orm.aliased(Organisation)
    became = sa.select(heir.name).where(heir.id == Organisation.heir_id).correlate(Organisation).scalar_subquery().label("heir")
    former = replaced.correlate_except(earlier).scalar_subquery().label("replaced_at")
    return positions(at, former, attached.label("attached"), Shown.member_counts, became).where(
        Position.consultation_id == consultation_id,
        sa.or_(
            sa.and_(Organisation.slug == key, seen == Visibility.named.value),
            sa.and_(Organisation.slug == key, seen == Visibility.withdrawn.value, is_told_by_name()),
            sa.and_(Position.reference == key, among(seen, LISTED)),
        ),
    )


def get_answer_page(kommun: str, slug: str, key: str, page: int, at: datetime, *, question: int | None = None) -> AnswerPage:
    """One answer by the organisation's slug or the answer's reference. At most 8 statements.

    Args:
        question: the number of the one whose answer the page shall begin to give, whatever `page` says.

    Raises:
        Missing: there is none that readers may know of at that address.
    """
    head, more = get_head(kommun, slug, at, behind_columns, key=key)
    row = db.session.execute(*_addressed(head.id, key, at)).first()
    if row is None:
        raise Missing("answer")
    sender = voice(row)
    if not sender.readable:
        return AnswerPage(head, sender, None, (), 1, 1, head.valid_until)
    answers = list(db.session.execute(*_answers_of(head.id, sender.version_id)))
    ids = [answer.id for answer in answers if answer.id is not None]
    own = {TextKind.answer: ids} | {kind: [sender.version_id] for kind in (TextKind.role, TextKind.dissent, TextKind.member_question)}
    masks = masks_over({**own, **texts_behind(more)})
    told = behind(more, sender, masks)
    answered = [(answer, published(answer.text or "", masks.get((TextKind.answer, answer.id), ()))) for answer in answers]
    pages = _paged([*answered, *((reserved, reserved.text) for reserved in _reserved(told))])
    begins = (place for place, blocks in enumerate(pages, 1) if any(getattr(one, "number", None) == question for one, *_ in blocks))
    page = min(next(begins, page) if question else page, len(pages))
    used = uses.uses_of(ids) if head.summary_published_at else {}
    parts, reserved = [], []
    for block, start, end in pages[page - 1]:
        if isinstance(block, Reserved):
            reserved.append(replace(block, text=block.text[start:end].strip("\n"), ends=end >= len(block.text)))
        else:
            parts.append(_part(block, masks, start, end, used))
    return AnswerPage(
        head=head,
        voice=masked_voice(sender, masks),
        replaced_at=row.replaced_at if sender.visibility is Visibility.named else None,
        parts=tuple(parts),
        page=page,
        pages=len(pages),
        valid_until=head.valid_until,
        behind=told,
        reserved=tuple(reserved),
        attachments=_attachments_of(sender.version_id) if row.attached else (),
        members=shown(row.member_counts, masks.get((TextKind.member_question, sender.version_id), ())) if sender.name else None,
        merged_into=row.heir if sender.name else None,
    )


def _attachments_of(version_id: int) -> tuple[PublicAttachment, ...]:
    place = sa.func.row_number().over(order_by=PositionAttachment.id)
    statement = (
        sa.select(PositionAttachment.reference, place.label("place"), StoredFile.kind, StoredFile.size, PositionAttachment.published_at)
        .join(StoredFile, StoredFile.id == PositionAttachment.copy_id)
        .where(PositionAttachment.version_id == version_id)
        .order_by(PositionAttachment.id)
    )
    rows = db.session.execute(statement)
    return tuple(PublicAttachment(row.reference, row.place, row.kind.value, row.size) for row in rows if row.published_at)


def _reserved(told: Behind) -> list[Reserved]:
    """In full, those of others who stand behind first. Those of others who concur stand in full on their own pages."""
    theirs = [Reserved(party, None, question, text, ends=True) for party in told.confirmed for question, text in party.reservations]
    return [*theirs, *(Reserved(None, one, one.question, one.reservation, ends=True) for one in told.given if one.reservation)]


@built_once
def _answers_of(consultation_id: int, version_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Answer.id,
            Answer.text,
            Answer.stance,
            Answer.options,
            Answer.own_interest,
            Question.number,
            Question.text.label("question"),
            Question.kind,
            Question.withdrawn_at,
            answered_before(Question.id, Answer.question_version).label("before"),
        )
        .select_from(Question)
        .outerjoin(Answer, sa.and_(Answer.question_id == Question.id, Answer.version_id == version_id))
        .where(Question.consultation_id == consultation_id)
        .order_by(Question.number)
    )


def _paged(blocks: list[tuple[Any, str]]) -> list[list[tuple[Any, int, int]]]:
    """Answers and reservations on pages of at most PAGE_BYTES; one that is longer goes on on the next page."""
    pages: list[list[tuple[Any, int, int]]] = [[]]
    left = PAGE_BYTES
    for block, text in blocks:
        start = 0
        while True:
            size = bytes_of(text[start:])
            if pages[-1] and size > left:
                pages.append([])
                left = PAGE_BYTES
            end = start + fitting(text[start:], left)
            pages[-1].append((block, start, end))
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
        withdrawn=answer.withdrawn_at is not None,
        before=answer.before,
        uses=tuple(used.get(answer.id, ())) if ends else (),
    )
