"""Pages of lists and of long texts, so that no page is longer than it may be (DESIGN.md §7)."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from markupsafe import escape

PAGE = 20  # rows
FARTHEST = 1_000_000  # a page beyond it is not worth an error of the database's integers


def asked_page() -> int:
    """Which page the address asks for with ?sida=, from 1; 1 when it is no number."""
    return min(max(1, request.args.get("sida", 1, type=int)), FARTHEST)


def page_count(rows: int, size: int = PAGE) -> int:
    """At least one."""
    return max(1, -(-rows // size))


def packed(sizes: Iterable[int], budget: int) -> list[int]:
    """The page, from 1, of each thing of these sizes: in order, as many on a page as fit, at least one."""
    pages: list[int] = []
    page, left = 1, budget
    for size in sizes:
        if size > left and left < budget:
            page, left = page + 1, budget
        left -= size
        pages.append(page)
    return pages


def bytes_of(text: str) -> int:
    """How long the text is as HTML."""
    return len(str(escape(text)).encode())


def fitting(text: str, budget: int) -> int:
    """How many code points of the text fit in so many bytes, cut at a line or between words where there are any."""
    if bytes_of(text) <= budget:
        return len(text)
    low, high = 0, min(len(text), budget)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if bytes_of(text[:middle]) <= budget else (low, middle - 1)
    for mark in ("\n", " "):
        at = text.rfind(mark, low // 2, low)
        if at > 0:
            return at
    return max(1, low)
