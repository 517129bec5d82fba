"""The day by which the authority's answers are promised. They stand above this package, and may come in parts: it is filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation

_due: list[Callable[[], sa.ColumnElement[Any]]] = []


def provide(due: Callable[[], sa.ColumnElement[Any]]) -> None:
    """Let `due` answer `feedback_due`."""
    _due[:] = [due]


def feedback_due() -> sa.SQLColumnExpression[Any]:
    """The day by which what is left of the answers is to come, as a column. Needs Consultation outside."""
    return _due[0]() if _due else Consultation.feedback_due_on
