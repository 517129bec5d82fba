"""Reads of the own space about concurring: whose answers one may agree with, and what a draft agrees with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.text import excerpt
from sakrad.directory.models import Organisation
from sakrad.positions import receipts
from sakrad.positions.models import (
    Answer,
    Concurrence,
    Draft,
    DraftConcurrence,
    Position,
    PositionVersion,
    PublicationWish,
)
from sakrad.positions.queries_public import READABLE, Shown, Visibility, Voice, positions, visibility_sql, voice
from sakrad.positions.queries_reading import by_name
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

BEGINNING = 400  # code points of the first answer


# -- answers that one may concur with


@dataclass(frozen=True, slots=True)
class Choice:
    """Another's published answer, in the list of those one may concur with."""

    key: str  # in the address
    voice: Voice
    beginning: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a published answer says on one question; masked."""

    question: Question
    answer: Answer
    text: str


@dataclass(frozen=True, slots=True)
class Choosing:
    """A published answer, read in full before one concurs with it."""

    position: Position
    voice: Voice
    said: tuple[Said, ...]


def list_choices(organisation: Organisation, consultation: Consultation, draft: Draft | None, at: datetime) -> list[Choice]:
    """The published answers of others, named ones by name. Three statements."""
    rows = db.session.execute(_readable(consultation.id, organisation.id, at).order_by(*by_name(at))).all()
    first = sa.select(sa.func.min(Answer.id)).where(
        Answer.version_id.in_([row.version_id for row in rows]), sa.func.length(Answer.text) > 0
    )
    found = db.session.execute(sa.select(Answer.version_id, Answer.id, Answer.text).where(Answer.id.in_(first.group_by(Answer.version_id))))
    words = {row.version_id: (row.id, row.text) for row in found}
    masks = masks_over({TextKind.answer: [answer_id for answer_id, _text in words.values()]})
    agreed = {one.position_id for one in draft.concurrences} if draft else set()
    choices = []
    for row in rows:
        answer_id, text = words.get(row.version_id, (0, ""))
        shown = excerpt(published(text, masks.get((TextKind.answer, answer_id), ())), BEGINNING)
        choices.append(Choice(row.reference, voice(row), shown, row.position_id in agreed))
    return choices


def get_choice(organisation: Organisation, consultation: Consultation, key: str, at: datetime) -> Choosing:
    """The published answer at the address: the reference of its position, or the slug of an organisation that is named.

    Raises:
        Missing: there is none that readers may read, or it is the organisation's own.
    """
    row = next((row for row in db.session.execute(_readable(consultation.id, organisation.id, at, key))), None)
    if row is None:
        raise Missing("answer")
    position = db.session.get_one(Position, row.position_id)
    answers = db.session.scalars(
        sa.select(Answer).join(Answer.question).where(Answer.version_id == row.version_id).options(joinedload(Answer.question))
    ).all()
    masks = masks_over({TextKind.answer: [answer.id for answer in answers]})
    said = [
        Said(answer.question, answer, published(answer.text, masks.get((TextKind.answer, answer.id), ())))
        for answer in sorted(answers, key=lambda answer: answer.question.number)
        if receipts.has_content(answer)
    ]
    return Choosing(position, voice(row), tuple(said))


def _readable(consultation_id: int, besides: int, at: datetime, key: str = "") -> sa.Select[*tuple[object, ...]]:
    seen = visibility_sql(at)
    statement = positions(at).where(Position.consultation_id == consultation_id, Position.organisation_id != besides, seen.in_(READABLE))
    named = sa.and_(Organisation.slug == key, seen == Visibility.named.value)
    return statement.where(sa.or_(Position.reference == key, named)) if key else statement


def find_readable(position: Position, at: datetime) -> PositionVersion | None:
    """The version of the position that readers may read now."""
    shown = db.session.scalar(positions(at).with_only_columns(Shown.id).where(Position.id == position.id, visibility_sql(at).in_(READABLE)))
    return db.session.get(PositionVersion, shown) if shown else None


def answered_in(version: PositionVersion) -> frozenset[int]:
    """The numbers of the questions that the version answers."""
    return frozenset(answer.question.number for answer in version.answers if receipts.has_content(answer))


def find_concurrence(draft: Draft, position: Position, question: Question | None) -> DraftConcurrence | None:
    """The draft's concurrence with the answer, whole or to the question."""
    number = question.id if question else None
    return next((one for one in draft.concurrences if (one.position_id, one.question_id) == (position.id, number)), None)


# -- what the draft, or what was sent, concurs with


@dataclass(frozen=True, slots=True)
class Agreement:
    """A concurrence as its own organisation, and the municipality, may see it."""

    reference: str  # of one in a draft
    key: str  # of the other's position
    name: str | None  # None: it answered without name
    question: int | None  # None: the whole
    reservation: str
    readable: bool  # the other's answer, now
    read: int  # the version that was read
    shown: int  # the version that readers see now

    @property
    def outdated(self) -> bool:
        """The other has published another version than the one that was read."""
        return self.readable and self.shown != self.read


def list_agreements(source: Draft | PositionVersion, at: datetime) -> list[Agreement]:
    """What the draft, or what was sent, concurs with, in the order in which it was added. At most four statements."""
    concurrences: Sequence[DraftConcurrence | Concurrence] = source.concurrences
    if not concurrences:
        return []
    found = positions(at).where(Position.id.in_({one.position_id for one in concurrences}))
    voices = {row.position_id: voice(row) for row in db.session.execute(found)}
    numbers = dict(
        db.session.execute(sa.select(Question.id, Question.number).where(Question.id.in_({one.question_id for one in concurrences}))).all()
    )
    agreements = []
    for one in concurrences:
        seen = voices[one.position_id]
        named_then = one.target.organisation_name if one.target.wish is PublicationWish.named else None
        agreements.append(
            Agreement(
                reference=one.reference if isinstance(one, DraftConcurrence) else "",
                key=one.position.reference,
                name=seen.name if seen.readable else named_then,
                question=numbers.get(one.question_id) if one.question_id else None,
                reservation=one.reservation,
                readable=seen.readable,
                read=one.target.number,
                shown=seen.version,
            )
        )
    return agreements


def answered_by_agreeing(draft: Draft) -> frozenset[int]:
    """The numbers of the questions that the draft answers by concurring, also with the whole of an answer that answered them."""
    numbers: set[int] = set()
    for one in draft.concurrences:
        numbers |= answered_in(one.target) if one.question is None else {one.question.number}
    return frozenset(numbers)
