"""The marks of points that have been split or merged, in the text of findings. Pure; the words themselves are never touched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

MARK = re.compile(r"\[(?P<quote>citat[ \t\u00a0]+)?(?P<number>\d{1,6})\]", re.IGNORECASE)
GLUED = re.compile(r"[ \t\u00a0]*" + MARK.pattern, re.IGNORECASE)
BETWEEN = re.compile(r"(\n[ \t]*\n+)")


def renumbered(body: str, becomes: Mapping[int, Sequence[int]]) -> str:
    """The body with each mark of the numbers replaced by marks of what they have become, none of them twice in a row.

    [12] is rewritten to [12][13] where 12 was split, [13] to [12] where they were merged; [citat 12] likewise, a paragraph each.
    """

    def mark(match: re.Match[str]) -> str:
        numbers = becomes.get(int(match["number"]))
        if numbers is None:
            return match[0]
        if match["quote"]:
            return "\n\n".join(f"[citat {number}]" for number in numbers)
        return "".join(f"[{number}]" for number in numbers)

    written = MARK.sub(mark, body)
    return body if written == body else _once(written, {number for numbers in becomes.values() for number in numbers})


def _once(body: str, numbers: set[int]) -> str:
    """The body without the second mark of a number in a paragraph, and without a quotation that repeats the one before it."""
    parts = BETWEEN.split(body)
    kept: list[str] = []
    for gap, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        seen: set[tuple[bool, int]] = set()

        def mark(match: re.Match[str], seen: set[tuple[bool, int]] = seen) -> str:
            key = (bool(match["quote"]), int(match["number"]))
            again = key in seen and key[1] in numbers
            seen.add(key)
            return "" if again else match[0]

        once = GLUED.sub(mark, part)
        quote = MARK.fullmatch(once.strip())
        if quote and quote["quote"] and int(quote["number"]) in numbers and kept and kept[-1].strip() == once.strip():
            continue
        kept += [gap, once]
    return "".join(kept)
