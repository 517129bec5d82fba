"""What the authority answered, what it undertook, and how it goes: for readers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.statements import built_once
from sakrad.directory.heirs import FORMER_FUNCTION, FORMER_UNIT, PRESENT, PRESENT_UNIT, join_function
from sakrad.directory.models import Authority
from sakrad.positions.models import Answer
from sakrad.positions.queries_public import masked_slice, slice_of
from sakrad.positions.uses import Use
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, published_row, spans_of
from sakrad.responses.lifecycle import CommitmentFacts, Standing, commitment_state, latest_of_parts
from sakrad.responses.models import Commitment, CommitmentParty, DecisionForm, FeedbackRelease, Outcome, Response
from sakrad.responses.told import is_told, latest_status, party_told, theirs_column
from sakrad.summaries.models import Citation, Finding, NothingToTakeUp, Point
from sakrad.summaries.replies import Replies


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
    """A commitment and how it goes."""

    number: int
    what: str
    function: str  # whose it is now
    unit: str
    due_on: date
    how_seen: str
    done_on: date | None
    standing: Standing
    former_function: str = ""  # whose it was when it was made, where that has been reorganised
    former_unit: str = ""
    party: CommitmentParty = CommitmentParty.municipality
    commitment_id: int = 0
    theirs: tuple[str, ...] = ()  # the organisations that stand for it, where it is their own


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
    changed_by_board: bool = False  # it decided something else than the administration proposed


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
    Response.changed_by_board,
    FeedbackRelease.number.label("part"),
    masks_column(TextKind.response, Response.id).label("reason_masks"),
    masks_column(TextKind.whose, Response.id).label("whose_masks"),
    masks_column(TextKind.basis, Response.id).label("basis_masks"),
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
    PRESENT.title.label("function"),
    PRESENT_UNIT.name.label("unit"),
    FORMER_FUNCTION.label("former_function"),
    FORMER_UNIT.label("former_unit"),
    party_told().label("party"),
    theirs_column().label("theirs"),
    latest_status(Commitment).label("status"),
    masks_column(TextKind.commitment, Commitment.id).label("what_masks"),
    masks_column(TextKind.how_seen, Commitment.id).label("how_seen_masks"),
)


def replies(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Published replies, one row per commitment (one for a reply without)."""
    statement = (
        sa.select(*REPLY, *PROMISE, *columns)
        .select_from(Response)
        .join(FeedbackRelease, sa.and_(FeedbackRelease.id == Response.release_id, FeedbackRelease.published_at.is_not(None)))
        .join(Consultation, Consultation.id == FeedbackRelease.consultation_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .outerjoin(Commitment, sa.and_(Commitment.response_id == Response.id, is_told()))
        .order_by(Response.id, Commitment.number)
    )
    joined: sa.Select[*tuple[Any, ...]] = join_function(statement, Commitment.function_id)
    return joined


def decision_of(row: Any) -> Decision:
    return Decision(row.authority, row.decision_form, row.decision_on, row.decision_ref, row.minutes_url)


def promise_of(row: Any, at: datetime) -> Promise:
    theirs = sorted(row.theirs or ())  # in the order in which they were asked
    latest = latest_of_parts([status for _id, _name, status in theirs]) if theirs else row.status
    return Promise(
        number=row.commitment,
        what=published_row(row.what, row.what_masks),
        function=row.function,
        unit=row.unit,
        due_on=row.due_on,
        how_seen=published_row(row.how_seen, row.how_seen_masks),
        done_on=clock.day_of(row.done_at) if row.done_at else None,
        standing=commitment_state(CommitmentFacts(row.due_on, latest, row.done_at is not None, row.party), clock.day_of(at)),
        former_function=row.former_function or "",
        former_unit=row.former_unit or "",
        party=row.party,
        commitment_id=row.commitment_id,
        theirs=tuple(name for _id, name, _status in theirs),
    )


def gathered(rows: list[Any], at: datetime) -> dict[int, tuple[Any, Reply]]:
    """The replies by their id, each with its first row."""
    by_response: dict[int, list[Any]] = {}
    for row in rows:
        by_response.setdefault(row.response_id, []).append(row)
    return {
        response_id: (
            group[0],
            Reply(
                decision=decision_of(group[0]),
                outcome=group[0].outcome,
                reason=published_row(group[0].reason, group[0].reason_masks),
                study_until_on=group[0].study_until_on,
                whose=published_row(group[0].whose, group[0].whose_masks),
                basis=published_row(group[0].basis, group[0].basis_masks),
                basis_on=group[0].basis_on,
                promises=tuple(promise_of(row, at) for row in group if row.commitment_id is not None),
                changed_by_board=group[0].changed_by_board,
            ),
        )
        for response_id, group in by_response.items()
    }


def find_promised(consultation_id: int, number: int, at: datetime) -> tuple[Any, Reply] | None:
    """The published reply that a commitment is part of, with that commitment only, and its row: `finding`, and `heading` masked.

    1 statement.
    """
    statement = replies(
        Finding.number.label("finding"),
        Finding.heading,
        masks_column(TextKind.finding_heading, Finding.id).label("heading_masks"),
    ).outerjoin(Finding, Finding.id == Response.finding_id)
    row = db.session.execute(statement.where(Commitment.consultation_id == consultation_id, Commitment.number == number)).one_or_none()
    if row is None:
        return None
    return row, gathered([row], at)[row.response_id][1]


@built_once
def _replies_in(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    return replies().where(FeedbackRelease.consultation_id == consultation_id)


@built_once
def _replies_by_id(response_ids: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    return replies().where(Response.id.in_(response_ids))


@built_once
def _uses(answer_ids: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    """The points of the answers with what they rest under, and what was not taken up."""
    own, shared = sa.orm.aliased(Response, name="own_response"), sa.orm.aliased(Response, name="finding_response")
    return (
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
            NothingToTakeUp.reason.label("nothing_because"),
            own.id.label("own_id"),
            shared.id.label("shared_id"),
            masks_column(TextKind.answer, Answer.id).label("words_masks"),
            masks_column(TextKind.finding_heading, Finding.id).label("heading_masks"),
            masks_column(TextKind.set_aside, Point.id).label("set_aside_masks"),
            masks_column(TextKind.nothing, Answer.id).label("nothing_masks"),
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


def is_replied() -> sa.ColumnElement[bool]:
    """Whether a part of the answers has been published. Needs Consultation outside. Fills in summaries.replies."""
    told = sa.select(FeedbackRelease.id).where(
        FeedbackRelease.consultation_id == Consultation.id, FeedbackRelease.published_at.is_not(None)
    )
    return told.correlate(Consultation).exists()


def replies_of(consultation_id: int, at: datetime) -> Replies:
    """Every published reply of a consultation. 1 statement. Fills in summaries.replies."""
    rows = list(db.session.execute(*_replies_in(consultation_id)))
    found = Replies()
    for row, reply in gathered(rows, at).values():
        if row.finding_id is not None:
            found.by_finding[row.finding_id] = reply
        else:
            found.by_point[row.point_id] = reply
    return found


def uses_of(answer_ids: Collection[int]) -> list[Use]:
    """What came of each point of the answers, once the summary is published. 2 statements. Fills in positions.uses."""
    rows = list(db.session.execute(*_uses(answer_ids)))
    wanted = {response_id for row in rows for response_id in (row.own_id, row.shared_id) if response_id is not None}
    replied = {row.response_id: row for row in db.session.execute(*_replies_by_id(wanted))} if wanted else {}
    return [
        Use(
            answer_id=row.answer_id,
            words=masked_slice(row.words, row.start, row.end, spans_of(row.words_masks)) if row.words else "",
            finding=row.number,
            heading=published_row(row.heading, row.heading_masks) if row.heading else "",
            set_aside=_reason(row) if row.finding_id is None else "",
            reply=_in_short(replied.get(row.own_id) or replied.get(row.shared_id)),
        )
        for row in rows
    ]


def _reason(row: Any) -> str:
    if row.point_id is None:
        return published_row(row.nothing_because, row.nothing_masks)
    return published_row(row.set_aside_reason, row.set_aside_masks)


def _in_short(row: Any) -> Reply | None:
    """The outcome without reason and commitments: they stand in the summary, a link away."""
    if row is None:
        return None
    whose, basis = published_row(row.whose, row.whose_masks), published_row(row.basis, row.basis_masks)
    return Reply(decision_of(row), row.outcome, "", row.study_until_on, whose, basis, row.basis_on, ())
