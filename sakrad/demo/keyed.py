"""The stories' own names of points, [a1] and [citat a1], as the numbers that they have got."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sakrad.summaries.models import Point

KEY = re.compile(r"\[(citat )?([a-z]+\d+)\]")


def numbered(text: str, points: Mapping[str, Point]) -> str:
    """The text with each name exchanged for the point's number; what is no point's name stands."""
    return KEY.sub(lambda key: f"[{key[1] or ''}{points[key[2]].number}]" if key[2] in points else key[0], text)
