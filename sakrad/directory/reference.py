"""The reference data that comes with the product, read from data/*.csv.

Municipalities and regions with their SCB codes (from SCB's official divisions); target groups and subjects are our own
Swedish starting list.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sakrad.core import ids
from sakrad.directory.models import MunicipalityKind

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The lines of data/<name>.csv."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def municipalities() -> Iterator[dict[str, Any]]:
    """The columns of each of the 290 municipalities and 21 regions.

    SCB gives regions no code of four characters of their own, so theirs is "R" and the county code ("R01"), which no
    municipality has. Håbo and Habo would share a slug; such ones carry their county's name as well.
    """
    found = rows("municipalities")
    counties = {row["county_code"]: row["county"] for row in found}
    same = Counter(ids.slugify(row["name"]) for row in found)
    for row in found:
        slug = ids.slugify(row["name"])
        yield {**row, "kind": MunicipalityKind.municipality, "slug": slug if same[slug] == 1 else ids.slugify(f"{slug} {row['county']}")}
    for row in rows("regions"):
        yield {
            "scb_code": f"R{row['county_code']}",
            "kind": MunicipalityKind.region,
            "name": row["name"],
            "slug": ids.slugify(row["name"]),
            "county_code": row["county_code"],
            "county": counties[row["county_code"]],
        }
