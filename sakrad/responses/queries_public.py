"""What the authority answered, what it undertook, and how it goes: for readers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC, Head, get_head
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Authority, Function, Municipality, Unit
from sakrad.positions.models import Answer
from sakrad.positions.queries_public import masked_slice, slice_of
from sakrad.positions.queries_reading import PAGE, page_count
from sakrad.positions.uses import Use
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.responses.models import Commitment, DecisionForm, FeedbackRelease, Outcome, Progress, ProgressStatus, Response
from sakrad.summaries.models import Citation, Finding, NothingToTakeUp, Point, Summary
from sakrad.summaries.replies import Replies

LATEST = (
    sa.select(Progress.status)
    .where(Progress.commitment_id == Commitment.id)
    .order_by(Progress.id.desc())
    .limit(1)
    .correlate(Commitment)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, and when: stands in the heading of every reply (PRACTICE.md 2)."""

    authority: str
    form: DecisionForm
    on: date
    ref: str
    minutes_url: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment and how it goes. `late`: whole days since it should have been done; 0 when it is done or not due."""

    number: int
    what: str
    function: str
    unit: str
    due_on: date
    how_seen: str
    done_on: date | None
    status: ProgressStatus | None
    late: int

    @property
    def state(self) -> str:
        """done, overdue, under_way, changed or planned: the words are in macros/public.html."""
        if self.done_on:
            return "done"
        if self.late:
            return "overdue"
        return self.status.value if self.status else "planned"


@dataclass(frozen=True, slots=True)
class Reply:
    """The authority's answer to a finding or a point. `reason` is masked."""

    decision: Decision
    outcome: Outcome
    reason: str
    study_until_on: date | None
    whose: str
    basis: str
    basis_on: date | None
    promises: tuple[Promise, ...]


REPLY = (
    Response.id.label("response_id"),
    Response.finding_id,
    Response.point_id,
    Response.outcome,
    Response.reason,
    Response.study_until_on,
    Response.whose,
    Response.basis,
    Response.basis_on,
    FeedbackRelease.id.label("release_id"),
    FeedbackRelease.decision_form,
    FeedbackRelease.decision_on,
    FeedbackRelease.decision_ref,
    FeedbackRelease.minutes_url,
    Authority.name.label("authority"),
)
PROMISE = (
    Commitment.id.label("commitment_id"),
    Commitment.number.label("commitment"),
    Commitment.what,
    Commitment.due_on,
    Commitment.how_seen,
    Commitment.done_at,
    Function.title.label("function"),
    Unit.name.label("unit"),
    LATEST.label("status"),
)


def _replies(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Published replies, one row per commitment (one for a reply without)."""
    return (
        sa.select(*REPLY, *PROMISE, *columns)
        .select_from(Response)
        .join(FeedbackRelease, sa.and_(FeedbackRelease.id == Response.release_id, FeedbackRelease.published_at.is_not(None)))
        .join(Consultation, Consultation.id == FeedbackRelease.consultation_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .outerjoin(Commitment, Commitment.response_id == Response.id)
        .outerjoin(Function, Function.id == Commitment.function_id)
        .outerjoin(Unit, Unit.id == Function.unit_id)
        .order_by(Response.id, Commitment.number)
    )


def decision_of(row: Any) -> Decision:
    return Decision(row.authority, row.decision_form, row.decision_on, row.decision_ref, row.minutes_url)


def promise_of(row: Any, at: datetime) -> Promise:
    return Promise(
        number=row.commitment,
        what=row.what,
        function=row.function,
        unit=row.unit,
        due_on=row.due_on,
        how_seen=row.how_seen,
        done_on=clock.day_of(row.done_at) if row.done_at else None,
        status=row.status,
        late=0 if row.done_at else max(0, (clock.day_of(at) - row.due_on).days),
    )


def _gathered(rows: list[Any], at: datetime) -> dict[int, tuple[Any, Reply]]:
    """The replies by their id, each with its first row. One statement for the masks."""
    masks = masks_over({TextKind.response: {row.response_id for row in rows}})
    by_response: dict[int, list[Any]] = {}
    for row in rows:
        by_response.setdefault(row.response_id, []).append(row)
    return {
        response_id: (
            group[0],
            Reply(
                decision=decision_of(group[0]),
                outcome=group[0].outcome,
                reason=published(group[0].reason, masks.get((TextKind.response, response_id), ())),
                study_until_on=group[0].study_until_on,
                whose=group[0].whose,
                basis=group[0].basis,
                basis_on=group[0].basis_on,
                promises=tuple(promise_of(row, at) for row in group if row.commitment_id is not None),
            ),
        )
        for response_id, group in by_response.items()
    }


def replies_of(consultation_id: int, at: datetime) -> Replies:
    """Every published reply of a consultation. 2 statements. Fills in summaries.replies."""
    found = _gathered(list(db.session.execute(_replies().where(FeedbackRelease.consultation_id == consultation_id))), at)
    replies = Replies()
    for row, reply in found.values():
        if row.finding_id is not None:
            replies.by_finding[row.finding_id] = reply
        else:
            replies.by_point[row.point_id] = reply
    return replies


def uses_of(answer_ids: Collection[int]) -> list[Use]:
    """What came of each point of the answers, once the summary is published. 3 statements. Fills in positions.uses."""
    target = sa.and_(Response.release_id == FeedbackRelease.id, FeedbackRelease.published_at.is_not(None))
    own, shared = sa.orm.aliased(Response, name="own_response"), sa.orm.aliased(Response, name="finding_response")
    del target
    statement = (
        sa.select(
            Answer.id.label("answer_id"),
            Point.start,
            Point.end,
            slice_of(Answer, Point.start, Point.end).label("words"),
            Point.id.label("point_id"),
            Point.set_aside_at,
            Point.set_aside_reason,
            Finding.id.label("finding_id"),
            Finding.number,
            Finding.heading,
            NothingToTakeUp.reason.label("nothing"),
            sa.func.coalesce(own.id, shared.id).label("response_id"),
        )
        .select_from(Answer)
        .outerjoin(Point, Point.answer_id == Answer.id)
        .outerjoin(Citation, Citation.point_id == Point.id)
        .outerjoin(Finding, Finding.id == Citation.finding_id)
        .outerjoin(NothingToTakeUp, NothingToTakeUp.answer_id == Answer.id)
        .outerjoin(own, own.point_id == Point.id)
        .outerjoin(shared, shared.finding_id == Finding.id)
        .where(Answer.id.in_(answer_ids), sa.or_(Point.id.is_not(None), NothingToTakeUp.answer_id.is_not(None)))
        .order_by(Answer.id, Point.start, Finding.number)
    )
    rows = list(db.session.execute(statement))
    wanted = {row.response_id for row in rows if row.response_id is not None}
    replied = {row.response_id: row for row in db.session.execute(_replies().where(Response.id.in_(wanted)))} if wanted else {}
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in rows},
            TextKind.set_aside: {row.point_id for row in rows if row.set_aside_at},
            TextKind.finding_heading: {row.finding_id for row in rows if row.finding_id},
        }
    )
    return [
        Use(
            answer_id=row.answer_id,
            words=masked_slice(row.words, row.start, row.end, masks.get((TextKind.answer, row.answer_id), [])) if row.words else "",
            finding=row.number,
            heading=published(row.heading, masks.get((TextKind.finding_heading, row.finding_id), ())) if row.heading else "",
            set_aside=_reason(row, masks) if row.finding_id is None else "",
            reply=_in_short(replied.get(row.response_id)),
        )
        for row in rows
    ]


def _reason(row: Any, masks: Any) -> str:
    if row.point_id is None:
        return str(row.nothing)
    return published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ()))


def _in_short(row: Any) -> Reply | None:
    """The outcome without reason and commitments: they stand in the summary, a link away."""
    if row is None:
        return None
    return Reply(decision_of(row), row.outcome, "", row.study_until_on, row.whose, row.basis, row.basis_on, ())
