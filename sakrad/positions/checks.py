"""What waits for an organisation and stands above this package, filled in from there (`provide…`): what it is asked to check before
a summary is published, parts of commitments that it is asked for, and consultations that it is asked to evaluate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sakrad.directory.models import Organisation

_find: list[Callable[[Organisation, datetime], Sequence[Any]]] = []


def provide(find: Callable[[Organisation, datetime], Sequence[Any]]) -> None:
    """Let `find` answer `checks_of`."""
    _find[:] = [find]


def checks_of(organisation: Organisation, at: datetime) -> Sequence[Any]:
    """What waits for the organisation (summaries.queries_checking.ToCheck), by the last day."""
    return _find[0](organisation, at) if _find else ()


_parts: list[Callable[[Organisation, datetime], Sequence[Any]]] = []


def provide_parts(find: Callable[[Organisation, datetime], Sequence[Any]]) -> None:
    """Let `find` answer `parts_of`."""
    _parts[:] = [find]


def parts_of(organisation: Organisation, at: datetime) -> Sequence[Any]:
    """The parts of commitments that wait for the organisation's word (responses.queries_pledges.PledgeSeat), the oldest first."""
    return _parts[0](organisation, at) if _parts else ()


_evaluations: list[Callable[[Organisation, datetime], Sequence[Any]]] = []


def provide_evaluations(find: Callable[[Organisation, datetime], Sequence[Any]]) -> None:
    """Let `find` answer `evaluations_of`."""
    _evaluations[:] = [find]


def evaluations_of(organisation: Organisation, at: datetime) -> Sequence[Any]:
    """The consultations that the organisation is asked to evaluate (responses.models.EvaluationSeat), the oldest first."""
    return _evaluations[0](organisation, at) if _evaluations else ()
