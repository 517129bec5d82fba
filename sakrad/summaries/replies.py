"""What the authority has answered to findings and points. The package responses stands above and fills it in (`provide`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Replies:
    """The published replies (responses.queries_public.Reply) by the id of what they answer."""

    by_finding: dict[int, Any] = field(default_factory=dict)
    by_point: dict[int, Any] = field(default_factory=dict)


_find: list[Callable[[int, datetime], Replies]] = []
_any: list[Callable[[], sa.ColumnElement[bool]]] = []


def provide(find: Callable[[int, datetime], Replies], any_: Callable[[], sa.ColumnElement[bool]]) -> None:
    """Let `find` answer `replies_in`, and `any_` be `is_replied`."""
    _find[:], _any[:] = [find], [any_]


def is_replied() -> sa.ColumnElement[bool]:
    """Whether there are any, so that they need not be asked for. Needs Consultation outside."""
    return _any[0]() if _any else sa.false()


def replies_in(consultation_id: int, at: datetime) -> Replies:
    """The published replies of a consultation."""
    return _find[0](consultation_id, at) if _find else Replies()
