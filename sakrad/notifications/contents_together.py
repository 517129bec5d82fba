"""The mails about joint answers: to those who are said to stand behind, and back to the one that sent the answer."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core.db import db
from sakrad.core.events import EventName
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link
from sakrad.positions import links
from sakrad.positions.models import Position, PositionParty
from sakrad.positions.queries_parties import asked_version


def _party(party_id: int | None) -> PositionParty:
    return db.session.scalars(
        sa.select(PositionParty)
        .where(PositionParty.id == party_id)
        .options(joinedload(PositionParty.organisation), joinedload(PositionParty.position).joinedload(Position.current))
    ).one()


def party_asked(told: Told) -> Content:
    """Who says so, about what, and the link; never the answer."""
    party = _party(told.event.subject_id)
    return from_authority(
        consultation_of(party.position.consultation_id),
        party=party,
        version=asked_version(party),
        again=party.confirmed_at is not None and party.declined_at is None,
        url=link("positions_party.show", token=links.party_token(party)),
    )


def party_answered(told: Told) -> Content:
    """What the party said, never why or with which reservation."""
    party = _party(told.event.subject_id)
    return from_authority(
        consultation_of(party.position.consultation_id),
        party=party,
        version=asked_version(party),
        confirmed=told.event.name == EventName.party_confirmed,
    )
