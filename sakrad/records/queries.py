"""Reads of masks and reviews. A text is named by its kind and id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.statements import built_once, read_columns, strings
from sakrad.core.text import Span, masked
from sakrad.records.models import Mask, Review, ReviewDecision, ReviewKind, TextKind


def list_masks(kind: TextKind, text_ids: Collection[int]) -> list[Mask]:
    """The masks that lie over the texts now, in order of text and place."""
    if not text_ids:
        return []
    standing = sa.select(Mask).where(Mask.kind == kind, Mask.text_id.in_(text_ids), Mask.removed_at.is_(None))
    return list(db.session.scalars(standing.order_by(Mask.text_id, Mask.start, Mask.id)))


def masks_of(kind: TextKind, text_ids: Collection[int]) -> dict[int, list[Span]]:
    """The masked spans by text id, in one statement; a text without masks is left out."""
    spans: dict[int, list[Span]] = {}
    for mask in list_masks(kind, text_ids):
        spans.setdefault(mask.text_id, []).append(Span(mask.start, mask.end))
    return spans


def masks_over(texts: Mapping[TextKind, Collection[int]]) -> dict[tuple[TextKind, int], list[Span]]:
    """The masked spans of texts of several kinds, by kind and id, in one statement: for pages that gather many texts."""
    spans: dict[tuple[TextKind, int], list[Span]] = {}
    if wanted := {kind.value: ids for kind, ids in texts.items() if ids}:
        for mask in read_columns(*_masks_over(**wanted)):
            spans.setdefault((mask.kind, mask.text_id), []).append(Span(mask.start, mask.end))
    return spans


@built_once
def _masks_over(**texts: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    wanted = [sa.and_(Mask.kind == TextKind(kind), Mask.text_id.in_(ids)) for kind, ids in texts.items()]
    standing = sa.select(Mask.kind, Mask.text_id, Mask.start, Mask.end).where(Mask.removed_at.is_(None), sa.or_(*wanted))
    return standing.order_by(Mask.id)


def masks_column(kind: TextKind, text_id: Any) -> sa.ScalarSelect[str]:
    """The masked spans of a text as a column of its own row, so that no reader of the row can forget them; for `published_row`."""
    span = sa.cast(Mask.start, sa.String) + "-" + sa.cast(Mask.end, sa.String)
    standing = sa.select(strings(span, ",")).where(Mask.kind == kind, Mask.text_id == text_id, Mask.removed_at.is_(None))
    return standing.correlate_except(Mask).scalar_subquery()


def spans_of(column: str | None) -> list[Span]:
    """What `masks_column` said."""
    pairs = (pair.split("-") for pair in column.split(",")) if column else ()
    return [Span(int(start), int(end)) for start, end in pairs]


def published_row(text: str, column: str | None) -> str:
    """The text as readers see it, given what `masks_column` said."""
    return masked(text, spans_of(column))


def published(text: str, spans: Iterable[Span]) -> str:
    """The text as readers see it: a copy in which what is masked is blocks."""
    return masked(text, spans)


def latest_reviews(kind: ReviewKind, subject_ids: Collection[int]) -> dict[int, Review]:
    """The review that counts, by what is reviewed; what is not reviewed yet is left out."""
    if not subject_ids:
        return {}
    newest = sa.select(sa.func.max(Review.id)).where(about(kind, Review.subject_id.in_(subject_ids))).group_by(Review.subject_id)
    return {review.subject_id: review for review in db.session.scalars(sa.select(Review).where(Review.id.in_(newest)))}


def list_reviews(kind: ReviewKind, subject_id: int) -> list[Review]:
    """Every decision about one thing, newest first: the earlier ones stay."""
    return list(db.session.scalars(sa.select(Review).where(about(kind, Review.subject_id == subject_id)).order_by(Review.id.desc())))


def about(kind: ReviewKind, subject: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """That a review is of one kind and about the subject: ids of different tables may be alike."""
    return sa.and_(Review.kind == kind, subject)


def is_reviewed(kind: ReviewKind, subject_id: Any) -> sa.ColumnElement[bool]:
    """Whether anything has been decided about it."""
    return sa.exists().where(about(kind, Review.subject_id == subject_id))


def latest_decision(kind: ReviewKind, subject_id: Any) -> sa.ScalarSelect[ReviewDecision]:
    """The decision that counts, for a column of a larger statement."""
    newest = sa.select(Review.decision).where(about(kind, Review.subject_id == subject_id)).order_by(Review.id.desc()).limit(1)
    return newest.correlate_except(Review).scalar_subquery()
