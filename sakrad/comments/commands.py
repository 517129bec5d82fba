"""Every write about comments. None commits; each records what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.comments import lifecycle, queries
from sakrad.comments.models import Comment, CommentDecision, CommentReport, CommentState, ModerationGround
from sakrad.comments.queries import Target
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span, normalised
from sakrad.directory import queries as directory
from sakrad.directory.models import Organisation
from sakrad.records import commands as records
from sakrad.records.models import Mask, MaskGround


class GroundMissing(ValueError):
    """What is hidden must say why."""


def comment(target: Target, organisation: Organisation, *, text: str, submission_key: str, actor: Actor | None, at: datetime) -> Comment:
    """Receive an organisation's comment. It is a received document from here, and is reviewed before it is published.

    The same words with the same submission key give the same comment, so that a double click sends nothing twice.

    Raises:
        Blocked: it is not the time for comments, or what is commented on takes none.
        Stale: something else has been sent with the key.
    """
    text = normalised(text)
    if (known := _sent_with(submission_key, target, organisation, text)) is not None:
        return known
    consultation = target.consultation
    refuse_unless_clear(queries.blockers_to_comment(consultation, target, at))
    if target.parent is not None:
        published = target.parent.state is CommentState.published
        refuse_unless_clear(lifecycle.blockers_to_reply(parent_published=published, parent_is_reply=target.parent.parent_id is not None))
    received = Comment(
        consultation_id=consultation.id,
        question_id=target.question.id,
        answer_id=target.answer_id,
        parent_id=target.parent.id if target.parent else None,
        organisation=organisation,
        organisation_name=organisation.name,
        text=text,
        submission_key=submission_key,
        received_at=at,
        submitted_by_id=actor.id if actor else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(received)
    except sa.exc.IntegrityError:  # the other click was first
        first = _sent_with(submission_key, target, organisation, text)
        if first is None:
            raise
        return first
    _record(EventName.comment_received, received, actor=actor, at=at)
    return received


def _sent_with(key: str, target: Target, organisation: Organisation, text: str) -> Comment | None:
    """What was sent with the key: the same words about the same thing."""
    known = queries.find_by_key(key)
    if known is None:
        return None
    parent = target.parent.id if target.parent else None
    now = (organisation.id, target.question.id, target.answer_id, parent, text)
    if (known.organisation_id, known.question_id, known.answer_id, known.parent_id, known.text) != now:
        raise Stale
    return known


def review_comment(
    comment: Comment, *, state: CommentState, ground: ModerationGround | None = None, note: str = "", actor: Actor | None, at: datetime
) -> CommentDecision:
    """Publish it, or hide it with a ground from the published policy. The earlier decisions stay in the log; reports are handled by it.

    Raises:
        GroundMissing: it is hidden without one.
        Blocked: nobody in the municipality has verified the organisation yet, and it would be published.
        ValueError: the state is no decision.
    """
    if state is CommentState.waiting:
        raise ValueError(state)
    if state is CommentState.hidden and ground is None:
        raise GroundMissing
    verified = directory.is_verified(comment.organisation_id, comment.consultation.municipality_id)
    refuse_unless_clear(lifecycle.blockers_to_decide(publishing=state is CommentState.published, verified=verified))
    comment.state, comment.reviewed_at = state, at
    comment.ground = ground if state is CommentState.hidden else None
    decision = CommentDecision(
        comment_id=comment.id, state=state, ground=comment.ground, note=note, decided_at=at, decided_by_id=actor.id if actor else None
    )
    db.session.add(decision)
    open_reports = sa.update(CommentReport).where(CommentReport.comment_id == comment.id, CommentReport.handled_at.is_(None))
    db.session.execute(open_reports.values(handled_at=at))
    db.session.flush()
    _record(
        EventName.comment_reviewed, comment, actor=actor, at=at, state=state.value, ground=comment.ground.value if comment.ground else ""
    )
    return decision


def report_comment(comment: Comment, *, ground: ModerationGround, text: str = "", at: datetime) -> CommentReport:
    """A reader says that a published comment should not stand there. Nothing about the reader is kept."""
    report = CommentReport(comment_id=comment.id, ground=ground, text=normalised(text), reported_at=at)
    db.session.add(report)
    _record(EventName.comment_reported, comment, actor=None, at=at, ground=ground.value)
    return report


def mask_words(
    comment: Comment, *, words: str = "", span: Span | None = None, ground: MaskGround, actor: Actor | None, at: datetime
) -> list[Mask]:
    """Hide the span, or the words wherever they stand in the comment, in every published copy at once; the original is kept.

    Raises:
        WordsMissing: they do not stand there.
    """
    text, whose = queries.text_of(comment), _scope(comment)
    return records.mask_words(text.kind, text.ids, text.text, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_words(comment: Comment, mask: Mask, *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the mask's row stays as a trace."""
    records.remove_mask(mask, actor=actor, at=at, **_scope(comment))


def _scope(comment: Comment) -> dict[str, Any]:
    """Whose it is."""
    return {**comment.consultation.scope, "organisation_id": comment.organisation_id}


def _record(name: EventName, comment: Comment, *, actor: Actor | None, at: datetime, **data: Any) -> None:
    db.session.flush()
    events.record(name, at=at, actor=actor, subject_id=comment.id, **_scope(comment), **data)
