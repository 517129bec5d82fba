"""The outlines are all there, meet where neighbours meet, and are small enough for the page."""

from __future__ import annotations

import re

import pytest

from sakrad.directory.reference import rows
from sakrad.pages import maps

CODES = {row["scb_code"]: row["county_code"] for row in rows("municipalities")}


def test_every_municipality_is_on_both_maps() -> None:
    country = maps.country(CODES)
    assert {shape.code for shape in country.used} == set(CODES)
    assert not country.land
    for county in set(CODES.values()):
        drawn = maps.county(county, CODES)
        assert drawn is not None
        assert {shape.code for shape in drawn.used} == {code for code, own in CODES.items() if own == county}


def test_what_is_not_used_is_land_and_the_samples_are_drawn_only_where_one_is_used() -> None:
    plain, sample = maps.country({"0180"}), maps.country({"0180", "9901"})
    assert [shape.code for shape in plain.used] == ["0180"]
    assert {shape.code for shape in sample.used} == {"0180", "9901"}
    assert len(sample.land) > len(plain.land)
    assert maps.county("77", ()) is None


@pytest.mark.parametrize("county", sorted(set(CODES.values())))
def test_a_county_lies_within_its_frame(county: str) -> None:
    drawn = maps.county(county, CODES)
    assert drawn is not None
    left, top, width, height = map(float, drawn.view_box.split())
    for shape in drawn.used:
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", shape.path):
            assert left < float(x) < left + width and top < float(y) < top + height


def test_neighbours_share_every_corner_of_the_simplified_border() -> None:
    """A gap would show as a white sliver: each line between two municipalities is drawn by both."""
    used: dict[frozenset[tuple[int, int]], int] = {}
    for shape in maps.country(CODES).used:
        for ring in re.findall(r"M(-?\d+) (-?\d+)l([^z]+)z", shape.path):
            x, y, corners = int(ring[0]), int(ring[1]), [(int(ring[0]), int(ring[1]))]
            steps = [int(step) for step in re.findall(r"-?\d+", ring[2])]
            for dx, dy in zip(steps[::2], steps[1::2], strict=True):
                x, y = x + dx, y + dy
                corners.append((x, y))
            for one, other in zip(corners, corners[1:] + corners[:1], strict=True):
                edge = frozenset((one, other))
                used[edge] = used.get(edge, 0) + 1
    assert sum(count == 2 for count in used.values()) > 2000
    assert sum(count > 2 for count in used.values()) <= 1  # a sound that is narrower than the map's units
