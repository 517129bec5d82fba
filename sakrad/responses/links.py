"""The secret of the mailed link to "Det här hände med ert svar": derived, so that it stands in no table (core.ids.derived).

It opens what came of one organisation's voice in one consultation: of what it sent or said itself, or of a joint answer that it
stands behind. One that has neither but a part in a joint commitment judges that by the link of its part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_merging import find_heir_in_force
from sakrad.positions.models import Position, PositionParty, PositionVersion
from sakrad.positions.queries_views import is_view_standing
from sakrad.responses.models import Commitment, Pledge
from sakrad.responses.told import is_confirmed

Holder = Position | PositionParty | Pledge


def thread_token(what: Holder) -> str:
    """What stands in /det-har-hande/<token>, the endpoint voices_link.thread: the reference, a dot, and the secret."""
    return ids.link_token(_purpose(what), what.reference)


def is_thread_token(token: str, what: Holder) -> bool:
    """Whether the token is its own; takes the same time however much of it is right."""
    return ids.is_link_token(token, _purpose(what), what.reference)


def _purpose(what: Holder) -> str:
    return {Position: "thread", PositionParty: "thread_party", Pledge: "thread_pledge"}[type(what)]


def voiced(own: Collection[int]) -> tuple[sa.Select[int], sa.Select[int]]:
    """Through what organisations (by id) have a thread: the ids of answers that are their own, and of those that they stand behind."""
    spoke = sa.exists().where(PositionVersion.position_id == Position.id, is_view_standing()).correlate(Position)
    sent = sa.and_(Position.current_id.is_not(None), Position.disowned_at.is_(None))
    mine = sa.select(Position.id).where(Position.organisation_id.in_(own), sa.or_(sent, spoke))
    return mine, sa.select(PositionParty.position_id).where(PositionParty.organisation_id.in_(own), PositionParty.stands)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a mailed link opens: the organisation (or its heir) and the consultation."""

    organisation: Organisation
    consultation: Consultation


def get_opened(token: str) -> Opened:
    """What the link opens, in a consultation of an active municipality.

    Raises:
        Missing: the token is false; or it is a party's that no longer stands behind the answer, or of a part that nobody stands for.
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
    if party is not None and party.organisation is not None and is_thread_token(token, party):
        return _opened(party.organisation, party.position.consultation)
    pledge = db.session.scalar(
        sa.select(Pledge)
        .join(Pledge.commitment)
        .join(Commitment.consultation)
        .join(Consultation.municipality)
        .where(Pledge.reference == reference, is_confirmed(), Municipality.active)
        .options(
            joinedload(Pledge.organisation),
            contains_eager(Pledge.commitment).contains_eager(Commitment.consultation).contains_eager(Consultation.municipality),
        )
    )
    if pledge is None or not is_thread_token(token, pledge):
        raise Missing("token")
    return _opened(pledge.organisation, pledge.commitment.consultation)


def _opened(organisation: Organisation, consultation: Consultation) -> Opened:
    return Opened(find_heir_in_force(organisation) or organisation, consultation)
