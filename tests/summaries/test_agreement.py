"""Who agrees with whom: each organisation once, groups together or apart, and no number that tells who is behind "utan namn"."""

from __future__ import annotations

import dataclasses

import pytest

import sakrad.positions.labels  # noqa: F401 - the words of stances
from sakrad.directory.queries_public import Named
from sakrad.positions.lifecycle_together import How
from sakrad.positions.models import Stance
from sakrad.positions.queries_public import Visibility, Voice
from sakrad.summaries.agreement import Concord, Side, Take, Taker, agreement, by_group

YOUNG, OLD = Named("Unga", "Young", "unga"), Named("Äldre", "Old", "aldre")
YES, BUT, NO, NONE = Stance.supports, Stance.supports_with_reservations, Stance.opposes, Stance.no_position


def says(number: int, stance: Stance, *groups: Named, name: str | None = "", how: How = How.own) -> Taker:
    """Organisation `number` takes the stance; name None: it has none."""
    name = f"Förening {number}" if name == "" else name
    seen = Voice(Visibility.named if name else Visibility.unnamed, f"k{number}", name, name, "", number, 1, newer=False, groups=groups)
    return Taker(number, seen, Take(stance, how))


@pytest.mark.parametrize(
    ("takers", "concord", "side"),
    [
        ([], Concord.unsettled, None),
        ([says(1, YES, YOUNG), says(2, YES, YOUNG)], Concord.unsettled, None),
        ([says(1, YES, YOUNG), says(2, BUT, OLD)], Concord.together, Side.agrees),
        ([says(1, NO, YOUNG), says(2, NO, OLD), says(3, NONE, OLD)], Concord.together, Side.opposes),
        ([says(1, YES, YOUNG), says(2, NO, OLD)], Concord.apart, None),
        ([says(1, YES, YOUNG), says(2, NO, YOUNG)], Concord.apart, None),
        ([says(1, YES, YOUNG), says(2, YES, OLD), says(3, NO)], Concord.apart, None),
        ([says(1, YES, YOUNG), says(2, YES, OLD), says(3, NO, OLD, name=None)], Concord.apart, None),
        ([says(1, NONE, YOUNG), says(2, NONE, OLD)], Concord.unsettled, None),
    ],
    ids=["nobody", "one group", "with reservations is for", "against", "sides", "within a group", "no group", "without name", "no sides"],
)
def test_groups_stand_together_or_apart(takers: list[Taker], concord: Concord, side: Side | None) -> None:
    (proposal,) = agreement([(2, "Förslaget", takers)]).proposals
    assert (proposal.concord, proposal.side) == (concord, side)


@pytest.mark.parametrize("unnamed", [1, 2, 3])
def test_few_without_a_name_are_never_counted_in_their_group(unnamed: int) -> None:
    takers = [says(1, YES, YOUNG), *(says(10 + n, NO, YOUNG, name=None) for n in range(unnamed))]
    counts = {one.group: one.total for one in by_group(takers)}
    assert counts == ({YOUNG: 1 + unnamed} if unnamed >= 3 else {YOUNG: 1, None: unnamed})


def test_everybody_is_counted_once_in_the_whole_and_once_in_each_group() -> None:
    takers = [says(1, YES, YOUNG, OLD), says(2, NO)]
    groups = by_group(takers)
    assert [(one.group, one.total) for one in groups] == [(YOUNG, 1), (OLD, 1), (None, 1)]
    assert agreement([(1, "A", takers)]).proposals[0].chart.total == 2


def test_one_row_for_each_organisation_by_name_as_swedes_sort() -> None:
    first = [says(1, YES, name="Östra"), says(2, NO, name="Ängen"), says(3, YES, name="Zonen"), says(4, YES, name=None)]
    found = agreement([(1, "A", first), (2, "B", [says(2, YES, name="Ängen", how=How.concurrence)])])
    assert [row.voice.name for row in found.rows] == ["Zonen", "Ängen", "Östra", None]
    assert found.rows[1].takes == {1: Take(NO, How.own), 2: Take(YES, How.concurrence)}


def test_an_organisation_that_stands_once_with_and_once_without_its_name_has_two_rows() -> None:
    joint = says(1, NO, name=None, how=How.joint)
    joint = joint._replace(voice=dataclasses.replace(joint.voice, key="k9"))
    found = agreement([(1, "A", [says(1, YES)]), (2, "B", [joint])])
    assert [(row.voice.name, row.voice.key, list(row.takes)) for row in found.rows] == [("Förening 1", "k1", [1]), (None, "k9", [2])]
