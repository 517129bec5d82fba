"""Reads of comments: what one may comment on, and what officers and organisations see. What readers see is in queries_public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import aliased, joinedload, selectinload

from sakrad.accounts.models import User
from sakrad.accounts.queries import barred_for
from sakrad.comments import lifecycle
from sakrad.comments.lifecycle import Facts
from sakrad.comments.models import Comment, CommentDecision, CommentReport, CommentState
from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries import dates_of, get_consultation, get_public_consultation, handled_by
from sakrad.core.db import db
from sakrad.core.errors import Blocker, Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Municipality, Organisation
from sakrad.positions.models import Answer, Position, PositionParty, PositionVersion
from sakrad.positions.queries_public import Voice, positions, voice
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind

MOST = 200  # of an organisation's own, on one page


@dataclass(frozen=True, slots=True)
class Target:
    """What one comments on: a question, somebody's published answer to it, or a comment."""

    consultation: Consultation
    question: Question
    answer_id: int | None = None
    about: Voice | None = None  # whose answer
    parent: Comment | None = None


def facts_of(consultation: Consultation) -> Facts:
    """What the time for comments depends on."""
    return Facts(dates_of(consultation), consultation.comments_rule)


def find_by_key(submission_key: str) -> Comment | None:
    """The comment that was sent with the key, if any; whoever sent it."""
    return db.session.scalar(sa.select(Comment).where(Comment.submission_key == submission_key))


def blockers_to_comment(consultation: Consultation, target: Target | None, at: datetime) -> list[Blocker]:
    """Why one may not comment now; on the target, where there is one."""
    withdrawn = target is not None and target.question.withdrawn_at is not None
    return lifecycle.blockers_to_comment(facts_of(consultation), at, withdrawn=withdrawn)


def get_target(consultation: Consultation, at: datetime, *, number: int | None, key: str = "", reply_to: str = "") -> Target:
    """What the address names: a question, `key`'s published answer to it, or the comment with the reference `reply_to`.

    Raises:
        Missing: there is no such thing that readers can see.
    """
    if reply_to:
        parent = get_published(consultation.municipality.slug, consultation.slug, reply_to)
        return Target(consultation, parent.question, parent.answer_id, parent=parent)
    question = next((question for question in consultation.questions if question.number == number), None)
    if question is None:
        raise Missing("question")
    if not key:
        return Target(consultation, question)
    by_key = sa.or_(Organisation.slug == key, Position.reference == key)
    statement = positions(at, Answer.id.label("answer_id")).where(Position.consultation_id == consultation.id, by_key)
    statement = statement.join(Answer, sa.and_(Answer.version_id == Position.published_id, Answer.question_id == question.id))
    row = db.session.execute(statement).first()
    seen = voice(row) if row is not None else None
    if row is None or seen is None or not seen.readable or seen.key != key:
        raise Missing("answer")
    return Target(consultation, question, row.answer_id, seen)


def get_published(kommun: str, slug: str, reference: str) -> Comment:
    """A comment that readers can see.

    Raises:
        Missing: there is none, or it is not published.
    """
    found = _get(get_public_consultation(kommun, slug), reference)
    if found.state is not CommentState.published:
        raise Missing("comment")
    return found


def get_comment(kommun: str, slug: str, reference: str) -> Comment:
    """A comment whatever its state, for staff routes; its consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    return _get(get_consultation(kommun, slug), reference)


def _get(consultation: Consultation, reference: str) -> Comment:
    statement = sa.select(Comment).where(Comment.consultation_id == consultation.id, Comment.reference == reference)
    found = db.session.scalar(statement.options(joinedload(Comment.organisation), joinedload(Comment.question)))
    if found is None:
        raise Missing("comment")
    return found


def list_own(organisation: Organisation, consultation: Consultation) -> list[Comment]:
    """What the organisation has commented in the consultation, newest first, with what was decided."""
    statement = sa.select(Comment).where(Comment.organisation_id == organisation.id, Comment.consultation_id == consultation.id)
    statement = statement.options(selectinload(Comment.decisions), joinedload(Comment.question))
    return list(db.session.scalars(statement.order_by(Comment.id.desc()).limit(MOST)))


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of a consultation's comments for those who decide: waiting and reported ones first."""

    comments: list[Comment]
    waiting: int
    reported: int
    total: int
    page: int

    @property
    def pages(self) -> int:
        return page_count(self.total)


def list_queue(consultation: Consultation, page: int) -> Queue:
    """The comments with their questions, senders, decisions and reports."""
    reported = sa.exists().where(CommentReport.comment_id == Comment.id, CommentReport.handled_at.is_(None))
    mine = Comment.consultation_id == consultation.id
    is_waiting = Comment.state == CommentState.waiting
    waiting, open_reports, total = db.session.execute(
        sa.select(sa.func.count(sa.case((is_waiting, 1))), sa.func.count(sa.case((reported, 1))), sa.func.count(Comment.id)).where(mine)
    ).one()
    order = sa.case((is_waiting, 0), (reported, 1), else_=2)
    statement = (
        sa.select(Comment)
        .where(mine)
        .options(
            joinedload(Comment.question),
            joinedload(Comment.organisation),
            joinedload(Comment.parent).joinedload(Comment.organisation),
            joinedload(Comment.answer)
            .joinedload(Answer.version)
            .joinedload(PositionVersion.position)
            .options(joinedload(Position.organisation), selectinload(Position.parties).joinedload(PositionParty.organisation)),
            selectinload(Comment.decisions),
            selectinload(Comment.reports),
        )
        .order_by(order, Comment.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Queue(list(db.session.scalars(statement)), waiting, open_reports, total, page)


def count_to_review() -> sa.ScalarSelect[Any]:
    """How many comments of a consultation wait, or are reported. Needs Consultation outside."""
    reported = sa.exists().where(CommentReport.comment_id == Comment.id, CommentReport.handled_at.is_(None))
    counted = sa.select(sa.func.count(Comment.id)).where(
        Comment.consultation_id == Consultation.id, sa.or_(Comment.state == CommentState.waiting, reported)
    )
    return counted.correlate(Consultation).scalar_subquery()


def _of_or_about(organisations: set[int]) -> sa.ColumnElement[bool]:
    """That one of these (ids) has sent the comment, or the comment that it replies to, or stands behind the answer that it is about."""
    parent = aliased(Comment)
    stands = sa.and_(PositionParty.organisation_id.in_(organisations), PositionParty.stands)
    theirs = sa.or_(Position.organisation_id.in_(organisations), Position.parties.any(stands))
    return sa.or_(
        Comment.organisation_id.in_(organisations),
        Comment.parent_id.in_(sa.select(parent.id).where(parent.organisation_id.in_(organisations))),
        Comment.answer_id.in_(sa.select(Answer.id).join(Answer.version).join(PositionVersion.position).where(theirs)),
    )


def text_of(comment: Comment) -> MaskableText:
    """The comment as a text in which words can be hidden."""
    return MaskableText("kommentar", TextKind.comment, (comment.id,), gettext("Kommentaren"), comment.text)


def iterate_log(municipality: Municipality, user: User) -> Iterator[Any]:
    """Every decision about comments in the consultations that the user handles, oldest first: for the municipality's own log.

    `barred`: others decide about it (jäv), as policy.is_partial says.
    """
    statement = (
        sa.select(
            CommentDecision.decided_at,
            Consultation.title,
            Question.number,
            Comment.reference,
            Comment.organisation_name,
            Comment.received_at,
            CommentDecision.state,
            CommentDecision.ground,
            CommentDecision.note,
            Comment.text,
            sa.func.coalesce(_of_or_about(barred_for(user)), sa.false()).label("barred"),
        )
        .join(Comment, Comment.id == CommentDecision.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Question, Question.id == Comment.question_id)
        .where(Consultation.municipality_id == municipality.id, handled_by(user))
        .order_by(CommentDecision.id)
        .execution_options(yield_per=100)
    )
    yield from db.session.execute(statement)
