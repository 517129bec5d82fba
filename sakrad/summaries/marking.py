"""Ranges of exact words: trimmed, cut in parts, joined, found again in another text. Pure; offsets count code points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from sakrad.core.differences import ends_in_common
from sakrad.core.text import Span, places

CONTEXT = 80  # code points on each side that tell one place from another


class BadSpan(ValueError):
    """The range holds no words of the text."""


class Place(NamedTuple):
    """Where words stand in another text; `several`: the same words stand there more than once, and this place was the likeliest."""

    start: int
    several: bool


def trimmed(text: str, span: Span) -> Span:
    """The range without the white space at its ends.

    Raises:
        BadSpan: it lies outside the text, or holds only white space.
    """
    start, end = span.start, span.end
    if not 0 <= start < end <= len(text):
        raise BadSpan
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise BadSpan
    return Span(start, end)


def cut(text: str, whole: Span, chosen: Iterable[Span]) -> list[Span]:
    """`whole` in parts, cut where the chosen ranges begin and end, in order. No word is dropped: what lies between is a part too.

    Raises:
        BadSpan: a chosen range holds no words of `whole`.
    """
    edges = {whole.start, whole.end}
    for span in chosen:
        inner = trimmed(text, span)
        if not whole.start <= inner.start < inner.end <= whole.end:
            raise BadSpan
        edges |= {inner.start, inner.end}
    pieces = [Span(start, end) for start, end in pairwise(sorted(edges))]
    return [trimmed(text, piece) for piece in pieces if text[piece.start : piece.end].strip()]


def union(spans: Sequence[Span]) -> Span:
    """One range that holds them all, with what lies between them."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def found(before: str, span: Span, after: str) -> Place | None:
    """Where the words of `span` in `before` stand in `after`; None where they do not.

    Of several places the one whose surroundings are most alike is taken, and of equals the nearest.
    """
    words = before[span.start : span.end]
    there = places(after, words)
    if not there:
        return None

    def likeness(place: Span) -> tuple[int, int]:
        _, left = ends_in_common(before[max(0, span.start - CONTEXT) : span.start], after[max(0, place.start - CONTEXT) : place.start])
        right, _ = ends_in_common(before[span.end : span.end + CONTEXT], after[place.end : place.end + CONTEXT])
        return left + right, -abs(place.start - span.start)

    return Place(max(there, key=likeness).start, len(there) > 1)
