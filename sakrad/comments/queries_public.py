"""What readers see of the comments: published ones, under their masks, and the log in counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.comments import lifecycle
from sakrad.comments.lifecycle import Facts
from sakrad.comments.models import Comment, CommentDecision, CommentReport, CommentState, ModerationGround
from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Blocker
from sakrad.core.paging import PAGE, page_count
from sakrad.core.text import Span
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import Voice, positions, voice
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_of, published

REPLIES = 20  # shown under a comment


@dataclass(frozen=True, slots=True)
class Said:
    """A published comment. `about`: whose answer it is about; None for the question itself."""

    reference: str
    number: int  # the question's
    question: str
    organisation: str
    received_at: datetime
    text: str
    on_answer: bool
    withdrawn: bool  # the question: nothing more is said about it
    about: Voice | None  # None also for an answer that readers no longer see
    replies: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentPage:
    """…/kommentarer"""

    head: Head
    opens_at: datetime | None
    closes_at: datetime | None  # exclusive
    blockers: tuple[Blocker, ...]  # to commenting now
    comments: tuple[Said, ...]
    said: int  # replies counted
    total: int  # besides replies
    question: int | None  # only those about this question
    page: int
    valid_until: datetime

    @property
    def pages(self) -> int:
        return page_count(self.total)


def get_comment_page(kommun: str, slug: str, page: int, at: datetime, *, question: int | None = None) -> CommentPage:
    """The published comments, by question and oldest first, with their replies. 6 statements. Raises Missing."""
    head, _more = get_head(kommun, slug, at)
    facts = Facts(head.dates, head.comments_rule)
    seen = sa.and_(
        Comment.consultation_id == head.id,
        Comment.state == CommentState.published,
        *([Question.number == question] if question else []),
    )
    top = Comment.parent_id.is_(None)
    counted = sa.select(sa.func.count(Comment.id), sa.func.count(sa.case((top, 1)))).join(Question, Question.id == Comment.question_id)
    said, total = db.session.execute(counted.where(seen)).one()
    rows = db.session.execute(
        _comments().where(seen, top).order_by(Question.number, Comment.id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    replies = _replies([row.id for row in rows])
    masks = masks_of(TextKind.comment, [row.id for row in [*rows, *replies]])
    voices = _voices({row.position_id for row in rows if row.position_id}, at)
    below: dict[int, list[Said]] = {}
    for row in replies:
        below.setdefault(row.parent_id, []).append(_said(row, masks, {}))
    time = lifecycle.comments_open(facts)
    return CommentPage(
        head=head,
        opens_at=time[0] if time else None,
        closes_at=time[1] if time else None,
        blockers=tuple(lifecycle.blockers_to_comment(facts, at)),
        comments=tuple(_said(row, masks, voices, tuple(below.get(row.id, ()))) for row in rows),
        said=said,
        total=total,
        question=question,
        page=page,
        valid_until=clock.valid_until(at, head.opens_at, head.closes_at, *(time or ())),
    )


def _comments() -> sa.Select[*tuple[Any, ...]]:
    """Comments with what is shown of them."""
    return (
        sa.select(
            Comment.id,
            Comment.reference,
            Comment.parent_id,
            Comment.organisation_name,
            Comment.received_at,
            Comment.text,
            Comment.answer_id,
            Question.number,
            Question.text.label("question"),
            Question.withdrawn_at,
            PositionVersion.position_id,
        )
        .join(Question, Question.id == Comment.question_id)
        .outerjoin(Answer, Answer.id == Comment.answer_id)
        .outerjoin(PositionVersion, PositionVersion.id == Answer.version_id)
    )


def _replies(parents: list[int]) -> list[Any]:
    """The published replies to these comments, oldest first, at most REPLIES to each."""
    if not parents:
        return []
    place = sa.func.row_number().over(partition_by=Comment.parent_id, order_by=Comment.id).label("place")
    ranked = sa.select(Comment.id, place).where(Comment.parent_id.in_(parents), Comment.state == CommentState.published).subquery()
    statement = _comments().join(ranked, ranked.c.id == Comment.id).where(ranked.c.place <= REPLIES)
    return list(db.session.execute(statement.order_by(Comment.id)))


def _voices(position_ids: set[int], at: datetime) -> dict[int, Voice]:
    """The senders of the answers as readers may see them."""
    if not position_ids:
        return {}
    return {row.position_id: voice(row) for row in db.session.execute(positions(at).where(Position.id.in_(position_ids)))}


def _said(row: Any, masks: dict[int, list[Span]], voices: dict[int, Voice], replies: tuple[Said, ...] = ()) -> Said:
    seen = voices.get(row.position_id)
    return Said(
        reference=row.reference,
        number=row.number,
        question=row.question,
        organisation=row.organisation_name,
        received_at=row.received_at,
        text=published(row.text, masks.get(row.id, ())),
        on_answer=row.answer_id is not None,
        withdrawn=row.withdrawn_at is not None,
        about=seen if seen is not None and seen.readable else None,
        replies=replies,
    )


@dataclass(frozen=True, slots=True)
class LogPage:
    """…/kommentarer/logg: counts only."""

    head: Head
    received: int
    waiting: int
    published: int
    hidden: Counter[ModerationGround]
    decisions: int
    reports: int
    reports_open: int
    valid_until: datetime


def get_log_page(kommun: str, slug: str, at: datetime) -> LogPage:
    """How the comments have been handled, in counts. 3 statements. Raises Missing."""
    head, _more = get_head(kommun, slug, at)
    kinds = sa.select(Comment.state, Comment.ground, sa.func.count()).where(Comment.consultation_id == head.id)
    hidden: Counter[ModerationGround] = Counter()
    by_state: Counter[CommentState] = Counter()
    for state, ground, number in db.session.execute(kinds.group_by(Comment.state, Comment.ground)):
        by_state[state] += number
        if ground is not None:
            hidden[ground] += number
    of_this = Comment.consultation_id == head.id
    decisions = sa.select(sa.func.count(CommentDecision.id)).join(Comment, Comment.id == CommentDecision.comment_id).where(of_this)
    reports = sa.select(sa.func.count(CommentReport.id)).join(Comment, Comment.id == CommentReport.comment_id).where(of_this)
    totals = db.session.execute(
        sa.select(
            decisions.scalar_subquery(),
            reports.scalar_subquery(),
            reports.where(CommentReport.handled_at.is_(None)).scalar_subquery(),
        )
    ).one()
    return LogPage(
        head=head,
        received=by_state.total(),
        waiting=by_state[CommentState.waiting],
        published=by_state[CommentState.published],
        hidden=hidden,
        decisions=totals[0],
        reports=totals[1],
        reports_open=totals[2],
        valid_until=clock.valid_until(at),
    )


def count_published() -> sa.ScalarSelect[int]:
    """How many published comments a consultation has. Needs Consultation outside."""
    counted = sa.select(sa.func.count(Comment.id)).where(
        Comment.consultation_id == Consultation.id, Comment.state == CommentState.published
    )
    return counted.correlate(Consultation).scalar_subquery()
