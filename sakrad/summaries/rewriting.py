"""The marks of points that have been split or merged, in the text of findings. Pure; the words themselves are never touched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sakrad.summaries.citations import MARKER, QUOTATION, without_marks

BETWEEN = re.compile(r"(\n[ \t]*\n+)")


def renumbered(body: str, becomes: Mapping[int, Sequence[int]]) -> str:
    """The body with each mark of the numbers replaced by marks of what they have become, none of them twice in a paragraph.

    [12] is rewritten to [12][13] where 12 was split, [13] to [12] where they were merged. A [citat 12] in a paragraph of its
    own becomes a paragraph for each; one that repeats the paragraph before it is left out.
    """
    parts = BETWEEN.split(body)
    written: list[str] = []
    last = ""
    for gap, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        new = _paragraph(part, becomes)
        if new != part and new.strip() == last and not MARKER.sub("", new).strip():
            continue
        written += [gap, new]
        last = new.strip().rpartition("\n")[2]
    return "".join(written)


def _paragraph(part: str, becomes: Mapping[int, Sequence[int]]) -> str:
    alone = QUOTATION.fullmatch(part.strip())
    if alone and int(alone["number"]) in becomes:
        return "\n\n".join(f"[citat {number}]" for number in becomes[int(alone["number"])])

    def mark(match: re.Match[str]) -> str:
        numbers = becomes.get(int(match["number"])) if match["number"] else None
        kind = "citat " if match["quote"] else ""
        return match[0] if numbers is None else "".join(f"[{kind}{number}]" for number in numbers)

    new, seen = MARKER.sub(mark, part), set()
    made = {number for numbers in becomes.values() for number in numbers}

    def again(match: re.Match[str]) -> bool:
        key = (bool(match["quote"]), match["number"] and int(match["number"]))
        known = key in seen
        seen.add(key)
        return known and key[1] in made

    return part if new == part else without_marks(new, again)
