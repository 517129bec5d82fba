"""What a method report is made from: what was done, when and with whom. Only what is public; nothing from drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.comments.models import Comment, CommentState
from sakrad.consultations.models import (
    Consultation,
    Correction,
    DeclineReason,
    Invitation,
    PolicyStage,
    Preview,
    Question,
    QuestionKind,
    consultation_group,
)
from sakrad.consultations.queries import count_declines
from sakrad.consultations.queries_correcting import ShownHearing, hearings_column, hearings_in
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db, order_sv
from sakrad.core.events import Event, EventName
from sakrad.directory.models import TargetGroup, organisation_group
from sakrad.directory.queries_public import Named
from sakrad.meetings.models import Attendance, Meeting
from sakrad.positions.queries_coverage import count_for
from sakrad.positions.queries_public import how_many
from sakrad.summaries.queries_checking_public import CheckOutcome, outcome
from sakrad.summaries.queries_public import invited_answered_count, invited_count
from sakrad.voices.queries_first import count_first_timers


@dataclass(frozen=True, slots=True)
class Covered:
    """A group concerned: how many of the invited say that they speak for it, and how many answers do."""

    group: Named
    invited: int
    answers: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction that was announced."""

    number: int
    announced_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting and how many came: never which, since that would say whose the views without a name are."""

    title: str
    starts_at: datetime
    cancelled: bool
    organisations: int
    people: int


@dataclass(frozen=True, slots=True)
class MethodReport:
    """…/metodrapport"""

    head: Head
    policy_stage: PolicyStage
    questions: int  # besides the open one, and those withdrawn
    invited: int
    invited_answered: int
    answered: int
    first_timers: int  # by name, when it has closed
    reminded: int
    letters: int
    approved: int  # previews
    looked: int
    closings_moved: int
    comments_published: int
    comments_hidden: int
    groups: tuple[Covered, ...]
    corrections: tuple[Corrected, ...]
    hearings: tuple[ShownHearing, ...]
    meetings: tuple[Met, ...]
    check: CheckOutcome  # the faktakontroll
    declined: int  # 0 when there are too few to tell
    reasons: tuple[tuple[DeclineReason, int], ...]

    @property
    def unheard(self) -> list[Covered]:
        return [group for group in self.groups if not group.answers]

    @property
    def valid_until(self) -> datetime:
        return self.head.valid_until


def _columns(*, at: datetime) -> dict[str, Any]:
    return {
        "policy_stage": Consultation.policy_stage,
        "questions": _count(Question, Question.kind != QuestionKind.open, Question.withdrawn_at.is_(None)),
        "invited": invited_count(),
        "invited_answered": invited_answered_count(),
        "answered": how_many(at),
        "reminded": _count(Invitation, Invitation.reminded_at.is_not(None)),
        "letters": _count(Invitation, Invitation.letter_at.is_not(None)),
        "approved": _count(Preview, Preview.approved.is_(True)),
        "looked": _count(Preview, Preview.decided_at.is_not(None)),
        "closings_moved": _count(Event, Event.name == EventName.closing_moved.value),
        "comments_published": _count(Comment, Comment.state == CommentState.published),
        "comments_hidden": _count(Comment, Comment.state == CommentState.hidden),
        "hearings": hearings_column(),
    }


def get_method_report(kommun: str, slug: str, at: datetime) -> MethodReport:
    """The report of an announced consultation. 7 statements. Raises Missing."""
    head, more = get_head(kommun, slug, at, _columns)
    hearings = hearings_in(more.pop("hearings"))
    declined, reasons = count_declines(head.id)
    return MethodReport(
        head=head,
        **more,
        first_timers=count_first_timers(head.municipality_id, at, Consultation.id == head.id),
        groups=_groups(head.id),
        corrections=_corrections(head.id),
        hearings=hearings,
        meetings=_meetings(head.id),
        check=outcome(head.id),
        declined=declined,
        reasons=tuple(reasons.items()),
    )


def _count(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many rows of the table the consultation has. Needs Consultation outside."""
    counted = sa.select(sa.func.count()).select_from(table).where(table.consultation_id == Consultation.id, *conditions)
    return counted.correlate(Consultation).scalar_subquery()


def _groups(consultation_id: int) -> tuple[Covered, ...]:
    speaks = (
        sa.select(sa.func.count())
        .select_from(Invitation)
        .join(organisation_group, organisation_group.c.organisation_id == Invitation.organisation_id)
        .where(Invitation.consultation_id == Consultation.id, organisation_group.c.target_group_id == TargetGroup.id)
        .correlate(Consultation, TargetGroup)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, speaks.label("invited"), count_for(TargetGroup.id).label("answers")
        )
        .select_from(consultation_group)
        .join(TargetGroup, TargetGroup.id == consultation_group.c.target_group_id)
        .join(Consultation, Consultation.id == consultation_group.c.consultation_id)
        .where(Consultation.id == consultation_id)
        .order_by(order_sv(TargetGroup.name))
    )
    return tuple(Covered(Named(row.name, row.name_en, row.slug), row.invited, row.answers) for row in rows)


def _corrections(consultation_id: int) -> tuple[Corrected, ...]:
    c = Correction
    rows = db.session.execute(sa.select(c.number, c.announced_at, c.reason).where(c.consultation_id == consultation_id).order_by(c.number))
    return tuple(Corrected(*row) for row in rows)


def _meetings(consultation_id: int) -> tuple[Met, ...]:
    rows = db.session.execute(
        sa.select(
            Meeting.title,
            Meeting.starts_at,
            Meeting.cancelled_at.is_not(None),
            sa.func.count(Attendance.organisation_id),
            sa.func.coalesce(sa.func.sum(Attendance.people), 0),
        )
        .outerjoin(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Meeting.consultation_id == consultation_id)
        .group_by(Meeting.id)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return tuple(Met(*row) for row in rows)
