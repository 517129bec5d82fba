"""Saved searches. Searching stands above this package and fills it in (`provide`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sakrad.core.db import as_readers

LONGEST = 400  # characters of a search's address that can be followed
MOST = 50  # hits that are counted; beyond that a mail says "more than"


@dataclass(frozen=True, slots=True)
class Searching:
    """How it is searched: what is new in a search since an instant, the same search always written alike, and its name."""

    find_new: Callable[[str, datetime, datetime, int], Sequence[Any]]
    normalised: Callable[[str], str]
    name_of: Callable[[str], str]


_searching: list[Searching] = []


def provide(searching: Searching) -> None:
    """Let `searching` answer what follows."""
    _searching[:] = [searching]


def normalised(query: str) -> str:
    """The search as it is kept: known parameters in their order; empty when nothing is searched for, or it is too long."""
    kept = _searching[0].normalised(query) if _searching else ""
    return kept if len(kept) <= LONGEST else ""


def count_new(query: str, since: datetime, at: datetime) -> int:
    """How many hits the search has got, MOST + 1 at most."""
    with as_readers():
        return len(_searching[0].find_new(query, since, at, MOST + 1)) if _searching else 0


def name_of(query: str) -> str:
    """The search in words: what was typed, and what more was chosen."""
    return _searching[0].name_of(query) if _searching else query
