"""What the clock says: that a promised day has passed, and that it is time to tell how a promise goes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db, locked
from sakrad.core.events import EventName
from sakrad.responses import queries_overdue
from sakrad.responses.commands.recording import scope
from sakrad.responses.commands.verdicts import ask_verdicts
from sakrad.responses.lifecycle_overdue import FOLLOW_UPS, Step
from sakrad.responses.models import Commitment

YEAR = max(FOLLOW_UPS)


def tell_overdue(at: datetime) -> int:
    """Record once per step and due date that answers and commitments are late; returns how many were recorded.

    The consultations are locked and it is asked anew what remains, so that two workers never tell the same.
    """
    told = 0
    for step in Step:
        if late := queries_overdue.list_late_feedback(step, at):
            ids = _lock({row.Consultation.id for row in late})
            for row in queries_overdue.list_late_feedback(step, at, Consultation.id.in_(ids)):
                note_late_feedback(row.Consultation, step, due_on=row.due_on, at=at)
                told += 1
        if found := queries_overdue.list_late_commitments(step, at):
            ids = _lock({commitment.consultation_id for commitment in found})
            for commitment in queries_overdue.list_late_commitments(step, at, Commitment.consultation_id.in_(ids)):
                note_late_commitment(commitment, step, at=at)
                told += 1
    return told


def note_late_feedback(consultation: Consultation, step: Step, *, due_on: date, at: datetime) -> None:
    """The authority's answers are late, and somebody is to hear it."""
    events.record(
        EventName.feedback_overdue,
        at=at,
        actor=None,
        subject_id=consultation.id,
        **scope(consultation),
        step=step.value,
        due=due_on.isoformat(),
    )


def note_late_commitment(commitment: Commitment, step: Step, *, at: datetime) -> None:
    """A commitment is late, and somebody is to hear it."""
    events.record(
        EventName.commitment_overdue,
        at=at,
        actor=None,
        subject_id=commitment.id,
        **scope(commitment.consultation),
        step=step.value,
        due=commitment.due_on.isoformat(),
    )


def ask_how_it_goes(at: datetime) -> int:
    """Ask the owners of what is not done half a year and a year after it was promised; then the organisations too."""
    asked = 0
    for months in FOLLOW_UPS:
        if not (found := queries_overdue.list_to_follow_up(months, at)):
            continue
        ids = _lock({commitment.consultation_id for commitment in found})
        for commitment in queries_overdue.list_to_follow_up(months, at, Commitment.consultation_id.in_(ids)):
            events.record(
                EventName.follow_up_asked, at=at, actor=None, subject_id=commitment.id, **scope(commitment.consultation), months=months
            )
            if months == YEAR:
                ask_verdicts(commitment, at)
            asked += 1
    return asked


def _lock(consultation_ids: set[int]) -> list[int]:
    ids = sorted(consultation_ids)
    db.session.execute(locked(sa.select(Consultation.id).where(Consultation.id.in_(ids)).order_by(Consultation.id), Consultation))
    return ids
