"""Reads about organisations that ask to take part. What is not confirmed yet is seen by nobody but the holder of the link."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations import links
from sakrad.consultations.lifecycle_participation import AskingFacts
from sakrad.consultations.models import Consultation, Invitation, ParticipationRequest
from sakrad.consultations.queries import WITH_PARTS, dates_of, find_invitation, get_consultation
from sakrad.core import ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation

R = ParticipationRequest


def asking_facts(consultation: Consultation, organisation: Organisation) -> AskingFacts:
    """What the organisation's asking depends on."""
    return AskingFacts(
        dates=dates_of(consultation),
        open_invitation=consultation.open_invitation,
        invited=find_invitation(consultation.id, organisation.id) is not None,
        asked=find_request(consultation, organisation) is not None,
    )


def find_request(consultation: Consultation, organisation: Organisation) -> ParticipationRequest | None:
    """What the organisation has asked, if it has."""
    return db.session.scalar(sa.select(R).where(R.consultation_id == consultation.id, R.organisation_id == organisation.id))


def find_unconfirmed(consultation: Consultation, email: str) -> ParticipationRequest | None:
    """What waits for the holder of the address."""
    return db.session.scalar(sa.select(R).where(R.consultation_id == consultation.id, R.email == email, R.confirmed_at.is_(None)))


def find_by_address(email: str, name: str) -> Organisation | None:
    """The organisation whose registered address it is; of several, the one with the name, or else the oldest."""
    o = Organisation
    found = sa.select(o).where(o.email == email, o.merged_at.is_(None)).order_by(sa.case((o.name == name, 0), else_=1), o.id)
    return db.session.scalars(found.limit(1)).one_or_none()


def is_any_invited(consultation: Consultation, organisations: Collection[int]) -> bool:
    """Whether one of the organisations (ids) is invited."""
    invited = sa.exists().where(Invitation.consultation_id == consultation.id, Invitation.organisation_id.in_(organisations))
    return bool(db.session.scalar(sa.select(invited)))


def list_requests(consultation: Consultation) -> Sequence[ParticipationRequest]:
    """Those that have asked, the unanswered first, each in the order in which they asked."""
    return db.session.scalars(
        sa.select(R)
        .where(R.consultation_id == consultation.id, R.confirmed_at.is_not(None))
        .options(joinedload(R.organisation).selectinload(Organisation.groups))
        .order_by(R.answered_at.is_not(None), R.asked_at, R.id)
    ).all()


def count_unanswered(consultation: Consultation) -> int:
    """How many wait for an answer."""
    waiting = (R.consultation_id == consultation.id, R.confirmed_at.is_not(None), R.answered_at.is_(None))
    return db.session.scalar(sa.select(sa.func.count(R.id)).where(*waiting)) or 0


def get_request(kommun: str, slug: str, reference: str) -> ParticipationRequest:
    """One that has asked, for staff routes; its consultation is locked when writing.

    Raises:
        Missing: there is none, or it is not confirmed yet.
    """
    consultation = get_consultation(kommun, slug)
    statement = sa.select(R).where(R.consultation_id == consultation.id, R.reference == reference, R.confirmed_at.is_not(None))
    request = db.session.scalar(statement.options(joinedload(R.organisation)))
    if request is None:
        raise Missing("participation request")
    return request


def get_by_token(token: str) -> ParticipationRequest:
    """The request that its mailed link opens, with its consultation, which is locked when writing.

    Raises:
        Missing: the token is false, or what it opened has been erased.
    """
    statement: sa.Select[Any] = (
        sa.select(R)
        .join(R.consultation)
        .join(Consultation.municipality)
        .where(R.reference == ids.reference_in(token), Municipality.active)
        .options(joinedload(R.organisation), joinedload(R.consultation).options(*WITH_PARTS, selectinload(Consultation.questions)))
    )
    request: ParticipationRequest | None = db.session.scalar(locked(statement, R, Consultation))
    if request is None or not links.is_request_token(token, request):
        raise Missing("participation request")
    return request
