"""Reads about the authority's answers and its commitments, for the staff's pages and the commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Authority, Function, Unit
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.responses import lifecycle
from sakrad.responses.lifecycle import CommitmentFacts, CommitmentState, ReleaseFacts, Standing
from sakrad.responses.lifecycle_answers import PartFacts
from sakrad.responses.models import AnswerTask, Commitment, FeedbackRelease, Response
from sakrad.responses.targets import Target, TargetKind
from sakrad.responses.told import is_overdue, join_released, latest_status
from sakrad.summaries.models import Citation, Finding, Point, Summary
from sakrad.summaries.queries import CITED, IS_STANDING

# The three piles of the staff's list.
PILES: dict[str, tuple[CommitmentState, ...]] = {
    "forsenade": (CommitmentState.overdue,),
    "pagar": (CommitmentState.planned, CommitmentState.under_way, CommitmentState.changed),
    "klara": (CommitmentState.done,),
}


def sender(answer: Any) -> Any:
    """Goes on from a loader of answers to whose they are."""
    return answer.joinedload(Answer.version).joinedload(PositionVersion.position).joinedload(Position.organisation)


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A published commitment and where it stands."""

    commitment: Commitment
    standing: Standing


@dataclass(frozen=True, slots=True)
class CommitmentList:
    """One page of a municipality's commitments, and how many there are in each pile."""

    rows: list[CommitmentRow]
    counts: dict[str, int]
    pages: int


def find_release(consultation: Consultation) -> FeedbackRelease | None:
    """The part of the consultation's answers that is under way: the first unpublished, else the last published.

    None before the first proposal.
    """
    return under_way(list_releases(consultation))


def list_releases(consultation: Consultation) -> list[FeedbackRelease]:
    """The parts of the consultation's answers, in order; usually one."""
    statement = sa.select(FeedbackRelease).where(FeedbackRelease.consultation_id == consultation.id)
    return list(db.session.scalars(statement.order_by(FeedbackRelease.number)))


def under_way(releases: Sequence[FeedbackRelease]) -> FeedbackRelease | None:
    """The one whose turn it is: the first unpublished, else the last."""
    return next((release for release in releases if release.published_at is None), releases[-1] if releases else None)


def being_written(releases: Sequence[FeedbackRelease]) -> FeedbackRelease | None:
    """Where a new answer goes: the first part that is not with the authority, else the first that is not decided."""
    unsent = next((release for release in releases if release.sent_at is None), None)
    return unsent or next((release for release in releases if release.decided_at is None), under_way(releases))


def part_facts(part: FeedbackRelease) -> PartFacts:
    """What a part depends on when it is changed."""
    others = sa.exists().where(FeedbackRelease.consultation_id == part.consultation_id, FeedbackRelease.id != part.id)
    many = sa.select(sa.func.count(Response.id)).where(Response.release_id == part.id).scalar_subquery()
    shared, responses = db.session.execute(sa.select(others, many)).one()
    return PartFacts(not shared, responses, part.sent_at is not None, part.decided_at is not None)


def unanswered_points(consultation_id: Any, what: Any) -> sa.Select[Any]:
    """Something over the points that the summary set aside, that the organisation still stands for, and that have no answer."""
    return (
        sa.select(what)
        .select_from(Point)
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(
            Point.consultation_id == consultation_id,
            Point.set_aside_at.is_not(None),
            IS_STANDING,
            ~CITED,
            ~sa.exists().where(Response.point_id == Point.id),
        )
    )


def release_facts(consultation: Consultation, release: FeedbackRelease | None) -> ReleaseFacts:
    """What the lifecycle judges by; `release` is None before the first proposal."""
    left = (
        sa.select(Finding.number)
        .join(Finding.summary)
        .where(Summary.consultation_id == consultation.id, ~sa.exists().where(Response.finding_id == Finding.id))
        .order_by(Finding.number)
    )
    facts = ReleaseFacts(summary_published=consultation.summary_published_at is not None, ended_at=consultation.ended_at)
    if release is None:
        return replace(facts, unanswered=tuple(db.session.scalars(left)), points_unanswered=_points_left(consultation))
    later = [each for each in list_releases(consultation) if each.number > release.number]
    responses, good = db.session.execute(
        sa.select(sa.func.count(Response.id), sa.func.count(sa.case((Response.reviewed_version == Response.version, 1)))).where(
            Response.release_id == release.id
        )
    ).one()
    return replace(
        facts,
        responses=responses,
        unanswered=() if later else tuple(db.session.scalars(left)),
        points_unanswered=() if later else _points_left(consultation),
        unreviewed=responses - good,
        undated=tuple(each.number for each in later if each.planned_on is None),
        sent_at=release.sent_at,
        decided_at=release.decided_at,
        decision_form=release.decision_form,
        decision_on=release.decision_on,
        decision_ref=release.decision_ref,
        published_at=release.published_at,
    )


def _points_left(consultation: Consultation) -> tuple[int, ...]:
    return tuple(db.session.scalars(unanswered_points(consultation.id, Point.number).order_by(Point.number)))


_PRESENT = (joinedload(Function.unit), joinedload(Function.heir).joinedload(Function.unit))  # of its day, and whose it is now


WITH_COMMITMENTS = selectinload(Response.commitments).joinedload(Commitment.function).options(*_PRESENT)


def findings_of(consultation: Consultation) -> sa.Select[Finding]:
    """The findings of its summary with what they cite, and whose it is."""
    citations = selectinload(Finding.citations).joinedload(Citation.point).joinedload(Point.answer)
    statement = sa.select(Finding).join(Finding.summary).where(Summary.consultation_id == consultation.id)
    return statement.options(contains_eager(Finding.summary), sender(citations)).order_by(Finding.number)


def get_target(kommun: str, slug: str, kind: str, number: int) -> Target:
    """The finding or point with the number; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    consultation = get_consultation(kommun, slug)
    finding = point = None
    if kind == TargetKind.finding:
        finding = db.session.scalar(findings_of(consultation).where(Finding.number == number))
        about = Response.finding_id == (finding.id if finding else 0)
    else:
        point = db.session.scalar(
            sa.select(Point)
            .where(Point.consultation_id == consultation.id, Point.number == number)
            .options(sender(joinedload(Point.answer)))
        )
        about = Response.point_id == (point.id if point else 0)
    if finding is None and point is None:
        raise Missing("target")
    response = db.session.scalar(sa.select(Response).where(about).options(joinedload(Response.release), WITH_COMMITMENTS))
    task = db.session.scalar(
        sa.select(AnswerTask)
        .where(AnswerTask.finding_id == finding.id if finding else AnswerTask.point_id == (point.id if point else 0))
        .options(joinedload(AnswerTask.unit).joinedload(Unit.authority))
    )
    release = response.release if response else being_written(list_releases(consultation))
    return Target(consultation, finding, point, release, response, task)


def get_point_target(kommun: str, slug: str, number: int) -> Target:
    """The same, for a point. Raises Missing."""
    return get_target(kommun, slug, TargetKind.point, number)


def find_response(consultation: Consultation, kind: str, number: int) -> Response | None:
    """The answer to the finding or point with the number, or None. One statement."""
    if kind == TargetKind.finding:
        statement = sa.select(Response).join(Response.finding).join(Finding.summary)
        where = sa.and_(Summary.consultation_id == consultation.id, Finding.number == number)
    else:
        statement = sa.select(Response).join(Response.point)
        where = sa.and_(Point.consultation_id == consultation.id, Point.number == number)
    return db.session.scalar(statement.where(where))


def get_answered(kommun: str, slug: str, kind: str, number: int) -> Target:
    """The same, when it has an answer.

    Raises:
        Missing: there is no such finding or point, or it has no answer yet.
    """
    target = get_target(kommun, slug, kind, number)
    if target.response is None:
        raise Missing("response")
    return target


def get_commitment(kommun: str, slug: str, number: int) -> Commitment:
    """The commitment with its progress; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    consultation = get_consultation(kommun, slug)
    statement = sa.select(Commitment).where(Commitment.consultation_id == consultation.id, Commitment.number == number)
    commitment = db.session.scalar(statement.options(selectinload(Commitment.progress), *_WITH_ORIGIN))
    if commitment is None:
        raise Missing("commitment")
    return commitment


_point = joinedload(Commitment.response).joinedload(Response.point).joinedload(Point.answer)
_WITH_ORIGIN = (
    joinedload(Commitment.function).options(*_PRESENT),
    joinedload(Commitment.response).joinedload(Response.finding),
    joinedload(Commitment.response).joinedload(Response.release),
    sender(_point),
)


def next_number(consultation_id: int) -> int:
    """The number of the consultation's next commitment."""
    return 1 + (db.session.scalar(sa.select(sa.func.max(Commitment.number)).where(Commitment.consultation_id == consultation_id)) or 0)


def list_functions(municipality_id: int) -> list[Function]:
    """Whom a commitment may be given to: every function of the municipality, by authority, unit and title."""
    statement = (
        sa.select(Function)
        .join(Function.unit)
        .join(Unit.authority)
        .where(Authority.municipality_id == municipality_id, Function.ended_on.is_(None))
        .options(contains_eager(Function.unit).contains_eager(Unit.authority))
        .order_by(Authority.name, Unit.name, Function.title)
    )
    return list(db.session.scalars(statement))


def facts_of(commitment: Commitment) -> CommitmentFacts:
    """What its standing depends on; its progress is to be loaded."""
    latest = commitment.progress[-1].status if commitment.progress else None
    return CommitmentFacts(due_on=commitment.due_on, latest=latest, done=commitment.done_at is not None, party=commitment.party)


def standing_of(commitment: Commitment, today: date) -> Standing:
    """Where the commitment stands on the Stockholm day."""
    return lifecycle.commitment_state(facts_of(commitment), today)


def state_sql(today: date) -> sa.ColumnElement[str]:
    """The twin of `lifecycle.commitment_state` in SQL, over Commitment; tested against it."""
    return sa.case(
        (Commitment.done_at.is_not(None), CommitmentState.done.value),
        (is_overdue(today), CommitmentState.overdue.value),
        else_=sa.func.coalesce(sa.type_coerce(latest_status(Commitment), sa.String), CommitmentState.planned.value),
    )


def list_commitments(municipality_id: int, *, pile: str = "", today: date, page: int = 1) -> CommitmentList:
    """One page of the municipality's published commitments: overdue first, then by due date, the done ones last.

    Args:
        pile: one of PILES; anything else lists all.
    """
    state = state_sql(today)
    counted = sa.select(state.label("state"), sa.func.count(Commitment.id).label("many")).group_by(sa.text("state"))
    found = {row.state: row.many for row in db.session.execute(_published(counted, municipality_id))}
    counts = {name: sum(found.get(member.value, 0) for member in states) for name, states in PILES.items()}
    wanted = PILES.get(pile, tuple(CommitmentState))
    rank = sa.case((state == CommitmentState.overdue.value, 0), (state == CommitmentState.done.value, 2), else_=1)
    statement = (
        _published(sa.select(Commitment), municipality_id)
        .where(state.in_([member.value for member in wanted]))
        .options(
            contains_eager(Commitment.consultation).options(joinedload(Consultation.authority), joinedload(Consultation.municipality)),
            selectinload(Commitment.progress),
            *_WITH_ORIGIN,
        )
        .order_by(rank, Commitment.due_on, Commitment.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = [CommitmentRow(commitment, standing_of(commitment, today)) for commitment in db.session.scalars(statement)]
    total = counts[pile] if pile in PILES else sum(counts.values())
    return CommitmentList(rows, counts, page_count(total))


def _published(statement: Any, municipality_id: int) -> Any:
    listed = statement.select_from(Commitment).join(Commitment.consultation).where(Consultation.municipality_id == municipality_id)
    return join_released(listed)
