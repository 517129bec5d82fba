"""The public page of what organisations said at a meeting: their words, once reviewed, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import bytes_of, packed
from sakrad.meetings.models import Meeting
from sakrad.positions import uses
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import READABLE, Voice, positions, visibility_sql, voice
from sakrad.positions.queries_reading import by_name
from sakrad.positions.queries_views import is_view_standing
from sakrad.positions.uses import Use
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

PAGE_BYTES = 34_000  # of words, about, as they are sent
AROUND_BYTES = 1_500  # of what stands around the words of one view


@dataclass(frozen=True, slots=True)
class View:
    """What one organisation said about one question."""

    voice: Voice
    question: int
    asked: str
    text: str  # masked
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class ViewsPage:
    """…/moten/<n>/synpunkter"""

    head: Head
    title: str  # the meeting's
    number: int
    starts_at: datetime
    views: tuple[View, ...]
    page: int
    pages: int
    valid_until: datetime


def get_views_page(kommun: str, slug: str, number: int, page: int, at: datetime, *, question: int | None = None) -> ViewsPage:
    """What was said at the meeting, as far as readers may read it. At most 7 statements.

    Args:
        question: the number of the one whose views the page shall begin to give, whatever `page` says.

    Raises:
        Missing: there is no such meeting, or nothing from it has been published.
    """
    head, _ = get_head(kommun, slug, at)
    said = sa.orm.aliased(PositionVersion, name="said_version")
    columns = (
        Answer.id.label("answer_id"),
        Answer.text,
        Question.number.label("question"),
        Question.text.label("question_text"),
        Meeting.title,
    )
    rows = db.session.execute(
        positions(at, *columns, spoken=said)
        .join(Answer, Answer.version_id == said.id)
        .join(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == head.id, Meeting.number == number, _readable(said, at))
        .order_by(Question.number, *by_name(at), Answer.id)
    ).all()
    if not rows:
        raise Missing("views")
    *places, pages = packed([*(AROUND_BYTES + bytes_of(row.text) for row in rows), 0], PAGE_BYTES)
    begins = (place for row, place in zip(rows, places, strict=True) if row.question == question)
    page = min(next(begins, page), pages)
    shown = [row for row, place in zip(rows, places, strict=True) if place == page]
    ids = [row.answer_id for row in shown]
    masks = masks_over({TextKind.answer: ids})
    used = uses.uses_of(ids) if head.summary_published_at else {}
    return ViewsPage(
        head=head,
        title=rows[0].title,
        number=number,
        starts_at=rows[0].said_at,
        views=tuple(
            View(
                voice=voice(row),
                question=row.question,
                asked=row.question_text,
                text=published(row.text, masks.get((TextKind.answer, row.answer_id), ())),
                uses=tuple(used.get(row.answer_id, ())),
            )
            for row in shown
        ),
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )


def has_views(meeting_id: int, at: datetime) -> bool:
    """Whether the page above has anything to show of the meeting; for the link to it. 1 statement."""
    said = sa.orm.aliased(PositionVersion, name="said_version")
    answered = sa.exists().where(Answer.version_id == said.id)
    found = positions(at, spoken=said).where(said.meeting_id == meeting_id, answered, _readable(said, at)).limit(1)
    return db.session.execute(found).first() is not None


def _readable(said: Any, at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(is_view_standing(said), visibility_sql(at).in_(READABLE))
