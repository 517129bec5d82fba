"""Reads about the load on associations: who is asked by several consultations at once. Only announced ones: nobody's drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.lifecycle_load import Elsewhere, in_the_same_weeks
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core.db import db, order_sv
from sakrad.directory.models import Authority, Municipality, Organisation

MOST = 500  # rows; a warning needs no more


def list_asked_elsewhere(consultation: Consultation, organisations: Collection[int] | None = None) -> list[Elsewhere]:
    """Where else these organisations are asked at about the same time, in one statement.

    Args:
        organisations: ids; None for those that this consultation invites.
    """
    statement = (
        sa.select(
            Organisation.slug,
            Organisation.name,
            Consultation.title,
            Authority.name,
            FULL_NAME,
            Consultation.opens_at,
            Consultation.closes_at,
        )
        .select_from(Invitation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(Consultation, Consultation.id == Invitation.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(
            IS_PUBLIC,
            Consultation.id != consultation.id,
            Consultation.cancelled_at.is_(None),
            Consultation.closes_at > (consultation.opens_at or consultation.created_at),
        )
        .order_by(order_sv(Organisation.name), Organisation.id, Consultation.closes_at, Consultation.id)
        .limit(MOST)
    )
    if consultation.closes_at is not None:
        statement = statement.where(Consultation.opens_at < consultation.closes_at)
    mine = sa.select(Invitation.organisation_id).where(Invitation.consultation_id == consultation.id)
    statement = statement.where(Invitation.organisation_id.in_(mine if organisations is None else organisations))
    return [Elsewhere(*row) for row in db.session.execute(statement)]


def by_organisation(consultation: Consultation, organisations: Collection[int], at: datetime) -> dict[str, list[Elsewhere]]:
    """The same by the organisation's slug, for lists in which one chooses whom to ask."""
    found: dict[str, list[Elsewhere]] = defaultdict(list)
    if organisations:
        asked = list_asked_elsewhere(consultation, organisations)
        for each in in_the_same_weeks(asked, opens_at=consultation.opens_at, closes_at=consultation.closes_at, at=at):
            found[each.slug].append(each)
    return found
