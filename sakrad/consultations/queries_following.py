"""Reads about what comes after a consultation, and about the dialogues that come back every year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from sakrad.accounts.models import User
from sakrad.consultations.lifecycle_following import needs_notice
from sakrad.consultations.models import Consultation, Continuation, ContinuationKind, RecurringDialogue
from sakrad.consultations.queries import get_consultation, handled_by
from sakrad.core.db import db, json_rows, locked, order_sv
from sakrad.core.errors import Missing
from sakrad.core.i18n import label
from sakrad.core.text import Span
from sakrad.directory.models import Municipality
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind
from sakrad.records.queries import published

MOST = 200  # consultations to choose from: the newest

# -- for readers


@dataclass(frozen=True, slots=True)
class Linked:
    """Another consultation of the same municipality, announced."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class ShownContinuation:
    """What comes next, as readers may see it."""

    kind: ContinuationKind
    text: str  # masked
    at: datetime
    next: Linked | None
    dialogue: str  # its title; empty without one

    @property
    def needs_notice(self) -> bool:
        return needs_notice(self.kind)


def continuations_column() -> sa.ScalarSelect[Any]:
    """What the consultation leads to, a row each. Needs Consultation outside; read by `continuations_in`."""
    other = aliased(Consultation)
    return (
        sa.select(
            json_rows(
                *(Continuation.id, Continuation.kind, Continuation.text, Continuation.at),
                *(other.slug, other.title, RecurringDialogue.title),
            )
        )
        .select_from(Continuation)
        .outerjoin(other, sa.and_(other.id == Continuation.next_id, other.announced_at.is_not(None)))
        .outerjoin(RecurringDialogue, RecurringDialogue.id == Continuation.dialogue_id)
        .where(Continuation.consultation_id == Consultation.id)
        .correlate(Consultation)
        .scalar_subquery()
    )


def comes_from_column() -> sa.ScalarSelect[Any]:
    """The announced consultations that have led to this one. Needs Consultation outside; read by `comes_from_in`."""
    former = aliased(Consultation)
    return (
        sa.select(json_rows(former.slug, former.title))
        .select_from(Continuation)
        .join(former, former.id == Continuation.consultation_id)
        .where(Continuation.next_id == Consultation.id, former.announced_at.is_not(None))
        .correlate(Consultation)
        .scalar_subquery()
    )


Rows = Sequence[Sequence[Any]] | None


def ids_in(rows: Rows) -> list[int]:
    """Whose masks `continuations_in` is to be given."""
    return [row[0] for row in rows or ()]


def continuations_in(rows: Rows, masks: Mapping[tuple[TextKind, int], Sequence[Span]]) -> tuple[ShownContinuation, ...]:
    """What the column holds, oldest first."""
    return tuple(
        ShownContinuation(
            kind=ContinuationKind(kind),
            text=published(text, masks.get((TextKind.continuation, number), ())),
            at=_instant(at),
            next=Linked(slug, title) if slug else None,
            dialogue=dialogue or "",
        )
        for number, kind, text, at, slug, title, dialogue in sorted(rows or (), key=lambda row: row[0])
    )


def comes_from_in(rows: Rows) -> tuple[Linked, ...]:
    """What the column holds, each once, by title."""
    return tuple(Linked(slug, title) for title, slug in sorted({(title, slug) for slug, title in rows or ()}))


def _instant(text: str) -> datetime:
    """An instant as the databases write it into JSON: SQLite without its zone, which is UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# -- for staff


def list_continuations(consultation: Consultation) -> list[Continuation]:
    """What has been told of what comes next, oldest first."""
    statement = sa.select(Continuation).where(Continuation.consultation_id == consultation.id).order_by(Continuation.id)
    return list(db.session.scalars(statement.options(joinedload(Continuation.next), joinedload(Continuation.dialogue))))


def get_continuation(kommun: str, slug: str, number: int) -> Continuation:
    """The one with the number, counted from 1; its consultation is locked when writing. Raises Missing."""
    told = list_continuations(get_consultation(kommun, slug))
    if not 1 <= number <= len(told):
        raise Missing("continuation")
    return told[number - 1]


def text_of(continuation: Continuation, number: int) -> MaskableText:
    """Its words, to hide some of them."""
    where = f"{label(continuation.kind)}, {number}"
    return MaskableText("text", TextKind.continuation, (continuation.id,), where, continuation.text)


def list_possible_next(consultation: Consultation, user: User) -> list[Consultation]:
    """What the consultation may lead to: the municipality's others that are announced, and the drafts that the user handles."""
    led_to = sa.select(Continuation.next_id).where(Continuation.consultation_id == consultation.id, Continuation.next_id.is_not(None))
    statement = (
        sa.select(Consultation)
        .where(
            Consultation.municipality_id == consultation.municipality_id,
            Consultation.id != consultation.id,
            Consultation.id.not_in(led_to),
            Consultation.cancelled_at.is_(None),
            sa.or_(Consultation.announced_at.is_not(None), handled_by(user)),
        )
        .order_by(Consultation.id.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(statement))


def is_continued_by(consultation: Consultation, next: Consultation) -> bool:
    """Whether it has been told that the one leads to the other."""
    told = sa.exists().where(Continuation.consultation_id == consultation.id, Continuation.next_id == next.id)
    return bool(db.session.scalar(sa.select(told)))


def list_dialogues(municipality: Municipality) -> list[RecurringDialogue]:
    """The dialogues that come back, by title; those that are ended are left out."""
    return list(
        db.session.scalars(
            sa.select(RecurringDialogue)
            .where(RecurringDialogue.municipality_id == municipality.id, RecurringDialogue.ended_at.is_(None))
            .options(joinedload(RecurringDialogue.authority), selectinload(RecurringDialogue.groups))
            .order_by(order_sv(RecurringDialogue.title), RecurringDialogue.id)
        )
    )


def get_dialogue(kommun: str, reference: str) -> RecurringDialogue:
    """A dialogue, ended or not; locked when writing. Raises Missing."""
    statement = (
        sa.select(RecurringDialogue)
        .join(RecurringDialogue.municipality)
        .where(Municipality.active, Municipality.slug == kommun, RecurringDialogue.reference == reference)
        .options(joinedload(RecurringDialogue.municipality), joinedload(RecurringDialogue.authority))
    )
    dialogue = db.session.scalar(locked(statement, RecurringDialogue))
    if dialogue is None:
        raise Missing("dialogue")
    return dialogue
