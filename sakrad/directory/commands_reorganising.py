"""Writes about reorganising in the directory itself: who is whose heir. Called by operations, which asks first whether it may be.

What has ended keeps its row: rows of the ledger point to it for ever, and readers see its heir beside it (directory.heirs).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Actor, EventName, record
from sakrad.directory.models import Function, Unit

CONTACT = ("title", "holder", "deputy", "email", "phone", "deputy_email")


def end_unit(unit: Unit, heir: Unit, *, heirs: Mapping[int, Function], actor: Actor | None, at: datetime) -> None:
    """End the unit and its functions; everything that had pointed to them points to their heirs.

    Args:
        heirs: a function's id → the one that takes over. A function that is not there goes along to the heir unit.
    """
    day = clock.day_of(at)
    for function in [one for one in unit.functions if one.ended_on is None]:
        taking_over = heirs.get(function.id) or _gone_along(function, heir)
        function.ended_on, function.heir = day, taking_over
        db.session.flush()
        earlier = sa.update(Function).where(Function.heir_id == function.id).values(heir_id=taking_over.id)
        db.session.execute(earlier.execution_options(synchronize_session="fetch"))
    unit.ended_on, unit.heir = day, heir
    db.session.flush()
    db.session.execute(
        sa.update(Unit).where(Unit.heir_id == unit.id).values(heir_id=heir.id).execution_options(synchronize_session="fetch")
    )
    record(
        EventName.unit_reorganised,
        at=at,
        actor=actor,
        subject_id=unit.id,
        municipality_id=unit.authority.municipality_id,
        authority_id=unit.authority_id,
        heir=heir.id,
    )


def _gone_along(function: Function, heir: Unit) -> Function:
    """The heir unit's function of the same title, or a new one with the same people behind it."""
    there = next((one for one in heir.functions if one.title == function.title and one.ended_on is None), None)
    if there is not None:
        return there
    made = Function(unit=heir, **{name: getattr(function, name) for name in CONTACT})
    db.session.add(made)
    return made
