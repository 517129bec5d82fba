"""Who agrees with an answer on an organisation's page, with whom it agrees itself, and who stands behind it. Names only: the rest
stands with the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation
from sakrad.core.db import json_rows
from sakrad.directory.models import Organisation
from sakrad.positions.models import Concurrence, Position, PositionParty
from sakrad.positions.queries_behind import is_verified_here
from sakrad.positions.queries_public import READABLE, Current, Published, Shown, Visibility, visibility_sql


@dataclass(frozen=True, slots=True)
class Beside:
    """Names, each with the address of its page; those who have no name are counted only."""

    behind: tuple[tuple[str, str], ...] = ()  # (name, slug)
    agrees_with: tuple[tuple[str, str], ...] = ()
    agrees_with_unnamed: int = 0
    agreeing: tuple[tuple[str, str], ...] = ()
    agreeing_unnamed: int = 0


def beside_columns(at: datetime) -> dict[str, sa.ScalarSelect[Any]]:
    """Columns for `beside_in`, of an answer that readers may see by name. Need Shown and Consultation outside."""
    with_whom = _others(at).where(Concurrence.version_id == Shown.id, Position.id == Concurrence.position_id)
    whose, target = aliased(Concurrence), aliased(Position)
    from_whom = (
        sa.select(_told(at))
        .select_from(whose)
        .join(target, sa.and_(target.id == whose.position_id, target.published_id == Shown.id))
        .join(Position, Position.published_id == whose.version_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .outerjoin(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(visibility_sql(at).in_(READABLE))
    )
    party, who = PositionParty, aliased(Organisation)
    behind = (
        sa.select(json_rows(who.name, who.slug))
        .select_from(party)
        .join(who, who.id == party.organisation_id)
        .where(party.confirmed_id == Shown.id, party.stands, is_verified_here(party.organisation_id))
    )
    return {
        "with_whom": with_whom.correlate(Shown, Consultation).scalar_subquery(),
        "from_whom": from_whom.correlate(Shown, Consultation).scalar_subquery(),
        "behind": behind.correlate(Shown, Consultation).scalar_subquery(),
    }


def _others(at: datetime) -> sa.Select[Any]:
    return (
        sa.select(_told(at))
        .select_from(Concurrence)
        .join(Position, Position.id == Concurrence.position_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .outerjoin(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(visibility_sql(at).in_(READABLE))
    )


def _told(at: datetime) -> Any:
    """The other's name of its day and its address, where it is seen by name; its reference, so that each is counted once."""
    is_named = visibility_sql(at) == Visibility.named.value
    return json_rows(sa.case((is_named, Published.organisation_name)), sa.case((is_named, Organisation.slug)), Position.reference)


def beside_in(row: Any) -> Beside:
    """What the columns say, each organisation once and by name."""
    agrees_with, agrees_with_unnamed = _once(row.with_whom)
    agreeing, agreeing_unnamed = _once(row.from_whom)
    behind = tuple(sorted({(name, slug) for name, slug in row.behind or ()}))
    return Beside(behind, agrees_with, agrees_with_unnamed, agreeing, agreeing_unnamed)


def _once(rows: Any) -> tuple[tuple[tuple[str, str], ...], int]:
    named = {(name, slug) for name, slug, _reference in rows or () if name}
    return tuple(sorted(named)), len({reference for name, _slug, reference in rows or () if not name})
