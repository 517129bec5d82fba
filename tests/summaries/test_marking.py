"""Ranges of exact words, and the marks of points in a text: pure, over any writing. Nothing here touches a database."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.core.text import Span, masked, normalised
from sakrad.positions.queries_public import masked_slice
from sakrad.summaries import citations
from sakrad.summaries.marking import BadSpan, cut, found, trimmed, union
from sakrad.summaries.rewriting import renumbered
from tests.summaries.test_citations import TEXTS

# As it is pasted from Word: line ends, soft hyphens, no-break spaces, curly quotes, decomposed letters, flags and joined emoji.
WORD = normalised("Va\u0308gen in\u00a0är ”lång”.\r\nDet behövs ett num\u00admer. 👩\u200d👩\u200d👧 🇸🇪 säger nej.\r\n\r\n\tTack … 🙂")
RANGES = st.lists(st.tuples(st.integers(0, 70), st.integers(1, 40)), max_size=4)
ANY = TEXTS.filter(str.strip) | st.just(WORD)


def spans_in(text: str, ranges: list[tuple[int, int]]) -> list[Span]:
    found_ = [Span(min(start, len(text)), min(start + length, len(text))) for start, length in ranges]
    return [span for span in found_ if text[span.start : span.end].strip()]


@given(text=ANY, ranges=RANGES)
@settings(max_examples=200, deadline=None)
def test_parts_of_a_point_hold_all_its_words_and_none_twice(text: str, ranges: list[tuple[int, int]]) -> None:
    whole = trimmed(text, Span(0, len(text)))
    parts = cut(text, whole, spans_in(text, ranges))
    assert "".join("".join(text[part.start : part.end].split()) for part in parts) == "".join(text.split())
    assert all(text[part.start : part.end] == text[part.start : part.end].strip() != "" for part in parts)
    assert all(before.end <= after.start for before, after in pairwise(parts))
    assert union(parts) == whole


@given(text=ANY, ranges=RANGES.filter(bool), before=TEXTS, after=TEXTS)
@settings(max_examples=200, deadline=None)
def test_words_are_found_again_exactly_or_not_at_all(text: str, ranges: list[tuple[int, int]], before: str, after: str) -> None:
    for span in spans_in(text, ranges):
        words = text[span.start : span.end]
        new = f"{before}{text}{after}"
        place = found(text, span, new)
        assert place is not None and new[place.start : place.start + len(words)] == words
        assert (found(text, span, before) is not None) == (words in before)


@given(text=ANY, ranges=RANGES.filter(bool), hidden=RANGES)
@settings(max_examples=200, deadline=None)
def test_a_public_quotation_is_the_slice_of_the_masked_text(
    text: str, ranges: list[tuple[int, int]], hidden: list[tuple[int, int]]
) -> None:
    masks = [Span(start, start + length) for start, length in hidden]
    for span in spans_in(text, ranges):
        public = masked_slice(text[span.start : span.end], span.start, span.end, masks)
        assert public == masked(text, masks)[span.start : span.end]


@pytest.mark.parametrize(
    ("before", "words", "after", "start", "several"),
    [
        pytest.param("Ja. Vägen är lång.", "Vägen", "Nytt. Ja. Vägen är lång.", 10, False, id="the words stand once"),
        pytest.param(
            "Vi säger ja. De säger ja.",
            "ja",
            "De säger ja. Vi säger ja.",
            22,
            True,
            id="of several the place with the same words around it",
        ),
        pytest.param("ja", "ja", "ja. nej. ja.", 0, True, id="of equals the nearest"),
    ],
)
def test_where_words_stand_in_a_newer_version(before: str, words: str, after: str, start: int, several: bool) -> None:
    at = before.index(words)
    assert found(before, Span(at, at + len(words)), after) == (start, several)


@pytest.mark.parametrize("span", [Span(-1, 3), Span(0, 99), Span(3, 3), Span(2, 3)], ids=["before", "after", "nothing", "white space"])
def test_a_cut_holds_words_of_the_point(span: Span) -> None:
    with pytest.raises(BadSpan):
        cut("Ja  nej", Span(0, 7), [span])


@pytest.mark.parametrize(
    ("body", "becomes", "expected"),
    [
        pytest.param("Så.[12] Och.[3]", {12: [12, 13]}, "Så.[12][13] Och.[3]", id="a point that is split is cited by all its parts"),
        pytest.param("Så.[12][13]", {12: [12], 13: [12]}, "Så.[12]", id="merged points are cited once in a paragraph"),
        pytest.param("A.[13]\n\nB.[12]", {12: [12], 13: [12]}, "A.[12]\n\nB.[12]", id="but in each of the paragraphs"),
        pytest.param("A.\n\n[citat 12]\n\n[citat 13]", {12: [12], 13: [12]}, "A.\n\n[citat 12]", id="a quotation is not repeated"),
        pytest.param("[Citat 12]", {12: [12, 13]}, "[citat 12]\n\n[citat 13]", id="a quotation of a point that is split is two"),
        pytest.param("Hon sa [citat 12] då.", {12: [12, 13]}, "Hon sa [citat 12][citat 13] då.", id="within a paragraph it is a mark"),
        pytest.param("[citat 12]\n\n[citat 12]", {13: [12]}, "[citat 12]\n\n[citat 12]", id="what somebody wrote twice stands twice"),
        pytest.param("Så.[012]", {12: [12, 13]}, "Så.[12][13]", id="zeros in front are no other number"),
        pytest.param("a[1] [1]a", {1: [1, 2]}, "a[1][2] a", id="the space between two words stands"),
        pytest.param("Ja.[13]\n\nJa.[12]", {12: [12], 13: [12]}, "Ja.[12]\n\nJa.[12]", id="a paragraph with words is left"),
        pytest.param("Så.[1] [ram][120]", {12: [13]}, "Så.[1] [ram][120]", id="other marks stand"),
    ],
)
def test_marks_follow_points_that_are_split_and_merged(body: str, becomes: dict[int, list[int]], expected: str) -> None:
    assert renumbered(body, becomes) == expected


def words(body: str) -> list[str]:
    """Without the marks; the space before a full stop is no word's."""
    return re.sub(r"\s+(?=[.,;:!?)”])", "", citations.MARKER.sub("", body)).split()


@given(body=TEXTS)
@settings(max_examples=200, deadline=None)
def test_rewriting_marks_touches_no_words(body: str) -> None:
    rewritten = renumbered(body, {1: [1, 2], 12: [1]})
    assert words(rewritten) == words(body)
    assert set(citations.cited(rewritten)) <= {1, 2, *citations.cited(body)} - ({12} if 12 in citations.cited(body) else set())
