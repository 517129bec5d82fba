"""What the authority answered, what it undertook, and how it goes: for readers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.paging import bytes_of, packed
from sakrad.directory.heirs import FORMER_FUNCTION, FORMER_UNIT, PRESENT, PRESENT_UNIT, join_function
from sakrad.directory.models import Authority
from sakrad.positions.models import Answer
from sakrad.positions.queries_public import masked_slice, slice_of
from sakrad.positions.uses import Use
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, masks_over, published, published_row
from sakrad.responses.lifecycle import CommitmentFacts, Standing, commitment_state
from sakrad.responses.models import Commitment, CommitmentParty, DecisionForm, FeedbackRelease, Outcome, Progress, ProgressStatus, Response
from sakrad.responses.told import is_told
from sakrad.summaries.models import Citation, Finding, NothingToTakeUp, Point
from sakrad.summaries.queries_public import Source, list_points, source
from sakrad.summaries.replies import Masks, Replies, Unmasked

LATEST = (
    sa.select(Progress.status)
    .where(Progress.commitment_id == Commitment.id, Progress.pledge_id.is_(None))
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
    Commitment.party,
    LATEST.label("status"),
    masks_column(TextKind.commitment, Commitment.id).label("what_masks"),
    masks_column(TextKind.how_seen, Commitment.id).label("how_seen_masks"),
)


def _replies(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
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
    return join_function(statement, Commitment.function_id)


def decision_of(row: Any) -> Decision:
    return Decision(row.authority, row.decision_form, row.decision_on, row.decision_ref, row.minutes_url)


def promise_of(row: Any, at: datetime) -> Promise:
    return Promise(
        number=row.commitment,
        what=published_row(row.what, row.what_masks),
        function=row.function,
        unit=row.unit,
        due_on=row.due_on,
        how_seen=published_row(row.how_seen, row.how_seen_masks),
        done_on=clock.day_of(row.done_at) if row.done_at else None,
        standing=commitment_state(CommitmentFacts(row.due_on, row.status, row.done_at is not None, row.party), clock.day_of(at)),
        former_function=row.former_function or "",
        former_unit=row.former_unit or "",
        party=row.party,
        commitment_id=row.commitment_id,
    )


def _gathered(rows: list[Any], at: datetime, masks: Masks) -> dict[int, tuple[Any, Reply]]:
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
                reason=published(group[0].reason, masks.get((TextKind.response, response_id), ())),
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
    statement = _replies(
        Finding.number.label("finding"),
        Finding.heading,
        masks_column(TextKind.finding_heading, Finding.id).label("heading_masks"),
        masks_column(TextKind.response, Response.id).label("reason_masks"),
    ).outerjoin(Finding, Finding.id == Response.finding_id)
    row = db.session.execute(statement.where(Commitment.consultation_id == consultation_id, Commitment.number == number)).one_or_none()
    if row is None:
        return None
    _row, reply = _gathered([row], at, {})[row.response_id]
    return row, replace(reply, reason=published_row(row.reason, row.reason_masks))


def replies_of(consultation_id: int, at: datetime) -> Unmasked:
    """Every published reply of a consultation. 1 statement. Fills in summaries.replies."""
    rows = list(db.session.execute(_replies().where(FeedbackRelease.consultation_id == consultation_id)))

    def under(masks: Masks) -> Replies:
        replies = Replies()
        for row, reply in _gathered(rows, at, masks).values():
            if row.finding_id is not None:
                replies.by_finding[row.finding_id] = reply
            else:
                replies.by_point[row.point_id] = reply
        return replies

    return Unmasked({row.response_id for row in rows}, under)


def uses_of(answer_ids: Collection[int]) -> list[Use]:
    """What came of each point of the answers, once the summary is published. 3 statements. Fills in positions.uses."""
    own, shared = sa.orm.aliased(Response, name="own_response"), sa.orm.aliased(Response, name="finding_response")
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
            NothingToTakeUp.reason.label("nothing_because"),
            own.id.label("own_id"),
            shared.id.label("shared_id"),
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
    wanted = {response_id for row in rows for response_id in (row.own_id, row.shared_id) if response_id is not None}
    replied = {row.response_id: row for row in db.session.execute(_replies().where(Response.id.in_(wanted)))} if wanted else {}
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in rows},
            TextKind.set_aside: {row.point_id for row in rows if row.set_aside_at},
            TextKind.nothing: {row.answer_id for row in rows if row.point_id is None},
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
            reply=_in_short(replied.get(row.own_id) or replied.get(row.shared_id)),
        )
        for row in rows
    ]


def _reason(row: Any, masks: Any) -> str:
    if row.point_id is None:
        return published(row.nothing_because, masks.get((TextKind.nothing, row.answer_id), ()))
    return published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ()))


def _in_short(row: Any) -> Reply | None:
    """The outcome without reason and commitments: they stand in the summary, a link away."""
    if row is None:
        return None
    whose, basis = published_row(row.whose, row.whose_masks), published_row(row.basis, row.basis_masks)
    return Reply(decision_of(row), row.outcome, "", row.study_until_on, whose, basis, row.basis_on, ())


# -- …/aterkoppling


@dataclass(frozen=True, slots=True)
class Step:
    """What was done towards a commitment; `text` is masked."""

    at: datetime
    status: ProgressStatus
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A finding (number and heading), or single points (sources) that got one and the same reply, and that reply."""

    part: int
    finding: int | None
    heading: str
    sources: tuple[Source, ...]
    reply: Reply
    steps: dict[int, tuple[Step, ...]]  # by the commitment's number, oldest first


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the answers: published, or announced for a day."""

    number: int
    title: str
    planned_on: date | None
    published_at: datetime | None
    late: int  # days


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """…/aterkoppling; nothing in `answered` before the authority has answered."""

    head: Head
    parts: tuple[Part, ...]  # as soon as one of them is published; usually one
    answered: tuple[Answered, ...]
    outcomes: tuple[tuple[Outcome, int], ...]
    promised: int
    late: int
    page: int
    pages: int
    valid_until: datetime


def get_response_page(kommun: str, slug: str, page: int, at: datetime) -> ResponsePage:
    """The authority's replies, part by part, those to findings first in their order. At most 7 statements. Raises Missing."""
    head, _ = get_head(kommun, slug, at)
    rows = list(
        db.session.execute(
            _replies(Finding.number.label("finding"), Finding.heading)
            .outerjoin(Finding, Finding.id == Response.finding_id)
            .where(FeedbackRelease.consultation_id == head.id)
        )
    )
    gathered = _gathered(rows, at, masks_over({TextKind.response: {row.response_id for row in rows}}))
    found = sorted(gathered.values(), key=lambda pair: (pair[0].part, pair[0].finding is None, pair[0].finding or 0, pair[0].response_id))
    steps = _steps({row.commitment_id: row.commitment for row in rows if row.commitment_id is not None})
    point_ids = [row.point_id for row, _ in found if row.point_id is not None]
    points = {row.point_id: row for row in list_points(at, Point.id.in_(point_ids))} if point_ids else {}
    masks = masks_over(
        {
            TextKind.finding_heading: [row.finding_id for row, _ in found if row.finding_id is not None],
            TextKind.answer: {row.answer_id for row in points.values()},
            TextKind.progress: [step.id for taken in steps.values() for step in taken],
        }
    )
    each = [
        Answered(
            part=row.part,
            finding=row.finding,
            heading=published(row.heading, masks.get((TextKind.finding_heading, row.finding_id), ())) if row.finding else "",
            sources=(source(points[row.point_id], 0, masks, 600),) if row.point_id in points else (),
            reply=reply,
            steps={
                promise.number: tuple(
                    Step(step.at, step.status, published(step.text, masks.get((TextKind.progress, step.id), ())), step.link)
                    for step in steps.get(promise.number, ())
                )
                for promise in reply.promises
            },
        )
        for row, reply in found
    ]
    answered = _together(each)
    places = packed([_size(one) for one in answered], PAGE_BYTES)
    pages = max(places, default=1)
    page = min(page, pages)
    promises = [promise for one in answered for promise in one.reply.promises]
    return ResponsePage(
        head=head,
        parts=_parts(head, at) if rows else (),
        answered=tuple(one for one, place in zip(answered, places, strict=True) if place == page),
        outcomes=tuple((outcome, count) for outcome in Outcome if (count := sum(one.reply.outcome is outcome for one in each))),
        promised=len(promises),
        late=sum(promise.standing.days_late > 0 for promise in promises),
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )


PAGE_BYTES = 40_000
MOST = 20  # points under one reply


def _together(each: list[Answered]) -> list[Answered]:
    """Single points that got one and the same reply under it, a few at a time; what promises something stands alone."""
    found: list[Answered] = []
    for one in each:
        last = found[-1] if found else None
        alike = last is not None and last.finding is None and (last.part, last.reply) == (one.part, one.reply)
        if last is not None and alike and one.finding is None and not one.steps and len(last.sources) < MOST:
            found[-1] = replace(last, sources=last.sources + one.sources)
        else:
            found.append(one)
    return found


def _parts(head: Head, at: datetime) -> tuple[Part, ...]:
    """The parts of answers of which one is published."""
    columns = (FeedbackRelease.number, FeedbackRelease.title, FeedbackRelease.planned_on, FeedbackRelease.published_at)
    rows = db.session.execute(sa.select(*columns).where(FeedbackRelease.consultation_id == head.id).order_by(FeedbackRelease.number))
    return tuple(Part(*row, head.late(row.planned_on, row.published_at)) for row in rows)


def _size(one: Answered) -> int:
    """About how many bytes the reply takes on the page."""
    steps = [step for taken in one.steps.values() for step in taken]
    sources = sum(150 + bytes_of(each.words) for each in one.sources)
    words = bytes_of(one.reply.reason) + sources + sum(bytes_of(step.text) for step in steps)
    return 900 + words + 500 * len(one.reply.promises) + 250 * len(steps)


def _steps(numbers: dict[int, int]) -> dict[int, list[Any]]:
    """The progress of commitments, by their number."""
    taken: dict[int, list[Any]] = {}
    if numbers:
        own = sa.select(*Progress.__table__.c).where(Progress.commitment_id.in_(numbers), Progress.pledge_id.is_(None))
        statement = own.order_by(Progress.id)
        for row in db.session.execute(statement):
            taken.setdefault(numbers[row.commitment_id], []).append(row)
    return taken
