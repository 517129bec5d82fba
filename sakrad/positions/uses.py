"""What came of the words of an answer. Points, findings and responses stand above this package and fill it in (`provide`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Use:
    """One taken-up piece of an answer, or the reason why nothing was taken up from it (then without words)."""

    answer_id: int
    words: str  # masked
    finding: int | None = None  # its number
    heading: str = ""
    set_aside: str = ""  # the reason
    reply: Any = None  # responses.queries_public.Reply: the authority's answer, once it is published


_find: list[Callable[[Collection[int]], list[Use]]] = []


def provide(find: Callable[[Collection[int]], list[Use]]) -> None:
    """Let `find` answer `uses_of`."""
    _find[:] = [find]


def uses_of(answer_ids: Collection[int]) -> dict[int, list[Use]]:
    """The uses of each answer, once the summary is published; an answer that is not used is left out."""
    found: dict[int, list[Use]] = {}
    for use in _find[0](answer_ids) if _find and answer_ids else ():
        found.setdefault(use.answer_id, []).append(use)
    return found
