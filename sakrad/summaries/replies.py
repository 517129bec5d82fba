"""What the authority has answered to findings and points. The package responses stands above and fills it in (`provide`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sakrad.core.text import Span
from sakrad.records.models import TextKind

Masks = Mapping[tuple[TextKind, int], list[Span]]


@dataclass(frozen=True, slots=True)
class Replies:
    """The published replies (responses.queries_public.Reply) by the id of what they answer."""

    by_finding: dict[int, Any] = field(default_factory=dict)
    by_point: dict[int, Any] = field(default_factory=dict)


class Unmasked(NamedTuple):
    """Replies that still want their masks, so that a page asks once for those of all its texts."""

    ids: Collection[int]  # of the texts, TextKind.response
    under: Callable[[Masks], Replies]


_find: list[Callable[[int, datetime], Unmasked]] = []


def provide(find: Callable[[int, datetime], Unmasked]) -> None:
    """Let `find` answer `replies_in`."""
    _find[:] = [find]


def replies_in(consultation_id: int, at: datetime) -> Unmasked:
    """The published replies of a consultation."""
    return _find[0](consultation_id, at) if _find else Unmasked((), lambda _masks: Replies())
