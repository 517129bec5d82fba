"""[hakparenteser]: the places in a template's texts where the official fills in what only they know. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 200  # code points between the brackets; a longer passage is somebody's own text
# Not [a link](https://…), not [1] or a tick box: a place to fill in has words of its own.
PLACEHOLDER = re.compile(rf"\[(?=[^\[\]\n]*[^\W\d_]{{2}})[^\[\]\n]{{2,{LONGEST}}}\](?!\(|\[|:\s*https?:)")


def unfilled(texts: Iterable[str | None]) -> list[str]:
    """The places that are still to be filled in, with their brackets, each once, in the order in which they stand."""
    return list(dict.fromkeys(found for text in texts for found in PLACEHOLDER.findall(text or "")))


def is_filled_in(template: str, line: str) -> bool:
    """Whether the line is the template with something else in every place. Linear, whatever the template holds."""
    first, *rest = PLACEHOLDER.split(template)
    if not rest or not line.startswith(first):
        return template == line
    at = len(first)
    for part in rest[:-1]:
        found = line.find(part, at + 1)  # at least one character in each place
        if found < 0:
            return False
        at = found + len(part)
    return len(line) > at + len(rest[-1]) and line.endswith(rest[-1])
