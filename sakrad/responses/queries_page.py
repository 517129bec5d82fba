"""…/aterkoppling: what the authority answered, part by part, what it undertook, and how it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.paging import bytes_of, packed
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_column, masks_over, published
from sakrad.responses.models import FeedbackRelease, LinkedDecision, Outcome, Pledge, Progress, ProgressStatus, Response
from sakrad.responses.queries_ledger import Decided, decided_of
from sakrad.responses.queries_public import Reply, gathered, replies
from sakrad.responses.queries_verdicts import Verdicts, verdicts_of
from sakrad.responses.told import is_step_told
from sakrad.summaries.models import Finding, Point
from sakrad.summaries.queries_public import Source, list_points, source


@dataclass(frozen=True, slots=True)
class Step:
    """What was done towards a commitment; `text` is masked."""

    at: datetime
    status: ProgressStatus
    text: str
    link: str
    due_on: date | None  # the new day, where it was moved
    former_due_on: date | None
    by: str = ""  # the organisation, of what is the organisations' own


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
    verdicts: dict[int, Verdicts]  # by the commitment's number
    decisions: tuple[Decided, ...]  # linked to all of it
    outcomes: tuple[tuple[Outcome, int], ...]
    promised: int
    late: int
    page: int
    pages: int
    valid_until: datetime


def get_response_page(kommun: str, slug: str, page: int | None, at: datetime, *, finding: int | None = None) -> ResponsePage:
    """The authority's replies, part by part, those to findings first in their order. At most 8 statements. Raises Missing.

    Args:
        page: None: all of them.
        finding: the number of the one whose reply the page shall hold, whatever `page` says.
    """
    head, _ = get_head(kommun, slug, at)
    rows = list(
        db.session.execute(
            replies(Finding.number.label("finding"), Finding.heading)
            .outerjoin(Finding, Finding.id == Response.finding_id)
            .where(FeedbackRelease.consultation_id == head.id)
        )
    )
    found_replies = gathered(rows, at)
    found = sorted(
        found_replies.values(), key=lambda pair: (pair[0].part, pair[0].finding is None, pair[0].finding or 0, pair[0].response_id)
    )
    numbers = {row.commitment_id: row.commitment for row in rows if row.commitment_id is not None}
    steps = _steps(numbers, [row.commitment_id for row in rows if row.commitment_id is not None and row.party == "organisation"])
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
                    Step(
                        step.at,
                        step.status,
                        published(step.text, masks.get((TextKind.progress, step.id), ())),
                        step.link,
                        step.due_on,
                        step.former_due_on,
                        step.organisation_name or "",
                    )
                    for step in steps.get(promise.number, ())
                )
                for promise in reply.promises
            },
        )
        for row, reply in found
    ]
    answered = _together(each)
    places = packed([_size(one) for one in answered], PAGE_BYTES) if page else [1] * len(answered)
    pages = max(places, default=1)
    held = (place for one, place in zip(answered, places, strict=True) if finding and one.finding == finding)
    page = min(next(held, page or 1), pages)
    parts, decisions = _parts_and_decisions(head) if rows else ((), ())
    promises = [promise for one in answered for promise in one.reply.promises]
    return ResponsePage(
        head=head,
        parts=parts,
        answered=tuple(one for one, place in zip(answered, places, strict=True) if place == page),
        verdicts={numbers[one]: told for one, told in verdicts_of(numbers, at).items() if told},
        decisions=decisions,
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


def _parts_and_decisions(head: Head) -> tuple[tuple[Part, ...], tuple[Decided, ...]]:
    """The parts of answers of which one is published, and decisions that bear on all of it: so few that one statement gives both."""
    d, release = LinkedDecision, FeedbackRelease
    rows = db.session.execute(
        sa.select(
            *(release.number, release.title, release.planned_on, release.published_at),
            *(d.id.label("decision_id"), d.body, d.decided_on, d.ref, d.what, d.minutes_url),
            masks_column(TextKind.linked_decision, d.id).label("masks"),
        )
        .outerjoin(d, sa.and_(d.consultation_id == release.consultation_id, d.commitment_id.is_(None)))
        .where(release.consultation_id == head.id)
        .order_by(release.number, d.decided_on, d.id)
    ).all()
    parts = {row.number: Part(*row[:4], head.late(row.planned_on, row.published_at)) for row in rows}
    decisions = {row.decision_id: decided_of(row) for row in rows if row.decision_id is not None}
    return tuple(parts.values()), tuple(decisions.values())


def _size(one: Answered) -> int:
    """About how many bytes the reply takes on the page."""
    steps = [step for taken in one.steps.values() for step in taken]
    sources = sum(150 + bytes_of(each.words) for each in one.sources)
    words = bytes_of(one.reply.reason) + sources + sum(bytes_of(step.text) for step in steps)
    return 900 + words + 500 * len(one.reply.promises) + 250 * len(steps)


def _steps(numbers: dict[int, int], theirs: list[int]) -> dict[int, list[Any]]:
    """The progress of commitments, by their number; of those that are the organisations' own, what they have told."""
    taken: dict[int, list[Any]] = {}
    if numbers:
        statement = sa.select(*Progress.__table__.c, Pledge.organisation_name).outerjoin(Pledge, Pledge.id == Progress.pledge_id)
        own = statement.where(
            Progress.commitment_id.in_(numbers),
            sa.or_(Progress.pledge_id.is_(None), sa.and_(Progress.commitment_id.in_(theirs), is_step_told())),
        )
        for row in db.session.execute(own.order_by(Progress.id)):
            taken.setdefault(numbers[row.commitment_id], []).append(row)
    return taken
