"""What is overdue or to be followed up, and of which nobody has been told yet: for the worker, and for those whom it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import day_sv, db
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Municipality
from sakrad.responses.lifecycle_overdue import FOLLOW_UPS, Step, latest_due, months_before
from sakrad.responses.models import Commitment, FeedbackRelease, Progress, Response
from sakrad.responses.told import can_be_late, join_released

AT_ONCE = 200  # of a kind in one round of the worker; the next one takes the rest


def feedback_due() -> sa.ColumnElement[date]:
    """The day by which (the rest of) the authority's answers were promised. Needs Consultation.

    A part that was published by then has announced another day for the rest, which stays the promised one when that too has
    come. One that was itself late moves nothing.
    """
    told, rest = aliased(FeedbackRelease, name="told_part"), aliased(FeedbackRelease, name="next_part")
    in_time = day_sv(told.published_at) <= Consultation.feedback_due_on
    begun = sa.exists().where(told.consultation_id == Consultation.id, in_time).correlate(Consultation)
    ahead, after = rest.published_at.is_(None), day_sv(rest.published_at) > Consultation.feedback_due_on
    moved = sa.func.coalesce(sa.func.min(rest.planned_on).filter(ahead), sa.func.max(rest.planned_on))
    planned = sa.select(moved).where(rest.consultation_id == Consultation.id, sa.or_(ahead, after))
    next_day = sa.case((begun, planned.correlate(Consultation).scalar_subquery()))
    return sa.func.coalesce(next_day, Consultation.feedback_due_on, type_=sa.Date())


def list_late_feedback(step: Step, at: datetime, *only: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Consultations (with their due date) whose answers are so late that the step has come, and of which it has not been told."""
    due = feedback_due()
    return db.session.execute(
        sa.select(Consultation, due.label("due_on"))
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(
            Municipality.active,
            Consultation.announced_at.is_not(None),
            Consultation.closes_at <= at,
            Consultation.feedback_published_at.is_(None),
            Consultation.cancelled_at.is_(None),
            Consultation.ended_at.is_(None),
            due <= latest_due(step, clock.day_of(at)),
            ~_is_said(EventName.feedback_overdue, Consultation.id, Consultation.id, step, due),
            *only,
        )
        .order_by(Consultation.id)
        .limit(AT_ONCE)
    ).all()


def list_late_commitments(step: Step, at: datetime, *only: sa.ColumnElement[bool]) -> Sequence[Commitment]:
    """Published commitments so late that the step has come, and of which it has not been told since they got their due date."""
    said = _is_said(EventName.commitment_overdue, Commitment.consultation_id, Commitment.id, step, Commitment.due_on)
    return db.session.scalars(_open(Commitment.due_on <= latest_due(step, clock.day_of(at)), ~said, *only)).all()


def list_to_follow_up(months: int, at: datetime, *only: sa.ColumnElement[bool]) -> Sequence[Commitment]:
    """Commitments not done so many months after they were published, of which it has not been asked how they go.

    What should have been asked while nobody ran the worker is asked once, for the later of the two days.
    """
    asked = sa.exists().where(
        Event.name == EventName.follow_up_asked.value,
        Event.consultation_id == Commitment.consultation_id,
        Event.subject_id == Commitment.id,
        Event.data["months"].as_integer() >= months,
    )
    come = [FeedbackRelease.published_at < _end(months, at)]
    come += [FeedbackRelease.published_at >= _end(later, at) for later in FOLLOW_UPS if later > months]
    return db.session.scalars(_open(*come, ~asked, *only)).all()


def _end(months: int, at: datetime) -> datetime:
    return clock.end_of(months_before(clock.day_of(at), months))


def _open(*where: sa.ColumnElement[bool]) -> sa.Select[Commitment]:
    """What a municipality has promised, not done, and can still tell of."""
    return (
        join_released(sa.select(Commitment))
        .join(Commitment.consultation)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(Municipality.active, Consultation.ended_at.is_(None), Commitment.done_at.is_(None), can_be_late(), *where)
        .options(joinedload(Commitment.consultation), joinedload(Commitment.response).joinedload(Response.release))
        .order_by(Commitment.consultation_id, Commitment.number)
        .limit(AT_ONCE)
    )


def _is_said(name: EventName, consultation_id: Any, subject_id: Any, step: Step, due_on: Any) -> sa.ColumnElement[bool]:
    """That the step has been told of this due date: a moved one begins anew."""
    return sa.exists().where(
        Event.name == name.value,
        Event.consultation_id == consultation_id,
        Event.subject_id == subject_id,
        Event.data["step"].as_integer() == step.value,
        Event.data["due"].as_string() == sa.cast(due_on, sa.String),
    )


def is_unanswered_follow_up() -> sa.ColumnElement[bool]:
    """That nothing has been told of the commitment since the asking. Needs Commitment and the Event that asked."""
    told = sa.exists().where(Progress.commitment_id == Commitment.id, Progress.pledge_id.is_(None), Progress.at >= Event.at)
    return sa.and_(
        Event.name == EventName.follow_up_asked.value,
        Event.consultation_id == Commitment.consultation_id,
        Event.subject_id == Commitment.id,
        Commitment.done_at.is_(None),
        ~told.correlate(Commitment, Event),
    )
