"""Reorganising: a unit ends, another takes over what is still to be done, and what was done stays where it was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.directory import commands_reorganising as directory
from sakrad.directory.models import Function, Unit
from sakrad.operations import lifecycle_reorganising as lifecycle
from sakrad.operations import queries_reorganising
from sakrad.responses.commands.reorganising import move_tasks


def reorganise_unit(unit: Unit, heir: Unit, *, heirs: Mapping[int, Function], actor: Actor | None, at: datetime) -> None:
    """End the unit. Its promises, contacts and open answers are its heirs' from now on, and readers see both.

    Args:
        heirs: a function's id → the one that takes over; the others go along to the heir unit.

    Raises:
        Blocked: with every reason.
    """
    refuse_unless_clear(lifecycle.blockers_to_reorganise(queries_reorganising.facts_of(unit, heir, heirs)))
    directory.end_unit(unit, heir, heirs=heirs, actor=actor, at=at)
    move_tasks(unit, heir)
