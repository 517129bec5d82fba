"""Who has had a voice in a municipality's consultations, and when first: the one home of what "for the first time" counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import present_id
from sakrad.positions.models import Position, PositionParty
from sakrad.positions.queries_behind import is_verified_here
from sakrad.positions.queries_public import Current, Published, Visibility, is_counted, visibility_sql


def spoke(municipality_id: int, until: datetime, by_name: sa.ColumnElement[Any] | None = None) -> sa.Subquery:
    """Whoever has answered, or stands behind a joint answer, in a consultation that had closed by then.

    Columns: who (what has been merged is its heir), consultation_id, closes_at and by_name.

    Args:
        by_name: a column of the answer's own sender (of Position, Published and Current); nought for parties.
    """
    none: sa.ColumnElement[Any] = sa.literal(0)
    own = _closed(Position.organisation_id, none if by_name is None else by_name, municipality_id, until)
    own = own.outerjoin(Published, Published.id == Position.published_id).join(Current, Current.id == Position.current_id)
    party = _closed(PositionParty.organisation_id, none, municipality_id, until)
    party = party.join(PositionParty, PositionParty.position_id == Position.id).where(
        PositionParty.stands, PositionParty.confirmed_id == Position.current_id, is_verified_here(PositionParty.organisation_id)
    )
    said = sa.union_all(own, party).subquery()
    return (
        sa.select(present_id(Organisation).label("who"), said.c.consultation_id, said.c.closes_at, said.c.by_name)
        .join(said, said.c.organisation_id == Organisation.id)
        .subquery()
    )


def told_by_name(at: datetime) -> sa.ColumnElement[int]:
    """1 where readers know whose the answer is, for `spoke`. Only those are told of as new: how many there are of others would
    tell of the one or two that are left.
    """
    return sa.case((visibility_sql(at) == Visibility.named.value, 1), else_=0)


def count_first_timers(municipality_id: int, until: datetime, *which: sa.ColumnElement[bool]) -> int:
    """How many have answered one of these consultations by name, and none that closed before it. 1 statement."""
    said = spoke(municipality_id, until, told_by_name(until))
    first = sa.select(said.c.who, sa.func.min(said.c.closes_at).label("closes_at")).where(said.c.by_name == 1)
    earliest = first.group_by(said.c.who).subquery()
    counted = (
        sa.select(sa.func.count(said.c.who.distinct()))
        .join(earliest, sa.and_(earliest.c.who == said.c.who, earliest.c.closes_at == said.c.closes_at))
        .join(Consultation, Consultation.id == said.c.consultation_id)
        .where(said.c.by_name == 1, *which)
    )
    return db.session.scalar(counted) or 0


def _closed(organisation_id: Any, by_name: sa.ColumnElement[Any], municipality_id: int, until: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Answers that count, in the municipality's consultations that had closed by then."""
    c = Consultation
    return (
        sa.select(organisation_id, c.id.label("consultation_id"), c.closes_at, by_name.label("by_name"))
        .select_from(Position)
        .join(c, c.id == Position.consultation_id)
        .where(c.municipality_id == municipality_id, c.announced_at.is_not(None), c.closes_at <= until, is_counted())
        .where(sa.or_(c.cancelled_at.is_(None), c.cancelled_at >= c.closes_at))
    )
