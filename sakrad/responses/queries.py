"""Reads about the authority's answers and its commitments, for the staff's pages and the commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.i18n import label
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Authority, Function, Unit
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind
from sakrad.responses import lifecycle
from sakrad.responses.lifecycle import CommitmentFacts, CommitmentState, ReleaseFacts, ReleaseState, Standing
from sakrad.responses.models import Commitment, FeedbackRelease, Progress, Response
from sakrad.responses.targets import Target, TargetKind, Told
from sakrad.summaries.models import Citation, Finding, Point, Summary

# The three piles of the staff's list.
PILES: dict[str, tuple[CommitmentState, ...]] = {
    "forsenade": (CommitmentState.overdue,),
    "pagar": (CommitmentState.planned, CommitmentState.under_way, CommitmentState.changed),
    "klara": (CommitmentState.done,),
}


def _sender(answer: Any) -> Any:
    """Goes on from a loader of answers to whose they are."""
    return answer.joinedload(Answer.version).joinedload(PositionVersion.position).joinedload(Position.organisation)


@dataclass(frozen=True, slots=True)
class FindingDesk:
    """A finding, its answer so far, and the points that it cites, each with its own answer where it has one."""

    target: Target
    points: list[Target]


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is to be answered in one consultation."""

    release: FeedbackRelease | None
    facts: ReleaseFacts
    findings: list[FindingDesk]
    set_aside: list[Target]  # points with a reason of their own; answered singly when somebody wishes

    @property
    def state(self) -> ReleaseState:
        return lifecycle.state(self.facts)

    @property
    def answered(self) -> Iterator[Target]:
        """Everything that has an answer, in the order of the summary; a point that is cited twice stands once."""
        seen = set()
        for target in [part for finding in self.findings for part in (finding.target, *finding.points)] + self.set_aside:
            if target.response is not None and target.response.id not in seen:
                seen.add(target.response.id)
                yield target


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
    """The consultation's answers with their commitments, or None before the first proposal."""
    statement = (
        sa.select(FeedbackRelease)
        .where(FeedbackRelease.consultation_id == consultation.id)
        .options(
            selectinload(FeedbackRelease.responses)
            .selectinload(Response.commitments)
            .joinedload(Commitment.function)
            .joinedload(Function.unit)
        )
        .order_by(FeedbackRelease.number)
        .limit(1)
    )
    return db.session.scalar(statement)


def release_facts(consultation: Consultation, release: FeedbackRelease | None) -> ReleaseFacts:
    """What the lifecycle judges by; `release` is None before the first proposal."""
    unanswered = (
        sa.select(Finding.number)
        .join(Finding.summary)
        .where(Summary.consultation_id == consultation.id, ~sa.exists().where(Response.finding_id == Finding.id))
        .order_by(Finding.number)
    )
    responses = sa.select(sa.func.count(Response.id)).join(Response.release).where(FeedbackRelease.consultation_id == consultation.id)
    facts = ReleaseFacts(
        summary_published=consultation.summary_published_at is not None,
        responses=db.session.scalar(responses) or 0,
        unanswered=tuple(db.session.scalars(unanswered)),
        ended_at=consultation.ended_at,
    )
    if release is None:
        return facts
    return ReleaseFacts(
        summary_published=facts.summary_published,
        responses=facts.responses,
        unanswered=facts.unanswered,
        ended_at=facts.ended_at,
        sent_at=release.sent_at,
        decided_at=release.decided_at,
        decision_form=release.decision_form,
        decision_on=release.decision_on,
        decision_ref=release.decision_ref,
        published_at=release.published_at,
    )


def get_desk(consultation: Consultation) -> Desk:
    """Everything on the page where the answers are written. The number of statements does not depend on the number of points."""
    release = find_release(consultation)
    responses = release.responses if release else []
    by_finding = {response.finding_id: response for response in responses if response.finding_id}
    by_point = {response.point_id: response for response in responses if response.point_id}

    def single(point: Point) -> Target:
        return Target(consultation, point=point, release=release, response=by_point.get(point.id))

    findings = [
        FindingDesk(
            Target(consultation, finding=finding, release=release, response=by_finding.get(finding.id)),
            [single(citation.point) for citation in finding.citations],
        )
        for finding in db.session.scalars(_findings_of(consultation))
    ]
    return Desk(release, release_facts(consultation, release), findings, [single(point) for point in _set_aside(consultation)])


def _findings_of(consultation: Consultation) -> sa.Select[Finding]:
    """The findings of its summary with what they cite, and whose it is."""
    citations = selectinload(Finding.citations).joinedload(Citation.point).joinedload(Point.answer)
    statement = sa.select(Finding).join(Finding.summary).where(Summary.consultation_id == consultation.id)
    return statement.options(contains_eager(Finding.summary), _sender(citations)).order_by(Finding.number)


def _set_aside(consultation: Consultation) -> list[Point]:
    cited = sa.exists().where(Citation.point_id == Point.id)
    answered = sa.exists().where(Response.point_id == Point.id)
    statement = sa.select(Point).where(Point.consultation_id == consultation.id, ~cited, sa.or_(Point.set_aside_at.is_not(None), answered))
    return list(db.session.scalars(statement.options(_sender(joinedload(Point.answer))).order_by(Point.number)))


def get_target(kommun: str, slug: str, kind: str, number: int) -> Target:
    """The finding or point with the number; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    consultation = get_consultation(kommun, slug)
    finding = point = None
    if kind == TargetKind.finding:
        finding = db.session.scalar(_findings_of(consultation).where(Finding.number == number))
        about = Response.finding_id == (finding.id if finding else 0)
    else:
        point = db.session.scalar(
            sa.select(Point)
            .where(Point.consultation_id == consultation.id, Point.number == number)
            .options(_sender(joinedload(Point.answer)))
        )
        about = Response.point_id == (point.id if point else 0)
    if finding is None and point is None:
        raise Missing("target")
    response = db.session.scalar(
        sa.select(Response).where(about).options(selectinload(Response.commitments).joinedload(Commitment.function))
    )
    return Target(consultation, finding, point, find_release(consultation), response)


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


def get_reason(kommun: str, slug: str, kind: str, number: int) -> Told:
    """The reason of an answer, for masking; the consultation is locked when writing.

    Raises:
        Missing: there is no such answer.
    """
    target = get_answered(kommun, slug, kind, number)
    assert target.response is not None and target.release is not None
    response = target.response
    return Told(target.consultation, target.release, _maskable(TextKind.response, response.id, response.reason))


def get_progress(kommun: str, slug: str, number: int, step: int) -> Told:
    """What was told of a commitment the `step`th time, from 1, for masking; the consultation is locked when writing.

    Raises:
        Missing: there is no such commitment or step.
    """
    commitment = get_commitment(kommun, slug, number)
    if not 1 <= step <= len(commitment.progress):
        raise Missing("progress")
    told = commitment.progress[step - 1]
    return Told(commitment.consultation, commitment.response.release, _maskable(TextKind.progress, told.id, told.text))


def _maskable(kind: TextKind, text_id: int, text: str) -> MaskableText:
    return MaskableText(kind.value, kind, (text_id,), label(kind), text)


_point = joinedload(Commitment.response).joinedload(Response.point).joinedload(Point.answer)
_WITH_ORIGIN = (
    joinedload(Commitment.function).joinedload(Function.unit),
    joinedload(Commitment.response).joinedload(Response.finding),
    joinedload(Commitment.response).joinedload(Response.release),
    _sender(_point),
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
        .where(Authority.municipality_id == municipality_id)
        .options(contains_eager(Function.unit).contains_eager(Unit.authority))
        .order_by(Authority.name, Unit.name, Function.title)
    )
    return list(db.session.scalars(statement))


def facts_of(commitment: Commitment) -> CommitmentFacts:
    """What its standing depends on; its progress is to be loaded."""
    latest = commitment.progress[-1].status if commitment.progress else None
    return CommitmentFacts(due_on=commitment.due_on, latest=latest, done=commitment.done_at is not None)


def standing_of(commitment: Commitment, today: date) -> Standing:
    """Where the commitment stands on the Stockholm day."""
    return lifecycle.commitment_state(facts_of(commitment), today)


def state_sql(today: date) -> sa.ColumnElement[str]:
    """The twin of `lifecycle.commitment_state` in SQL, over Commitment; tested against it."""
    latest = (
        sa.select(sa.type_coerce(Progress.status, sa.String))
        .where(Progress.commitment_id == Commitment.id, Progress.pledge_id.is_(None))
        .order_by(Progress.id.desc())
        .limit(1)
        .correlate(Commitment)
        .scalar_subquery()
    )
    return sa.case(
        (Commitment.done_at.is_not(None), CommitmentState.done.value),
        (Commitment.due_on < today, CommitmentState.overdue.value),
        else_=sa.func.coalesce(latest, CommitmentState.planned.value),
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
    return (
        statement.select_from(Commitment)
        .join(Commitment.consultation)
        .join(Response, Response.id == Commitment.response_id)
        .join(FeedbackRelease, FeedbackRelease.id == Response.release_id)
        .where(Consultation.municipality_id == municipality_id, FeedbackRelease.published_at.is_not(None))
    )
