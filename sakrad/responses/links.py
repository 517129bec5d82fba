"""The secret of the mailed link to "Det här hände med ert svar": derived, so that it stands in no table (core.ids.derived).

It opens what came of one organisation's voice in one consultation: of what it sent or said itself, or of a joint answer that it
stands behind.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_merging import find_heir_in_force
from sakrad.positions.models import Position, PositionParty


def thread_token(what: Position | PositionParty) -> str:
    """What stands in /det-har-hande/<token>, the endpoint voices_link.thread: the reference, a dot, and the secret."""
    return ids.link_token(_purpose(what), what.reference)


def is_thread_token(token: str, what: Position | PositionParty) -> bool:
    """Whether the token is its own; takes the same time however much of it is right."""
    return ids.is_link_token(token, _purpose(what), what.reference)


def _purpose(what: Position | PositionParty) -> str:
    return "thread" if isinstance(what, Position) else "thread_party"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a mailed link opens: the organisation (or its heir) and the consultation."""

    organisation: Organisation
    consultation: Consultation


def get_opened(token: str) -> Opened:
    """What the link opens, in a consultation of an active municipality.

    Raises:
        Missing: the token is false; or it is a party's that no longer stands behind the answer.
    """
    reference = ids.reference_in(token)
    position = db.session.scalar(
        sa.select(Position)
        .join(Position.consultation)
        .join(Consultation.municipality)
        .where(Position.reference == reference, Municipality.active)
        .options(joinedload(Position.organisation), contains_eager(Position.consultation).contains_eager(Consultation.municipality))
    )
    if position is not None and is_thread_token(token, position):
        return _opened(position.organisation, position.consultation)
    party = db.session.scalar(
        sa.select(PositionParty)
        .join(PositionParty.position)
        .join(Position.consultation)
        .join(Consultation.municipality)
        .where(PositionParty.reference == reference, PositionParty.stands, Municipality.active)
        .options(
            joinedload(PositionParty.organisation),
            contains_eager(PositionParty.position).contains_eager(Position.consultation).contains_eager(Consultation.municipality),
        )
    )
    if party is None or party.organisation is None or not is_thread_token(token, party):
        raise Missing("token")
    return _opened(party.organisation, party.position.consultation)


def _opened(organisation: Organisation, consultation: Consultation) -> Opened:
    return Opened(find_heir_in_force(organisation) or organisation, consultation)
