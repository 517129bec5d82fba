"""What a coordinator sees of the municipality's units: who there is, who has ended, and what moves when one ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.directory.models import Authority, Function, Municipality, Unit
from sakrad.directory.queries import get_municipality, get_unit
from sakrad.operations.lifecycle_reorganising import ReorganisingFacts
from sakrad.responses.models import AnswerTask, Commitment
from sakrad.responses.told import join_released


@dataclass(frozen=True, slots=True)
class UnitList:
    """…/organisation: the units that there are, and those that have ended, the latest first."""

    municipality: Municipality
    present: list[Unit]
    ended: list[Unit]


@dataclass(frozen=True, slots=True)
class Plan:
    """One unit, whom it can go to, and what goes along."""

    municipality: Municipality
    unit: Unit
    functions: list[Function]  # its own, that each are to have an heir
    heirs: list[Unit]  # that may take over, with their functions
    consultations: int  # under way
    promises: int  # published and not done
    tasks: int  # answers that it was to draft


def get_units(kommun: str) -> UnitList:
    """Every unit of the municipality, by authority and name. Raises Missing."""
    municipality = get_municipality(kommun)
    units = _list_units(municipality)
    ended = sorted((unit for unit in units if unit.ended_on), key=lambda unit: str(unit.ended_on), reverse=True)
    return UnitList(municipality, [unit for unit in units if unit.ended_on is None], ended)


def get_plan(kommun: str, reference: str) -> Plan:
    """What ending the unit means; the municipality is locked when writing, so that no heir ends meanwhile. Raises Missing."""
    municipality = get_municipality(kommun)
    unit = get_unit(kommun, reference)
    others = [one for one in _list_units(municipality) if one.ended_on is None and one.id != unit.id]
    own = sa.select(Function.id).where(Function.unit_id == unit.id)
    under_way = Consultation.ended_at.is_(None) & Consultation.cancelled_at.is_(None)
    counts = db.session.execute(
        sa.select(
            _count(Consultation.id, under_way, Consultation.announced_at.is_not(None), Consultation.unit_id == unit.id),
            join_released(sa.select(sa.func.count(Commitment.id)))
            .where(Commitment.done_at.is_(None), Commitment.function_id.in_(own))
            .scalar_subquery(),
            _count(AnswerTask.id, AnswerTask.unit_id == unit.id),
        )
    ).one()
    functions = [function for function in unit.functions if function.ended_on is None]
    return Plan(municipality, unit, functions, others, *counts)


def facts_of(unit: Unit, heir: Unit, heirs: Mapping[int, Function]) -> ReorganisingFacts:
    """What the lifecycle judges by."""
    municipality_id = unit.authority.municipality_id

    def astray(function: Function) -> bool:
        ends = function.ended_on is not None or function.unit_id == unit.id
        return ends or function.unit.authority.municipality_id != municipality_id

    return ReorganisingFacts(
        ended=unit.ended_on is not None,
        same=heir.id == unit.id,
        heir_ended=heir.ended_on is not None,
        heir_elsewhere=heir.authority.municipality_id != municipality_id,
        functions_astray=tuple(one.title for one in unit.functions if one.id in heirs and astray(heirs[one.id])),
    )


def _list_units(municipality: Municipality) -> list[Unit]:
    statement = sa.select(Unit).join(Unit.authority).where(Authority.municipality_id == municipality.id)
    with_all = (contains_eager(Unit.authority), joinedload(Unit.heir), selectinload(Unit.functions).joinedload(Function.heir))
    return list(db.session.scalars(statement.options(*with_all).order_by(Authority.name, Unit.name)).unique())


def _count(what: sa.SQLColumnExpression[int], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(what)).where(*where).scalar_subquery()
