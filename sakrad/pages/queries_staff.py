"""What the municipality's workspace shows. Nothing here comes from a draft, nor may it (PRACTICE.md 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.comments.queries import count_to_review
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Preview, Question
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.queries import handled_by, phase_sql, registered_by
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.directory.models import Authority, Municipality
from sakrad.meetings.models import Meeting, Notes, NotesCorrection
from sakrad.pages.queries_counts import (
    MOST,
    Count,
    Part,
    list_asking,
    list_assigned,
    list_bounced,
    list_disclosures,
    list_follow_ups,
    list_overdue_commitments,
    list_parts,
    list_to_draft,
    list_to_evaluate,
    list_to_read,
    list_to_register,
    list_verdicts,
)
from sakrad.positions.models import Answer, Position, PositionVersion, PublicationWish
from sakrad.positions.queries_public import WORDED
from sakrad.records.models import ReviewKind
from sakrad.records.queries import is_reviewed
from sakrad.responses.models import FeedbackRelease, Response
from sakrad.responses.queries import unanswered_points
from sakrad.summaries.models import Finding, Point, Summary
from sakrad.summaries.queries import IS_STANDING, NOTHING, STANDS, TAKEN_UP, UNUSED
from sakrad.summaries.queries_checking import count_to_answer

PAGE = 50  # consultations
UNDER_WAY = (Phase.draft, Phase.announced, Phase.open, Phase.compiling, Phase.summarised)


@dataclass(frozen=True, slots=True)
class Case:
    """A consultation that is under way, with what is left to do in it."""

    title: str
    slug: str
    authority: str
    phase: Phase
    opens_at: datetime | None
    closes_at: datetime | None
    summary_due_on: date | None
    feedback_due_on: date | None
    to_review: int  # answers received and not yet reviewed for publication
    answers_left: int  # with neither a point nor a reason why nothing is taken up
    points_left: int  # neither cited nor set aside
    unanswered: int  # findings, and points set aside, without the authority's answer
    sent_at: datetime | None  # the answers, to the authority
    meeting_on: date | None
    decided_at: datetime | None
    comments: int  # that wait for review, or are reported
    notes_asked: int  # corrections of a meeting's notes that wait for their answer
    check_asked: int  # corrections and objections of the faktakontroll that wait
    changes_asked: int  # before it is announced, by those who were asked to look


@dataclass(frozen=True, slots=True)
class Todo:
    """Everything that waits for the municipality, and what it waits for itself."""

    assigned: list[Count]  # to the reader, by colleagues or by oneself
    to_draft: list[Count]  # answers that the reader's units are to write
    to_read: list[Count]  # answers that a colleague asks the reader to read
    to_register: list[Count]
    overdue: list[Case]  # the summary or the authority's answer is late
    commitments: list[Count]  # overdue
    parts: list[Part]  # organisations' parts of commitments: another wording is asked for, or something is told
    to_evaluate: list[Count]  # evaluations that the reader is asked for
    verdicts: list[Count]  # of organisations on commitments, with words or a name to review
    follow_ups: list[Count]  # commitments of which it has been asked how they go, and nothing told since
    bounced: list[Count]  # invitations that came back and can still be sent again
    asking: list[Count]  # organisations that ask to take part, and are owed an answer
    disclosures: list[Count]  # requests to read what is not published
    to_review: list[Case]
    comments: list[Case]
    notes: list[Case]  # with corrections that wait for an answer
    checks: list[Case]  # with corrections to answer and objections to review
    to_compile: list[Case]
    to_answer: list[Case]
    to_publish: list[Case]  # decided by the authority
    drafts: list[Case]
    waiting: list[Case]  # for the organisations, or for the authority's meeting

    @property
    def is_empty(self) -> bool:
        return not any(
            (
                self.assigned,
                self.to_draft,
                self.to_read,
                self.to_register,
                self.overdue,
                self.commitments,
                self.follow_ups,
                self.parts,
                self.bounced,
                self.asking,
                self.disclosures,
                self.to_review,
                self.comments,
                self.verdicts,
                self.to_evaluate,
                self.notes,
                self.checks,
                self.to_compile,
                self.to_answer,
                self.to_publish,
            )
        )


def get_todo(user: User, municipality: Municipality, at: datetime) -> Todo:
    """What waits for the user in the municipality: a constant number of statements, however much there is."""
    cases = _list_cases(user, municipality, at)
    today = clock.day_of(at)
    summarised = [case for case in cases if case.phase is Phase.summarised]
    return Todo(
        assigned=list_assigned(user, municipality, at),
        to_draft=list_to_draft(user, municipality),
        to_read=list_to_read(user, municipality),
        to_register=list_to_register(user, municipality),
        overdue=[case for case in cases if is_late(case, today)],
        commitments=list_overdue_commitments(user, municipality, today),
        follow_ups=list_follow_ups(user, municipality),
        parts=list_parts(user, municipality),
        to_evaluate=list_to_evaluate(user, municipality, at),
        verdicts=list_verdicts(user, municipality),
        bounced=list_bounced(user, municipality, at),
        asking=list_asking(user, municipality),
        disclosures=list_disclosures(user, municipality),
        to_review=[case for case in cases if case.to_review],
        comments=[case for case in cases if case.comments],
        notes=[case for case in cases if case.notes_asked],
        checks=[case for case in cases if case.check_asked],
        to_compile=[case for case in cases if case.phase is Phase.compiling],
        to_answer=[case for case in summarised if case.sent_at is None],
        to_publish=[case for case in summarised if case.decided_at is not None],
        drafts=[case for case in cases if case.phase is Phase.draft],
        waiting=[
            case
            for case in cases
            if case.phase in (Phase.announced, Phase.open) or (case in summarised and case.sent_at and not case.decided_at)
        ],
    )


def is_late(case: Case, today: date) -> bool:
    """Whether a date that the municipality has promised has passed."""
    summary_late = case.phase is Phase.compiling and case.summary_due_on is not None and case.summary_due_on < today
    feedback_late = case.phase in (Phase.compiling, Phase.summarised) and case.feedback_due_on is not None and case.feedback_due_on < today
    return summary_late or feedback_late


def _list_cases(user: User, municipality: Municipality, at: datetime) -> list[Case]:
    phase = phase_sql(at)
    part = sa.orm.aliased(FeedbackRelease)  # the one whose turn it is
    turn = sa.select(sa.func.min(part.number)).where(part.consultation_id == Consultation.id, part.published_at.is_(None))
    release = sa.and_(
        FeedbackRelease.consultation_id == Consultation.id, FeedbackRelease.number == turn.correlate(Consultation).scalar_subquery()
    )
    statement = (
        sa.select(
            Consultation.title,
            Consultation.slug,
            Authority.name.label("authority"),
            phase.label("phase"),
            Consultation.opens_at,
            Consultation.closes_at,
            Consultation.summary_due_on,
            feedback_due().label("feedback_due_on"),
            _to_review().label("to_review"),
            _answers_left().label("answers_left"),
            _points_left().label("points_left"),
            _unanswered().label("unanswered"),
            FeedbackRelease.sent_at,
            FeedbackRelease.meeting_on,
            FeedbackRelease.decided_at,
            count_to_review().label("comments"),
            _notes_asked().label("notes_asked"),
            count_to_answer().label("check_asked"),
            _changes_asked().label("changes_asked"),
        )
        .join(Authority, Authority.id == Consultation.authority_id)
        .outerjoin(FeedbackRelease, release)
        .where(Consultation.municipality_id == municipality.id, handled_by(user), phase.in_([each.value for each in UNDER_WAY]))
        .order_by(sa.func.coalesce(Consultation.closes_at, Consultation.created_at), Consultation.id)
        .limit(MOST)
    )
    return [Case(**{**row, "phase": Phase(row["phase"])}) for row in db.session.execute(statement).mappings()]


def _count_in(statement: sa.Select[Any]) -> sa.ScalarSelect[Any]:
    return statement.correlate(Consultation).scalar_subquery()


def _to_review() -> sa.ScalarSelect[Any]:
    reviewed = is_reviewed(ReviewKind.position, PositionVersion.id)
    to_publish = PositionVersion.wish.is_distinct_from(PublicationWish.municipality_only)
    return _count_in(
        sa.select(sa.func.count(PositionVersion.id))
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Position.consultation_id == Consultation.id, IS_STANDING, to_publish, ~reviewed)
    )


def _answers_left() -> sa.ScalarSelect[Any]:
    return _count_in(
        sa.select(sa.func.count(Answer.id))
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Question.consultation_id == Consultation.id, STANDS, WORDED, ~TAKEN_UP, ~NOTHING)
    )


def _points_left() -> sa.ScalarSelect[Any]:
    return _count_in(
        sa.select(sa.func.count(Point.id))
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Point.consultation_id == Consultation.id, STANDS, UNUSED)
    )


def _unanswered() -> Any:
    answered = sa.exists().where(Response.finding_id == Finding.id)
    findings = _count_in(
        sa.select(sa.func.count(Finding.id))
        .join(Summary, Summary.id == Finding.summary_id)
        .where(Summary.consultation_id == Consultation.id, ~answered)
    )
    return findings + _count_in(unanswered_points(Consultation.id, sa.func.count(Point.id)))


def _notes_asked() -> sa.ScalarSelect[Any]:
    return _count_in(
        sa.select(sa.func.count(NotesCorrection.id))
        .join(Notes, Notes.id == NotesCorrection.notes_id)
        .join(Meeting, Meeting.id == Notes.meeting_id)
        .where(Meeting.consultation_id == Consultation.id, NotesCorrection.answered_at.is_(None))
    )


def _changes_asked() -> sa.ScalarSelect[Any]:
    asked = sa.and_(Preview.approved.is_(False), Preview.revoked_at.is_(None), Consultation.announced_at.is_(None))
    return _count_in(sa.select(sa.func.count(Preview.id)).where(Preview.consultation_id == Consultation.id, asked))


@dataclass(frozen=True, slots=True)
class Row:
    """A line in the list of consultations. `handled`: the reader may open it."""

    title: str
    slug: str
    authority: str
    phase: Phase
    opens_at: datetime | None
    closes_at: datetime | None
    handled: bool

    @property
    def place(self) -> int:
        """Its phase's place in the order."""
        return list(Phase).index(self.phase)


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of them, and how many pages there are."""

    rows: list[Row]
    pages: int


def list_consultations(user: User, municipality: Municipality, at: datetime, *, page: int) -> Rows:
    """The consultations of the user's authorities by phase, those in hand first."""
    phase = phase_sql(at)
    order = sa.case({each.value: place for place, each in enumerate(Phase)}, value=phase)
    mine = sa.and_(Consultation.municipality_id == municipality.id, registered_by(user))
    total = db.session.scalar(sa.select(sa.func.count(Consultation.id)).where(mine)) or 0
    statement = (
        sa.select(
            Consultation.title,
            Consultation.slug,
            Authority.name.label("authority"),
            phase.label("phase"),
            Consultation.opens_at,
            Consultation.closes_at,
            handled_by(user).label("handled"),
        )
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(mine)
        .order_by(order, Consultation.closes_at.desc(), Consultation.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = [Row(**{**row, "phase": Phase(row["phase"])}) for row in db.session.execute(statement).mappings()]
    return Rows(rows, -(-total // PAGE))
