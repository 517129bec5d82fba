"""Whose something is since a unit was reorganised: rows keep the function of their day, readers see its heir beside it.

Chains are compressed when they are written: an heir is never itself ended.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sakrad.core.statements import shared_alias
from sakrad.directory.models import Function, Unit

PRESENT = shared_alias(Function, "present_function")
PRESENT_UNIT = shared_alias(Unit, "present_unit")
FORMER_FUNCTION = sa.case((Function.heir_id.is_not(None), Function.title), else_="")
FORMER_UNIT = sa.case((Function.heir_id.is_not(None), Unit.name), else_="")


def join_function(statement: Any, function_id: sa.SQLColumnExpression[Any]) -> Any:
    """Join the function of the row's day (Function, Unit) and the one whose it is now (PRESENT, PRESENT_UNIT).

    Only outer joins: a row without a function stays.
    """
    return (
        statement.outerjoin(Function, Function.id == function_id)
        .outerjoin(Unit, Unit.id == Function.unit_id)
        .outerjoin(PRESENT, PRESENT.id == sa.func.coalesce(Function.heir_id, Function.id))
        .outerjoin(PRESENT_UNIT, PRESENT_UNIT.id == PRESENT.unit_id)
    )
