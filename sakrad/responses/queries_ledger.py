"""One commitment whole: for readers (…/atagande/<n>), and what the staff's page of it lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.files import StoredFile
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import present_id
from sakrad.directory.queries_public import is_listed
from sakrad.records.models import Review, ReviewKind, TextKind
from sakrad.records.queries import latest_reviews, masks_column, masks_over, published_row
from sakrad.responses.lifecycle_pledging import PledgeState, facts_of, pledge_state
from sakrad.responses.models import Commitment, LinkedDecision, Pledge, Progress, ProgressStatus
from sakrad.responses.queries_public import Promise, Reply, find_promised
from sakrad.responses.queries_verdicts import Verdicts, verdicts_of
from sakrad.responses.told import is_confirmed, is_step_told, is_told, join_released
from sakrad.summaries.models import Citation, Point
from sakrad.summaries.queries_public import Source, list_points, source

SOURCES = 20  # voices on the page; the others stand with the finding
WORDS = 400  # bytes of each


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that shows what was done: its place in the address, and what it shows in words."""

    step: int
    kind: str
    size: int
    says: str  # masked


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was told; `text` is masked."""

    at: datetime
    status: ProgressStatus
    text: str
    link: str
    proof: Proof | None
    due_on: date | None = None  # the new day, where it was moved
    former_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What an organisation does of it, as it has confirmed. Planned, changed or done, never late."""

    name: str
    slug: str | None  # None: without a page of its own
    part: str  # masked
    state: PledgeState
    since: date
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that bears on it; `what` is masked."""

    body: str
    on: date
    ref: str
    what: str
    minutes_url: str
    commitment: int | None = None  # its number; None: the whole consultation


def decided_of(row: Any, commitment: int | None = None) -> Decided:
    """The decision of a row with its columns, and `masks` over `what`."""
    return Decided(row.body, row.decided_on, row.ref, published_row(row.what, row.masks), row.minutes_url, commitment)


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """…/atagande/<n>"""

    head: Head
    promise: Promise
    reply: Reply
    finding: int | None
    heading: str  # masked
    former_days: tuple[tuple[date, datetime], ...]  # earlier due dates, each with when it was moved
    steps: tuple[Step, ...]  # the municipality's own, oldest first
    parts: tuple[Part, ...]
    decisions: tuple[Decided, ...]
    verdicts: Verdicts | None
    sources: tuple[Source, ...]
    more: int  # voices that stand with the finding only
    valid_until: datetime

    @property
    def masked(self) -> bool:
        """Whether something of it is hidden."""
        own = (self.promise.what, self.promise.how_seen, *(step.text for step in self.steps), *(one.what for one in self.decisions))
        theirs = [text for part in self.parts for text in (part.part, *(step.text for step in part.steps))]
        proofs = [step.proof.says for step in self.steps if step.proof]
        return any("█" in text for text in (*own, *theirs, *proofs))


def get_commitment_page(kommun: str, slug: str, number: int, at: datetime) -> CommitmentPage:
    """A published commitment with everything that belongs to it. At most 8 statements.

    Raises:
        Missing: there is none, it is not published, or nobody stands for what is the organisations' own.
    """
    head, _ = get_head(kommun, slug, at)
    found = find_promised(head.id, number, at)
    if found is None:
        raise Missing("commitment")
    row, reply = found
    promise = reply.promises[0]
    steps = _steps(promise.commitment_id)
    parts, decisions = _parts_and_decisions(promise.commitment_id, steps)
    points = _points(row, at)
    shown = points[:SOURCES]
    masks = masks_over({TextKind.answer: {one.answer_id for one in shown}})
    own = [step for pledge_id, step in steps if pledge_id is None]
    return CommitmentPage(
        head=head,
        promise=promise,
        reply=reply,
        finding=row.finding,
        heading=published_row(row.heading, row.heading_masks) if row.heading else "",
        former_days=tuple((step.former_due_on, step.at) for step in own if step.former_due_on),
        steps=tuple(own),
        parts=parts,
        decisions=decisions,
        verdicts=verdicts_of([promise.commitment_id], at).get(promise.commitment_id),
        sources=tuple(source(one, index, masks, WORDS) for index, one in enumerate(shown, 1)),
        more=len(points) - len(shown),
        valid_until=head.valid_until,
    )


def _points(row: Any, at: datetime) -> list[Any]:
    """The points that the commitment's answer rests on, each once."""
    about = Point.id == row.point_id
    if row.finding_id is not None:
        about = Citation.finding_id == row.finding_id
    return list({one.point_id: one for one in list_points(at, about)}.values())


def _ordinal() -> sa.ColumnElement[int]:
    """The place of a row of progress among all of its commitment: rows are only appended, so it stays."""
    before = aliased(Progress)
    counted = sa.select(sa.func.count()).select_from(before)
    return counted.where(before.commitment_id == Progress.commitment_id, before.id <= Progress.id).correlate(Progress).scalar_subquery()


def _steps(commitment_id: int) -> list[tuple[int | None, Step]]:
    """What readers are told of the commitment, with whose it is (None: the municipality's), oldest first."""
    rows = db.session.execute(
        sa.select(
            *(Progress.pledge_id, Progress.at, Progress.status, Progress.text, Progress.link, Progress.due_on, Progress.former_due_on),
            Progress.file_says,
            StoredFile.kind.label("file_kind"),
            StoredFile.size,
            _ordinal().label("ordinal"),
            masks_column(TextKind.progress, Progress.id).label("masks"),
            masks_column(TextKind.file_says, Progress.id).label("says_masks"),
        )
        .outerjoin(StoredFile, StoredFile.id == Progress.file_id)
        .where(Progress.commitment_id == commitment_id, is_step_told())
        .order_by(Progress.id)
    )
    return [
        (
            row.pledge_id,
            Step(
                at=row.at,
                status=row.status,
                text=published_row(row.text, row.masks),
                link=row.link,
                proof=Proof(row.ordinal, row.file_kind.value, row.size, published_row(row.file_says, row.says_masks))
                if row.file_kind
                else None,
                due_on=row.due_on,
                former_due_on=row.former_due_on,
            ),
        )
        for row in rows
    ]


def _parts_and_decisions(commitment_id: int, steps: Sequence[tuple[int | None, Step]]) -> tuple[tuple[Part, ...], tuple[Decided, ...]]:
    """What organisations stand for, and decisions that bear on it: few of each, so that one statement gives every pair of them."""
    author, d = aliased(Organisation), LinkedDecision
    rows = db.session.execute(
        sa.select(
            Pledge,
            sa.case((is_listed(), Organisation.slug)).label("slug"),
            masks_column(TextKind.pledge, Pledge.id).label("part_masks"),
            d.id.label("decision_id"),
            *(d.body, d.decided_on, d.ref, d.what, d.minutes_url),
            masks_column(TextKind.linked_decision, d.id).label("masks"),
        )
        .select_from(Commitment)
        .outerjoin(Pledge, sa.and_(Pledge.commitment_id == Commitment.id, is_confirmed()))
        .outerjoin(author, author.id == Pledge.organisation_id)
        .outerjoin(Organisation, Organisation.id == present_id(author))
        .outerjoin(d, d.commitment_id == Commitment.id)
        .where(Commitment.id == commitment_id)
        .order_by(Pledge.confirmed_at, Pledge.id, d.decided_on, d.id)
    ).all()
    parts = {row.Pledge.id: _part(row, steps) for row in rows if row.Pledge is not None}
    decisions = {row.decision_id: decided_of(row) for row in rows if row.decision_id is not None}
    return tuple(parts.values()), tuple(decisions.values())


def _part(row: Any, steps: Sequence[tuple[int | None, Step]]) -> Part:
    pledge = row.Pledge
    told = tuple(step for pledge_id, step in steps if pledge_id == pledge.id)
    facts = facts_of(pledge, published=True, ended=False, latest=told[-1].status if told else None)
    since = clock.day_of(pledge.confirmed_at)
    return Part(pledge.organisation_name, row.slug, published_row(pledge.part, row.part_masks), pledge_state(facts), since, told)


def list_decisions(consultation_id: int, commitment: Commitment | None = None) -> tuple[Decided, ...]:
    """The decisions that are linked to the consultation, all or those of one commitment, as readers see them; the oldest first."""
    d = LinkedDecision
    statement = sa.select(d).where(d.consultation_id == consultation_id)
    if commitment is not None:
        statement = statement.where(d.commitment_id == commitment.id)
    rows = db.session.execute(
        statement.outerjoin(Commitment, Commitment.id == d.commitment_id)
        .with_only_columns(
            *(d.body, d.decided_on, d.ref, d.what, d.minutes_url),
            Commitment.number,
            masks_column(TextKind.linked_decision, d.id).label("masks"),
        )
        .order_by(d.decided_on, d.id)
    )
    return tuple(decided_of(row, row.number) for row in rows)


def get_proof(kommun: str, slug: str, number: int, step: int, at: datetime) -> StoredFile:
    """The stripped copy that shows what was done.

    Raises:
        Missing: there is none, or readers may not have it.
    """
    head, _ = get_head(kommun, slug, at)
    row = db.session.execute(
        join_released(sa.select(StoredFile).select_from(Progress).join(Commitment, Commitment.id == Progress.commitment_id))
        .join(StoredFile, StoredFile.id == Progress.file_id)
        .where(Commitment.consultation_id == head.id, Commitment.number == number, is_step_told(), _ordinal() == step)
    ).scalar_one_or_none()
    if row is None:
        raise Missing("proof")
    return row


# --- the staff's page -----------------------------------------------------------------------------------------------


def list_steps(commitment: Commitment) -> list[tuple[int, Progress]]:
    """The municipality's own rows with their place among all of the commitment, for its page and its masks."""
    rows = db.session.execute(
        sa.select(_ordinal(), Progress)
        .where(Progress.commitment_id == commitment.id, Progress.pledge_id.is_(None))
        .options(joinedload(Progress.file))
        .order_by(Progress.id)
    )
    return [(ordinal, progress) for ordinal, progress in rows]


def place_of(progress: Progress) -> int:
    """The place of the row among all of its commitment."""
    return db.session.scalar(sa.select(_ordinal()).select_from(Progress).where(Progress.id == progress.id)) or 0


def decisions_about(pledge: Pledge) -> dict[int, Review]:
    """What has been decided about publishing what the organisation told, by the row's id."""
    return latest_reviews(ReviewKind.progress, [one.id for one in pledge.progress])


def list_published(consultation: Consultation) -> list[Commitment]:
    """The consultation's commitments that readers are told of, by number."""
    statement = (
        join_released(sa.select(Commitment)).where(Commitment.consultation_id == consultation.id, is_told()).order_by(Commitment.number)
    )
    return list(db.session.scalars(statement))
