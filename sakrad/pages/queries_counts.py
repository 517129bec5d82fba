"""How much of each thing waits for the municipality, consultation by consultation. Nothing here comes from a draft (PRACTICE.md 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.accounts.models import User
from sakrad.accounts.policy import is_partial
from sakrad.consultations.lifecycle import InvitationStatus, Phase
from sakrad.consultations.models import Consultation, Invitation, ParticipationRequest
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.queries import handled_by, phase_sql, registered_by
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Authority, Municipality
from sakrad.positions.models import Position, PositionVersion
from sakrad.positions.queries_invited import status_sql
from sakrad.records.models import DisclosureRequest
from sakrad.responses.evaluation import OPEN_FOR
from sakrad.responses.models import AnswerTask, Commitment, EvaluationSeat, FeedbackRelease, Pledge, Response, Verdict
from sakrad.responses.queries_answers import authorities_of, duties
from sakrad.responses.queries_overdue import is_unanswered_follow_up
from sakrad.responses.queries_pledges import waits_for_answer, waits_for_review
from sakrad.responses.queries_verdicts import waits_for_review as is_verdict_waiting
from sakrad.responses.told import is_overdue, join_released
from sakrad.summaries.models import Assignment
from sakrad.summaries.queries_sharing import is_left

MOST = 200  # that are under way at once in one municipality: far above what any has


@dataclass(frozen=True, slots=True)
class Count:
    """How much of one thing there is in a consultation, and since when (the day on which the first was due)."""

    title: str
    slug: str
    authority: str
    number: int
    since: date | None = None


def counting(what: Any, *, since: Any) -> sa.Select[*tuple[Any, ...]]:
    """How much there is of one thing in each consultation, and since when: join it, say which, and give it to `counts`."""
    count, first = sa.func.count(what), sa.func.min(since).label("since")
    return sa.select(Consultation.title, Consultation.slug, Authority.name, count, first)


def counts(statement: Any) -> list[Count]:
    """Finish a statement over (title, slug, authority, number, since) that has joined Consultation."""
    finished = (
        statement.join(Authority, Authority.id == Consultation.authority_id)
        .group_by(Consultation.id, Consultation.title, Consultation.slug, Authority.name)
        .order_by(sa.text("since"), Consultation.id)
        .limit(MOST)
    )
    return [
        Count(title, slug, authority, number, clock.day_of(since) if isinstance(since, datetime) else since)
        for title, slug, authority, number, since in db.session.execute(finished)
    ]


def list_assigned(user: User, municipality: Municipality, at: datetime) -> list[Count]:
    statement = (
        counting(Assignment.id, since=Assignment.assigned_at)
        .join(Assignment, Assignment.consultation_id == Consultation.id)
        .where(
            Consultation.municipality_id == municipality.id,
            handled_by(user),
            phase_sql(at).in_([Phase.open.value, Phase.compiling.value]),
            Assignment.user_id == user.id,
            is_left(),
        )
    )
    return counts(statement)


def list_to_draft(user: User, municipality: Municipality) -> list[Count]:
    """Answers that the user's units are to draft."""
    first = sa.func.min(sa.func.coalesce(AnswerTask.due_on, feedback_due())).label("since")
    columns = (Consultation.title, Consultation.slug, Authority.name, sa.func.count(AnswerTask.id), first)
    statement = (
        duties(*columns)
        .where(authorities_of(user, municipality.id), Response.id.is_(None))
        .group_by(Consultation.id, Consultation.title, Consultation.slug, Authority.name)
        .order_by(sa.text("since"), Consultation.id)
        .limit(MOST)
    )
    return [Count(*row) for row in db.session.execute(statement)]


def list_to_read(user: User, municipality: Municipality) -> list[Count]:
    """Answers that a colleague asks the user to read."""
    unread = sa.or_(Response.reviewed_at.is_(None), Response.reviewed_at < Response.review_asked_at)
    statement = (
        counting(Response.id, since=Response.review_asked_at)
        .join(FeedbackRelease, FeedbackRelease.consultation_id == Consultation.id)
        .join(Response, Response.release_id == FeedbackRelease.id)
        .where(
            Consultation.municipality_id == municipality.id,
            handled_by(user),
            Response.reviewer_id == user.id,
            FeedbackRelease.decided_at.is_(None),
            unread,
        )
    )
    return counts(statement)


def list_to_register(user: User, municipality: Municipality) -> list[Count]:
    statement = (
        counting(PositionVersion.id, since=PositionVersion.received_at)
        .join(Position, Position.consultation_id == Consultation.id)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .where(Consultation.municipality_id == municipality.id, registered_by(user), PositionVersion.registered_at.is_(None))
    )
    return counts(statement)


def list_bounced(user: User, municipality: Municipality, at: datetime) -> list[Count]:
    statement = (
        counting(Invitation.id, since=Invitation.bounced_at)
        .join(Invitation, Invitation.consultation_id == Consultation.id)
        .where(
            Consultation.municipality_id == municipality.id,
            handled_by(user),
            Consultation.announced_at.is_not(None),
            Consultation.cancelled_at.is_(None),
            Consultation.closes_at > at,
            status_sql() == InvitationStatus.bounced.value,
        )
    )
    return counts(statement)


def list_asking(user: User, municipality: Municipality) -> list[Count]:
    waiting = ParticipationRequest
    statement = (
        counting(waiting.id, since=waiting.confirmed_at)
        .join(waiting, waiting.consultation_id == Consultation.id)
        .where(
            Consultation.municipality_id == municipality.id,
            handled_by(user),
            waiting.confirmed_at.is_not(None),
            waiting.answered_at.is_(None),
        )
    )
    return counts(statement)


def list_disclosures(user: User, municipality: Municipality) -> list[Count]:
    statement = (
        counting(DisclosureRequest.id, since=DisclosureRequest.asked_at)
        .join(DisclosureRequest, DisclosureRequest.consultation_id == Consultation.id)
        .where(Consultation.municipality_id == municipality.id, registered_by(user), DisclosureRequest.handled_at.is_(None))
    )
    return counts(statement)


def list_follow_ups(user: User, municipality: Municipality) -> list[Count]:
    statement = (
        counting(Commitment.id.distinct(), since=Event.at)
        .select_from(Commitment)
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .join(Event, is_unanswered_follow_up())
        .where(Consultation.municipality_id == municipality.id, handled_by(user), Consultation.ended_at.is_(None))
    )
    return counts(statement)


def list_overdue_commitments(user: User, municipality: Municipality, today: date) -> list[Count]:
    statement = (
        counting(Commitment.id, since=Commitment.due_on)
        .join(Commitment, Commitment.consultation_id == Consultation.id)
        .where(Consultation.municipality_id == municipality.id, handled_by(user), Consultation.ended_at.is_(None), is_overdue(today))
    )
    return counts(join_released(statement))


@dataclass(frozen=True, slots=True)
class Part:
    """An organisation's part of a commitment that waits for the municipality."""

    what: str  # the commitment
    slug: str  # of the consultation
    number: int  # the commitment's
    reference: str  # the part's
    organisation: str
    reword: bool  # another wording is asked for; otherwise something is told, to review


def list_parts(user: User, municipality: Municipality) -> list[Part]:
    """Organisations' parts of commitments that wait for the municipality, without those that the user is barred from (jäv)."""
    told = sa.exists().where(waits_for_review()).correlate(Pledge)
    statement = (
        sa.select(Pledge, Commitment.what, Consultation.slug, Commitment.number, waits_for_answer())
        .join(Commitment, Commitment.id == Pledge.commitment_id)
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .where(Consultation.municipality_id == municipality.id, handled_by(user))
        .where(sa.or_(sa.and_(waits_for_answer(), Consultation.ended_at.is_(None)), told))
        .options(joinedload(Pledge.organisation))
        .order_by(Pledge.asked_at, Pledge.id)
        .limit(MOST)
    )
    return [
        Part(what, slug, number, pledge.reference, pledge.organisation_name, bool(reword))
        for pledge, what, slug, number, reword in db.session.execute(statement)
        if not is_partial(user, pledge.organisation)
    ]


def list_to_evaluate(user: User, municipality: Municipality, at: datetime) -> list[Count]:
    """Evaluations that the user is asked for, while they are open."""
    seat = EvaluationSeat
    statement = (
        counting(seat.id, since=seat.asked_at)
        .join(seat, seat.consultation_id == Consultation.id)
        .where(
            Consultation.municipality_id == municipality.id,
            handled_by(user),
            seat.user_id == user.id,
            ~seat.answered,
            seat.asked_at > at - OPEN_FOR,
        )
    )
    return counts(statement)


def list_verdicts(user: User, municipality: Municipality) -> list[Count]:
    """What organisations say of commitments, with words or a name that wait for their review."""
    statement = (
        counting(Verdict.id, since=Verdict.at)
        .join(Commitment, Commitment.consultation_id == Consultation.id)
        .join(Verdict, Verdict.commitment_id == Commitment.id)
        .where(Consultation.municipality_id == municipality.id, handled_by(user), is_verdict_waiting())
    )
    return counts(statement)
