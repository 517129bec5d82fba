"""Reads of the organisations' parts: for the municipality, for the organisation itself, and for the holder of the mailed link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries import get_consultation, get_public_consultation
from sakrad.core import ids
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import find_heir_in_force, get_present, is_own
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_views import is_view_standing
from sakrad.records.models import Review, ReviewKind
from sakrad.records.queries import is_reviewed, list_reviews
from sakrad.responses import lifecycle_pledging, links_pledges
from sakrad.responses.lifecycle_pledging import PledgeFacts, PledgeState, pledge_state
from sakrad.responses.models import Commitment, FeedbackRelease, Pledge, Progress, ProgressStatus, Response
from sakrad.responses.told import is_confirmed, latest_status
from sakrad.summaries.models import Point


def facts_of(pledge: Pledge) -> PledgeFacts:
    """What the lifecycle judges a part by; its progress is to be loaded."""
    commitment = pledge.commitment
    return lifecycle_pledging.facts_of(
        pledge,
        published=commitment.response.release.published_at is not None,
        ended=commitment.consultation.ended_at is not None,
        latest=pledge.progress[-1].status if pledge.progress else None,
    )


def state_of(pledge: Pledge) -> PledgeState:
    """Where the part stands, as its two sides see it."""
    return pledge_state(facts_of(pledge))


def are_all_done(commitment: Commitment) -> bool:
    """Whether every part that is stood for is told as done, to readers too."""
    statement = sa.select(latest_status(Pledge)).select_from(Pledge).where(Pledge.commitment_id == commitment.id, is_confirmed())
    states = list(db.session.scalars(statement))
    return bool(states) and all(state is ProgressStatus.done for state in states)


_WHOLE = (
    selectinload(Pledge.progress),
    joinedload(Pledge.organisation),
    joinedload(Pledge.commitment).options(
        joinedload(Commitment.consultation).options(joinedload(Consultation.authority), joinedload(Consultation.municipality)),
        joinedload(Commitment.function),
        joinedload(Commitment.response).joinedload(Response.release),
    ),
)


# --- the municipality -----------------------------------------------------------------------------------------------


def list_pledges(commitment: Commitment) -> list[Pledge]:
    """Every part of the commitment, whatever became of it."""
    statement = sa.select(Pledge).where(Pledge.commitment_id == commitment.id).options(*_WHOLE).order_by(Pledge.id)
    return list(db.session.scalars(statement))


def get_pledge(kommun: str, slug: str, number: int, reference: str) -> Pledge:
    """A part of the consultation's commitment with the number; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    consultation = get_consultation(kommun, slug)
    statement = (
        sa.select(Pledge)
        .join(Pledge.commitment)
        .where(Commitment.consultation_id == consultation.id, Commitment.number == number, Pledge.reference == reference)
    )
    pledge = db.session.scalar(statement.options(*_WHOLE))
    if pledge is None:
        raise Missing("pledge")
    return pledge


def list_askable(consultation: Consultation) -> list[Organisation]:
    """Whom a part may be proposed to: those that were invited, have answered or have spoken at a meeting."""
    invited = sa.select(Invitation.organisation_id).where(Invitation.consultation_id == consultation.id)
    answered = sa.select(Position.organisation_id).where(Position.consultation_id == consultation.id, Position.stands)
    spoke = (
        sa.select(Position.organisation_id)
        .join(PositionVersion, PositionVersion.position_id == Position.id)
        .join(Answer, Answer.version_id == PositionVersion.id)
        .join(Point, Point.answer_id == Answer.id)
        .where(Point.consultation_id == consultation.id, is_view_standing())
    )
    statement = sa.select(Organisation).where(
        Organisation.id.in_(sa.union(invited, answered, spoke)), Organisation.merged_at.is_(None), Organisation.email != ""
    )
    return list(db.session.scalars(statement.order_by(order_sv(Organisation.name), Organisation.id)))


@dataclass(frozen=True, slots=True)
class ToldStep:
    """What an organisation has told of its part, and what has been decided about publishing it."""

    progress: Progress
    pledge: Pledge
    reviews: Sequence[Review]  # newest first

    @property
    def consultation(self) -> Consultation:
        return self.pledge.commitment.consultation


def get_told_step(kommun: str, slug: str, number: int, reference: str, step: int) -> ToldStep:
    """The `step`th thing that was told of a part, from 1; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    pledge = get_pledge(kommun, slug, number, reference)
    if not 1 <= step <= len(pledge.progress):
        raise Missing("progress")
    progress = pledge.progress[step - 1]
    return ToldStep(progress, pledge, list_reviews(ReviewKind.progress, progress.id))


def waits_for_review() -> sa.ColumnElement[bool]:
    """Progress that an organisation has told, of a part that it stands for, and nobody has reviewed. Needs Progress and Pledge."""
    return sa.and_(Progress.pledge_id == Pledge.id, is_confirmed(), ~is_reviewed(ReviewKind.progress, Progress.id))


def waits_for_answer() -> sa.ColumnElement[bool]:
    """A part that the organisation would rather word otherwise: the municipality's turn. Needs Pledge."""
    return sa.and_(Pledge.asked_words != "", Pledge.confirmed_at.is_(None), Pledge.declined_at.is_(None))


# --- the organisation -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PledgeSeat:
    """A part before its organisation, reached by a member or by the holder of the mailed link."""

    organisation: Organisation  # the heir, where there is one
    pledge: Pledge
    token: str | None = None  # None: reached by a member

    @property
    def state(self) -> PledgeState:
        return state_of(self.pledge)


def _asked(organisation: Organisation) -> sa.Select[Pledge]:
    """The parts that an organisation, or one that has become it, has been asked for."""
    return (
        sa.select(Pledge)
        .join(Pledge.commitment)
        .join(Commitment.response)
        .join(Response.release)
        .where(is_own(Pledge.organisation_id, organisation), Pledge.asked_at.is_not(None), FeedbackRelease.published_at.is_not(None))
        .options(*_WHOLE)
    )


def list_seats(organisation: Organisation) -> list[PledgeSeat]:
    """Every part that the organisation has been asked for, the latest first."""
    rows = db.session.scalars(_asked(organisation).order_by(Pledge.asked_at.desc(), Pledge.id.desc()))
    return [PledgeSeat(organisation, pledge) for pledge in rows]


def list_to_answer(organisation: Organisation, at: datetime) -> list[PledgeSeat]:
    """The parts that wait for the organisation's word, for its first page."""
    waiting = (
        Pledge.asked_at <= at,
        Pledge.confirmed_at.is_(None),
        Pledge.declined_at.is_(None),
        Pledge.asked_words == "",
        Consultation.ended_at.is_(None),
    )
    statement = _asked(organisation).join(Commitment.consultation).where(*waiting).order_by(Pledge.asked_at, Pledge.id)
    return [PledgeSeat(organisation, pledge) for pledge in db.session.scalars(statement)]


def get_seat(org: str, reference: str) -> PledgeSeat:
    """A part in the space of its organisation; the consultation is locked when writing.

    Raises:
        Missing: there is none, or it has not been asked for it.
        Moved: the organisation has been merged into another.
    """
    organisation = get_present(org)
    return PledgeSeat(organisation, _locked(_asked(organisation).where(Pledge.reference == reference)))


def get_link_seat(token: str) -> PledgeSeat:
    """The part that a mailed link is for; the consultation is locked when writing.

    Raises:
        Missing: the token is false.
    """
    found = db.session.scalar(
        sa.select(Pledge).where(Pledge.reference == ids.reference_in(token), Pledge.asked_at.is_not(None)).options(*_WHOLE)
    )
    if found is None or not links_pledges.is_pledge_token(token, found):
        raise Missing("token")
    pledge = _locked(sa.select(Pledge).where(Pledge.id == found.id).options(*_WHOLE))
    return PledgeSeat(find_heir_in_force(pledge.organisation) or pledge.organisation, pledge, token)


def _locked(statement: sa.Select[Pledge]) -> Pledge:
    """The part as it stands once its consultation is locked."""
    pledge = db.session.scalar(statement)
    if pledge is None:
        raise Missing("pledge")
    of = pledge.commitment.consultation
    get_public_consultation(of.municipality.slug, of.slug)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()
