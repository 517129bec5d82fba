"""What the authority has answered to findings and points. The package responses stands above and fills it in (`provide`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Replies:
    """The published replies (responses.queries_public.Reply) by the id of what they answer."""

    by_finding: dict[int, Any] = field(default_factory=dict)
    by_point: dict[int, Any] = field(default_factory=dict)


_find: list[Callable[[int, datetime], Replies]] = []


def provide(find: Callable[[int, datetime], Replies]) -> None:
    """Let `find` answer `replies_in`."""
    _find[:] = [find]


def replies_in(consultation_id: int, at: datetime) -> Replies:
    """The published replies of a consultation."""
    return _find[0](consultation_id, at) if _find else Replies()
