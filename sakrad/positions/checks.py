"""What an organisation is asked to check before a summary is published. It stands above this package, which fills it in (`provide`)."""

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
