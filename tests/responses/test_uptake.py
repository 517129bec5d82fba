"""What uptake shows: all that can be shown, and no figure, alone or less another, that tells what somebody said."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakrad.directory.models import OrganisationKind
from sakrad.responses.models import Outcome, Telling
from sakrad.responses.outcomes import outcome_of
from sakrad.responses.uptake import FEW, Count, Key, Said, count, is_safe

KINDS = (OrganisationKind.association, OrganisationKind.network, OrganisationKind.foundation)
OUTCOMES = (Outcome.will_do, Outcome.wont_do, None)
GROUPS = (1, 2)


@pytest.mark.parametrize(
    ("own", "findings", "expected"),
    [
        (None, [], None),
        (None, [(2, Outcome.wont_do), (1, Outcome.study)], Outcome.study),
        (Outcome.partly, [(1, Outcome.study)], Outcome.partly),
    ],
)
def test_a_points_own_outcome_goes_before_its_findings(
    own: Outcome | None, findings: list[tuple[int, Outcome]], expected: Outcome | None
) -> None:
    assert outcome_of(own, findings) is expected


@st.composite
def worlds(draw: st.DrawFn) -> list[Said]:
    """Up to ten contributors, each of a kind, speaking for groups, some shy."""
    said = []
    for contributor in range(draw(st.integers(1, 10))):
        kind, shy = draw(st.sampled_from(KINDS)), draw(st.booleans())
        for outcome in draw(st.sets(st.sampled_from(OUTCOMES), min_size=1, max_size=2)):
            groups = frozenset(draw(st.sets(st.sampled_from(GROUPS))))
            said.append(Said(contributor, kind, outcome, shy, groups, draw(st.integers(1, 3))))
    return said


def shy_behind(
    said: list[Said], group: int | None, kind: OrganisationKind, outcome: Outcome | None, *, less: int | None = None
) -> set[int]:
    """Whose shy points are in the cell; `less`: and not for that group."""
    return {
        one.contributor
        for one in said
        if one.shy and (one.kind, one.outcome) == (kind, outcome) and (group is None or group in one.groups) and less not in one.groups
    }


def figures(said: list[Said], cells: dict[Key, Count]) -> Iterable[set[int]]:
    """The shy contributors behind every figure that can be read from the pages or worked out from two of them."""

    def telling(group: int | None, kind: OrganisationKind) -> Telling | None:
        cell = cells.get(Key(group, kind, outcome))
        return cell.telling if cell and cell.shy else None

    for outcome in OUTCOMES:
        for group in (None, *GROUPS):
            yield from (shy_behind(said, group, kind, outcome) for kind in KINDS if telling(group, kind) is Telling.alone)
            summed = [kind for kind in KINDS if telling(group, kind) is Telling.summed]
            yield set().union(*(shy_behind(said, group, kind, outcome) for kind in summed))
        for group in GROUPS:
            mixed: set[int] = set()
            for kind in KINDS:
                whole, own = telling(None, kind), telling(group, kind)
                if whole in (None, Telling.hidden):
                    continue
                counted = own in (Telling.alone, Telling.summed)
                left = shy_behind(said, None, kind, outcome, less=group if counted else None)
                if whole is Telling.alone and own is not Telling.summed:
                    yield left
                else:
                    mixed |= left
            yield mixed


@given(worlds())
def test_no_figure_and_no_difference_tells_of_fewer_than_three_that_are_not_named(said: list[Said]) -> None:
    cells = count(said)
    assert all(is_safe(behind) for behind in figures(said, cells))


@given(worlds())
def test_nothing_is_held_back_without_somebody_too_few_to_be_told(said: list[Said]) -> None:
    cells = count(said)
    for key, cell in cells.items():
        if cell.telling is Telling.alone:
            continue
        assert cell.shy, "what is said by name is always counted"
        groups = (None,) if key.group is None else (None, key.group)
        own = [shy_behind(said, group, kind, key.outcome) for group in groups for kind in KINDS]
        rest = [shy_behind(said, None, kind, key.outcome, less=key.group) for kind in KINDS] if key.group else []
        assert any(0 < len(behind) < FEW for behind in own + rest)


@given(worlds())
def test_every_point_is_counted_once_and_every_voice_once_in_a_group(said: list[Said]) -> None:
    cells = count(said)
    for group in (None, *GROUPS):
        own = [one for one in said if group is None or group in one.groups]
        mine = [cell for key, cell in cells.items() if key.group == group]
        assert sum(cell.points for cell in mine) == sum(one.points for one in own)
        assert sum(cell.voices for cell in mine) == len({one.contributor for one in own if not one.shy})


def test_three_that_are_not_named_are_told_together_where_no_two_are_of_a_kind() -> None:
    said = [Said(n, kind, Outcome.will_do, True, frozenset(), 1) for n, kind in enumerate(KINDS)]
    assert {cell.telling for cell in count(said).values()} == {Telling.summed}
    assert {cell.telling for cell in count(said[:2]).values()} == {Telling.hidden}
