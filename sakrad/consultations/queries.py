"""Reads about consultations."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations import links
from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import clock
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality

WITH_PARTS = (
    joinedload(Consultation.municipality),
    joinedload(Consultation.authority),
    joinedload(Consultation.unit),
    joinedload(Consultation.function),
)


def dates_of(consultation: Consultation) -> Dates:
    """The facts that the lifecycle judges by."""
    return Dates(**{field.name: getattr(consultation, field.name) for field in dataclasses.fields(Dates)})


def phase_of(consultation: Consultation, at: datetime) -> Phase:
    """The consultation's phase at the instant."""
    return phase(dates_of(consultation), at)


def phase_sql(at: datetime) -> sa.ColumnElement[str]:
    """The twin of `lifecycle.phase` in SQL, tested against it on every border."""
    c = Consultation
    return sa.case(
        (c.cancelled_at.is_not(None), Phase.cancelled.value),
        (sa.or_(c.announced_at.is_(None), c.opens_at.is_(None), c.closes_at.is_(None)), Phase.draft.value),
        (c.ended_at.is_not(None), Phase.ended.value),
        (
            c.feedback_published_at.is_not(None),
            sa.case(
                (sa.or_(c.follow_up_began_at.is_not(None), c.follow_up_on <= clock.day_of(at)), Phase.following_up.value),
                else_=Phase.answered.value,
            ),
        ),
        (c.summary_published_at.is_not(None), Phase.summarised.value),
        (c.opens_at > at, Phase.announced.value),
        (c.closes_at > at, Phase.open.value),
        else_=Phase.compiling.value,
    )


def get_consultation(kommun: str, slug: str) -> Consultation:
    """The consultation at the address, whatever its phase, locked when writing: for staff routes.

    Raises:
        Missing: there is none in an active municipality.
    """
    return _one(sa.select(Consultation).where(Municipality.slug == kommun, Consultation.slug == slug))


def get_public_consultation(kommun: str, slug: str) -> Consultation:
    """The same, once it has been announced.

    Raises:
        Missing: there is none, or it is still a draft.
    """
    return _one(
        sa.select(Consultation).where(Municipality.slug == kommun, Consultation.slug == slug, Consultation.announced_at.is_not(None))
    )


def _one(statement: sa.Select[Any]) -> Consultation:
    statement = statement.join(Consultation.municipality).where(Municipality.active).options(*WITH_PARTS, selectinload(Consultation.questions))
    consultation: Consultation | None = db.session.scalar(locked(statement, Consultation))
    if consultation is None:
        raise Missing("consultation")
    return consultation


def get_invitation(token: str) -> Invitation:
    """The invitation that a personal link opens, with its consultation and organisation; locked when writing.

    Raises:
        Missing: the token is false, or the consultation is not announced yet.
    """
    statement = (
        sa.select(Invitation)
        .join(Invitation.consultation)
        .join(Consultation.municipality)
        .where(Invitation.reference == links.reference_in(token), Consultation.announced_at.is_not(None), Municipality.active)
        .options(
            joinedload(Invitation.organisation),
            joinedload(Invitation.consultation).options(*WITH_PARTS, selectinload(Consultation.questions)),
        )
    )
    invitation: Invitation | None = db.session.scalar(locked(statement, Invitation))
    if invitation is None or not links.is_true(token, invitation):
        raise Missing("invitation")
    return invitation
