"""Who agrees with whom: how each organisation stands on each proposal, and where the groups stand together or apart. Pure.

Counts organisations, each once; it is no vote. An organisation without a name is never counted in a group of which it is
one of few: the numbers would tell whose it is.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sakrad.core.db import AFTER_Z
from sakrad.directory.queries_public import Named
from sakrad.positions.lifecycle_together import How
from sakrad.positions.models import Stance
from sakrad.positions.queries_public import Voice
from sakrad.positions.queries_reading import STANCES, StanceChart, stance_chart

FEW = 3  # counts from three up (PRACTICE.md 26)
FOR = (Stance.supports, Stance.supports_with_reservations)


class Take(NamedTuple):
    """A stance, and in which way the organisation has taken it."""

    stance: Stance
    how: How


class Taker(NamedTuple):
    """An organisation that counts on a proposal."""

    organisation: int
    voice: Voice
    take: Take


class Side(enum.StrEnum):
    """Where those of a group who take sides stand."""

    agrees = "agrees"
    opposes = "opposes"
    mixed = "mixed"


class Concord(enum.StrEnum):
    """What a proposal does to the groups."""

    together = "together"  # all of at least two groups on the same side
    apart = "apart"  # some on another side than the others, or a group within itself
    unsettled = "unsettled"  # too few have taken sides


@dataclass(frozen=True, slots=True)
class GroupStances:
    """How those stand who speak for a group; `group` None: those who name no group, and those without a name in a small one."""

    group: Named | None
    counts: Mapping[Stance, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def side(self) -> Side | None:
        """None where nobody takes sides."""
        agree, oppose = sum(self.counts[stance] for stance in FOR), self.counts[Stance.opposes]
        if agree and oppose:
            return Side.mixed
        return Side.agrees if agree else Side.opposes if oppose else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question on which stances are taken."""

    number: int
    text: str
    chart: StanceChart
    groups: tuple[GroupStances, ...]

    @property
    def concord(self) -> Concord:
        sides = [one.side for one in self.groups if one.side]
        if Side.mixed in sides or len(set(sides)) > 1:
            return Concord.apart
        return Concord.together if len(sides) > 1 else Concord.unsettled

    @property
    def side(self) -> Side | None:
        """Where all stand; None unless they stand together."""
        return next(one.side for one in self.groups if one.side) if self.concord is Concord.together else None


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation and its stances, by the proposal's number."""

    voice: Voice
    takes: Mapping[int, Take]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The whole matrix."""

    proposals: tuple[Proposal, ...] = ()
    rows: tuple[Row, ...] = field(default=())

    def of(self, concord: Concord) -> list[Proposal]:
        """The proposals that do that to the groups."""
        return [proposal for proposal in self.proposals if proposal.concord is concord]


def agreement(proposals: Sequence[tuple[int, str, Sequence[Taker]]]) -> Agreement:
    """The matrix of proposals, each with its number, its text and who counts there.

    An organisation that stands under its own name in one place and without it in another has two rows: one row would
    tell its name.
    """
    rows: dict[tuple[int, str | None], Row] = {}
    for number, _text, takers in proposals:
        for taker in takers:
            seen = taker.voice
            before = rows.get(key := (taker.organisation, None if seen.name else seen.key))
            rows[key] = Row(before.voice if before else seen, {**(before.takes if before else {}), number: taker.take})
    return Agreement(
        tuple(
            Proposal(number, text, stance_chart(number, text, [(one.take.stance, one.voice) for one in takers]), by_group(takers))
            for number, text, takers in proposals
        ),
        tuple(sorted(rows.values(), key=_by_name)),
    )


def by_group(takers: Iterable[Taker]) -> tuple[GroupStances, ...]:
    """The stances of each group by its name, last those that belong to none. One organisation may speak for several groups."""
    takers = list(takers)
    unnamed: dict[Named, int] = {}
    for one in takers:
        if one.voice.name is None:
            for group in one.voice.groups:
                unnamed[group] = unnamed.get(group, 0) + 1
    counts: dict[Named | None, dict[Stance, int]] = {}
    for one in takers:
        told: list[Named | None] = [group for group in one.voice.groups if one.voice.name or unnamed[group] >= FEW]
        for of in told or [None]:
            counts.setdefault(of, dict.fromkeys(STANCES, 0))[one.take.stance] += 1
    found = [GroupStances(group, count) for group, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (one.group is None, one.group.name.lower().translate(AFTER_Z) if one.group else "")))


def _by_name(row: Row) -> tuple[bool, str]:
    """Names as Swedes sort them; the others last, in an order that says nothing."""
    name = row.voice.name
    return name is None, (name.lower().translate(AFTER_Z) if name else row.voice.key)
