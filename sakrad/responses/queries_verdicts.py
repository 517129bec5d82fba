"""What organisations say of whether a commitment was kept: who may, what readers are told, and what waits for its review."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation, get_public_consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Organisation, Verification
from sakrad.directory.queries_merging import get_present, own_ids, present_id
from sakrad.directory.queries_public import is_listed
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_views import is_view_standing
from sakrad.records.models import Review, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import is_reviewed, latest_decision, list_reviews, masks_column, published_row
from sakrad.responses import links
from sakrad.responses.lifecycle_verdicts import Said, counts_at, lasting
from sakrad.responses.models import Commitment, CommitmentParty, FeedbackRelease, Pledge, Response, Verdict, VerdictValue
from sakrad.responses.told import is_confirmed, is_told, join_released
from sakrad.summaries.models import Citation, Point

LET_THROUGH = (ReviewDecision.publish, ReviewDecision.masked)

# --- what readers are told ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldVerdict:
    """What one organisation said, by name or by its words alone. Unnamed it carries neither value nor day; `text` is masked."""

    text: str
    name: str = ""  # of the day
    slug: str | None = None  # of its profile, or its heir's
    value: VerdictValue | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Organisations' verdicts on one commitment, as everybody sees them: readers and officials alike."""

    counts: dict[VerdictValue, int] | None = None  # of the first of a month; None: what one of them said could be worked out
    named: tuple[ToldVerdict, ...] = ()  # by name
    unnamed: tuple[ToldVerdict, ...] = ()  # only words, where there are counts; in no telling order

    @property
    def total(self) -> int:
        """How many are counted; 0 where that is not told."""
        return sum((self.counts or {}).values())

    def __bool__(self) -> bool:
        return bool(self.counts or self.named)


def newest(*where: Any) -> sa.Select[int]:
    """The ids of the latest such verdict of each organisation, or of its heir, on each commitment."""
    author = aliased(Organisation)
    return (
        sa.select(sa.func.max(Verdict.id))
        .join(author, author.id == Verdict.organisation_id)
        .where(*where)
        .group_by(Verdict.commitment_id, present_id(author))
    )


def verdicts_of(commitment_ids: Collection[int], at: datetime) -> dict[int, Verdicts]:
    """What may be told of the verdicts on each of the commitments: 1 statement, however many they are."""
    if not commitment_ids:
        return {}
    author, judge = aliased(Organisation), aliased(Organisation)
    who = judges(Commitment.id.in_(commitment_ids)).subquery()
    may = sa.select(who.c.commitment_id, present_id(judge)).join(judge, judge.id == who.c.organisation_id)
    rows = list(
        db.session.execute(
            sa.select(
                Verdict.id,
                Verdict.commitment_id,
                Verdict.organisation_id,
                author.heir_id,
                author.merged_at,
                Verdict.organisation_name,
                Verdict.value,
                Verdict.text,
                Verdict.by_name,
                Verdict.at,
                latest_decision(ReviewKind.verdict, Verdict.id).label("decision"),
                sa.case((is_listed(), Organisation.slug)).label("slug"),
                masks_column(TextKind.verdict, Verdict.id).label("masks"),
            )
            .join(author, author.id == Verdict.organisation_id)
            .join(Organisation, Organisation.id == present_id(author))
            .where(
                Verdict.commitment_id.in_(commitment_ids),
                Verdict.at <= at,
                sa.tuple_(Verdict.commitment_id, Organisation.id).in_(may),  # one that has taken its words back is not counted
            )
            .order_by(Verdict.id)
        )
    )
    by_commitment: dict[int, list[Any]] = {one: [] for one in commitment_ids}
    for row in rows:
        by_commitment[row.commitment_id].append(row)
    return {one: _told(said, at) for one, said in by_commitment.items()}


def _told(rows: list[Any], at: datetime) -> Verdicts:
    said = [
        Said(
            *(row.id, row.organisation_id, row.value, row.at, row.by_name, row.by_name and row.decision in LET_THROUGH),
            *(row.heir_id, row.merged_at),
        )
        for row in rows
    ]
    counts, last = counts_at(said, at), {one.id for one in lasting(said, at).values()}
    named, unnamed = [], []
    for row in rows:
        if row.id not in last or row.decision not in LET_THROUGH:
            continue
        text = published_row(row.text, row.masks)
        if row.by_name:
            named.append(ToldVerdict(text, row.organisation_name, row.slug, row.value, row.at))
        elif text and counts is not None:
            unnamed.append(ToldVerdict(text))
    return Verdicts(counts, tuple(named), tuple(sorted(unnamed, key=lambda one: one.text)))


# --- who may say so -------------------------------------------------------------------------------------------------


def judges(*which: sa.ColumnElement[bool]) -> sa.CompoundSelect[int, int]:
    """(commitment_id, organisation_id) of all who may judge: whose words the commitment rests on, and who has a part in a joint one.

    Only those that the municipality has verified, or whose heir it has. `which`: of these commitments.
    """
    spoke = (
        sa.select(Commitment.id.label("commitment_id"), Position.organisation_id.label("organisation_id"))
        .select_from(Commitment)
        .join(Response, Response.id == Commitment.response_id)
        .outerjoin(Citation, Citation.finding_id == Response.finding_id)
        .join(Point, Point.id == sa.func.coalesce(Response.point_id, Citation.point_id))
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .where(
            *which,
            Commitment.party != CommitmentParty.organisation,
            _is_known_here(Position.organisation_id),
            sa.or_(sa.and_(PositionVersion.meeting_id.is_(None), Position.stands), is_view_standing()),
        )
    )
    takes_part = (
        sa.select(Commitment.id, Pledge.organisation_id)
        .join(Pledge, Pledge.commitment_id == Commitment.id)
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .where(*which, Commitment.party == CommitmentParty.joint, is_confirmed(), _is_known_here(Pledge.organisation_id))
    )
    return spoke.union(takes_part)


def _is_known_here(organisation_id: Any) -> sa.ColumnElement[bool]:
    """Whether the consultation's municipality has verified the organisation, or its heir. Needs Consultation outside."""
    who = aliased(Organisation)
    known = (
        sa.select(Verification.id)
        .join(who, Verification.organisation_id.in_((who.id, who.heir_id)))
        .where(who.id == organisation_id, Verification.municipality_id == Consultation.municipality_id)
    )
    return known.correlate_except(Verification, who).exists()


def judged_by(organisation_ids: Collection[int], consultation_id: int) -> set[int]:
    """The ids of the published commitments of a consultation that these organisations may judge, in one statement."""
    who = judges(Commitment.consultation_id == consultation_id).subquery()
    statement = (
        join_released(sa.select(Commitment.id))
        .join(who, who.c.commitment_id == Commitment.id)
        .where(Commitment.consultation_id == consultation_id, who.c.organisation_id.in_(organisation_ids), is_told())
    )
    return set(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """What the organisation itself said last; `text` is masked. `waits`: its words have not been reviewed."""

    value: VerdictValue
    text: str
    waits: bool


def own_verdicts(organisation_ids: Collection[int], consultation_id: int) -> dict[int, OwnVerdict]:
    """What the organisations said last of each commitment, by its id."""
    reviewed = is_reviewed(ReviewKind.verdict, Verdict.id).label("reviewed")
    statement = (
        sa.select(Verdict.commitment_id, Verdict.value, Verdict.text, reviewed, masks_column(TextKind.verdict, Verdict.id).label("masks"))
        .join(Verdict.commitment)
        .where(Commitment.consultation_id == consultation_id, Verdict.organisation_id.in_(organisation_ids))
        .order_by(Verdict.id)
    )
    rows = db.session.execute(statement)
    return {row.commitment_id: OwnVerdict(row.value, published_row(row.text, row.masks), not row.reviewed) for row in rows}


@dataclass(frozen=True, slots=True)
class JudgeSeat:
    """One organisation and one commitment that it may judge, reached by a member or by the holder of the mailed link."""

    organisation: Organisation
    commitment: Commitment
    said: tuple[Verdict, ...]  # its own, the latest last
    named: bool  # readers know what it said before by its name
    heard: bool  # it has a thread in the consultation; else only a part in the commitment
    token: str | None = None  # None: reached by a member

    @property
    def consultation(self) -> Consultation:
        return self.commitment.consultation

    @property
    def last(self) -> Verdict | None:
        """What counts."""
        return self.said[-1] if self.said else None


def get_judge_seat(org: str, kommun: str, slug: str, number: int) -> JudgeSeat:
    """A member's organisation before a commitment; the consultation is locked when writing.

    Raises:
        Missing: there is no such published commitment, or it does not rest on the organisation's words.
        Moved: it has been merged into another.
    """
    return _seat(get_present(org), get_public_consultation(kommun, slug), number, None)


def get_link_judge_seat(token: str, number: int) -> JudgeSeat:
    """The same by the mailed link.

    Raises:
        Missing: the token is false, or as above.
    """
    opened = links.get_opened(token)
    consultation = get_public_consultation(opened.consultation.municipality.slug, opened.consultation.slug)
    return _seat(opened.organisation, consultation, number, token)


def _seat(organisation: Organisation, consultation: Consultation, number: int, token: str | None) -> JudgeSeat:
    own, who = own_ids(organisation), judges(Commitment.consultation_id == consultation.id).subquery()
    commitment = db.session.scalar(
        sa.select(Commitment)
        .join(Commitment.response)
        .join(Response.release)
        .where(
            Commitment.consultation_id == consultation.id,
            Commitment.number == number,
            FeedbackRelease.published_at.is_not(None),
            is_told(),
            sa.exists().where(who.c.commitment_id == Commitment.id, who.c.organisation_id.in_(own)),
        )
        .options(contains_eager(Commitment.response).contains_eager(Response.release), joinedload(Commitment.function))
    )
    if commitment is None:
        raise Missing("commitment")
    said = db.session.execute(
        sa.select(Verdict, latest_decision(ReviewKind.verdict, Verdict.id))
        .where(Verdict.commitment_id == commitment.id, Verdict.organisation_id.in_(own))
        .order_by(Verdict.id)
    ).all()
    named = any(verdict.by_name and decision in LET_THROUGH for verdict, decision in said)
    mine, joint = links.voiced(own)
    heard = sa.exists().where(Position.consultation_id == consultation.id, Position.id.in_(mine.union(joint)))
    told = tuple(verdict for verdict, _decision in said)
    return JudgeSeat(organisation, commitment, told, named, bool(db.session.scalar(sa.select(heard))), token)


# --- review ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewedVerdict:
    """A verdict whose words or name are to be published or not. `sender` is empty where it does not want to be named."""

    verdict: Verdict
    reviews: tuple[Review, ...]  # newest first

    @property
    def consultation(self) -> Consultation:
        return self.verdict.commitment.consultation

    @property
    def sender(self) -> str:
        return self.verdict.organisation_name if self.verdict.by_name else ""

    @property
    def review(self) -> Review | None:
        """The one that counts."""
        return self.reviews[0] if self.reviews else None


def get_reviewed_verdict(kommun: str, slug: str, reference: str) -> ReviewedVerdict:
    """A verdict that has words or a name to review; the consultation is locked when writing.

    Raises:
        Missing: there is none, there is nothing in it to review, or its organisation has put another for what was not published.
    """
    consultation = get_consultation(kommun, slug)
    shown = latest_decision(ReviewKind.verdict, Verdict.id).in_(LET_THROUGH)
    verdict = db.session.scalar(
        sa.select(Verdict)
        .join(Verdict.commitment)
        .where(Verdict.reference == reference, Commitment.consultation_id == consultation.id, HAS_SOMETHING)
        .where(sa.or_(shown, ~_is_replaced()))
        .options(contains_eager(Verdict.commitment), joinedload(Verdict.organisation))
    )
    if verdict is None:
        raise Missing("verdict")
    return ReviewedVerdict(verdict, tuple(list_reviews(ReviewKind.verdict, verdict.id)))


HAS_SOMETHING = sa.or_(Verdict.text != "", Verdict.by_name)


def waits_for_review() -> sa.ColumnElement[bool]:
    """A verdict with words or a name that nobody has reviewed, and that its organisation has not put another for. Needs Verdict."""
    return sa.and_(HAS_SOMETHING, ~is_reviewed(ReviewKind.verdict, Verdict.id), ~_is_replaced())


def _is_replaced() -> sa.ColumnElement[bool]:
    """Whether the organisation has said something else since. Needs Verdict."""
    later, author, same = aliased(Verdict), aliased(Organisation), aliased(Organisation)
    replaced = (
        sa.select(later.id)
        .join(author, author.id == later.organisation_id)
        .join(same, same.id == Verdict.organisation_id)
        .where(
            later.commitment_id == Verdict.commitment_id,
            later.id > Verdict.id,
            present_id(author) == present_id(same),
        )
        .correlate(Verdict)
    )
    return replaced.exists()
