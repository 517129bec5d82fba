"""Uptake (genomslag) of one consultation, counted from what was said in it. Pure.

What organisations have said by name is counted everywhere: it can be counted by anybody. What is said by one that readers
may not tell by name (masked, not published, without name) is counted in a figure only where at least FEW such
organisations are behind it, and behind what is left when a figure that includes it is taken from one that holds it. Since
every page adds up the same figures, of one consultation or of thousands, no two pages give back what one of them hides: a
sum of figures that each hold none or FEW of them holds none or FEW.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sakrad.directory.models import OrganisationKind
from sakrad.responses.models import Outcome, Telling

FEW = 3
ORDER: tuple[Outcome | None, ...] = (*Outcome, None)


class Said(NamedTuple):
    """Points of one contributor with the same outcome and groups."""

    contributor: int  # the organisation, or its heir
    kind: OrganisationKind
    outcome: Outcome | None  # None: not answered
    shy: bool  # readers may not tell it by name
    groups: frozenset[int]  # for whom it says that it speaks
    points: int


class Key(NamedTuple):
    """Where a point is counted: for a group (None: whatever its groups), a kind of organisation and an outcome."""

    group: int | None
    kind: OrganisationKind
    outcome: Outcome | None


@dataclass(slots=True)
class Count:
    """What is counted there."""

    points: int = 0
    shy_points: int = 0
    voices: int = 0
    telling: Telling = Telling.alone
    all: set[int] = field(default_factory=set)
    shy: set[int] = field(default_factory=set)  # contributors behind `shy_points`

    @property
    def figures(self) -> tuple[int, int, int, int, int, Telling]:
        """As the cell keeps it: points, contributors, shy_points, shy_contributors, voices, telling."""
        return self.points, len(self.all), self.shy_points, len(self.shy), self.voices, self.telling


def count(said: Iterable[Said]) -> dict[Key, Count]:
    """Every cell that holds something."""
    said = list(said)
    cells: dict[Key, Count] = defaultdict(Count)
    first: dict[tuple[int | None, int], Key] = {}  # in which cell a voice is counted
    for one in said:
        for group in (None, *one.groups):
            key = Key(group, one.kind, one.outcome)
            cell = cells[key]
            cell.points += one.points
            cell.all.add(one.contributor)
            if one.shy:
                cell.shy_points += one.points
                cell.shy.add(one.contributor)
            else:
                known = first.setdefault((group, one.contributor), key)
                if _place(key) < _place(known):
                    first[group, one.contributor] = key
    for key in first.values():
        cells[key].voices += 1
    for key, telling in tellings(said, cells).items():
        cells[key].telling = telling
    return dict(cells)


def _place(key: Key) -> tuple[int, str]:
    return ORDER.index(key.outcome), key.kind.value


def is_safe(contributors: set[int]) -> bool:
    """Whether a figure that holds points of these, none told by name, tells of none of them in particular."""
    return not contributors or len(contributors) >= FEW


def tellings(said: Iterable[Said], cells: Mapping[Key, Count]) -> dict[Key, Telling]:
    """How the shy points of each cell may be counted."""
    beside: dict[Key, set[int]] = defaultdict(set)  # whose shy points of the kind and outcome are NOT for the group
    groups = {key.group for key in cells if key.group is not None}
    for one in said:
        if one.shy:
            for group in groups - one.groups:
                beside[Key(group, one.kind, one.outcome)].add(one.contributor)
    told: dict[Key, Telling] = {}
    for outcome in {key.outcome for key in cells}:
        whole = {key.kind: cells[key].shy for key in cells if key.outcome == outcome and key.group is None}
        of_all = _told_alone(whole)
        told |= {Key(None, kind, outcome): telling for kind, telling in of_all.items()}
        for group in groups:
            own = {kind: cells[Key(group, kind, outcome)].shy for kind in whole if Key(group, kind, outcome) in cells}
            rest = {kind: beside[Key(group, kind, outcome)] for kind in whole}
            told |= {Key(group, kind, outcome): telling for kind, telling in _told_within(own, rest, whole, of_all).items()}
    return told


Shy = Mapping[OrganisationKind, set[int]]
Told = dict[OrganisationKind, Telling]


def _told_alone(shy: Shy) -> Told:
    """Of one outcome, by kind: what is too little for a figure of its own is counted with the other kinds where that is enough."""
    little = {kind for kind, who in shy.items() if not is_safe(who)}
    together = Telling.summed if is_safe(_union(shy, little)) else Telling.hidden
    return {kind: together if kind in little else Telling.alone for kind in shy}


def _told_within(own: Shy, rest: Shy, whole: Shy, of_all: Told) -> Told:
    """The same of a group, so that taking it from all (`whole`, told as `of_all`) leaves nothing that tells of somebody."""
    told = _told_alone({kind: who if of_all[kind] is not Telling.alone or is_safe(rest[kind]) else set() for kind, who in own.items()})
    for kind, who in own.items():
        if who and of_all[kind] is Telling.alone and not is_safe(rest[kind]):
            told[kind] = Telling.hidden

    def left() -> set[int]:
        """Behind all less the group, of the kinds that are only told together."""
        mixed = {kind for kind in whole if Telling.summed in (of_all[kind], told.get(kind))} - _hidden(of_all)
        seen = {kind for kind, who in own.items() if who and told[kind] is not Telling.hidden}
        return _union(rest, mixed & seen) | _union(whole, mixed - seen)

    if not is_safe(left()):
        told = {kind: Telling.hidden if telling is Telling.summed else telling for kind, telling in told.items()}
    if not is_safe(left()):
        told = {kind: Telling.hidden if own[kind] and of_all[kind] is Telling.summed else telling for kind, telling in told.items()}
    return told


def _union(shy: Shy, kinds: Iterable[OrganisationKind]) -> set[int]:
    return set().union(*(shy[kind] for kind in kinds))


def _hidden(told: Told) -> set[OrganisationKind]:
    return {kind for kind, telling in told.items() if telling is Telling.hidden}
