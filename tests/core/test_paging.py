"""Pages of lists and of long texts."""

from __future__ import annotations

import pytest

from sakrad.core.paging import bytes_of, fitting, packed, page_count


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_a_list_has_at_least_one_page(rows: int, pages: int) -> None:
    assert page_count(rows) == pages


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [
        ([], []),
        ([3, 3, 3], [1, 1, 1]),
        ([6, 6, 6], [1, 2, 3]),
        ([99, 1, 1], [1, 2, 2]),
        ([1, 99, 1], [1, 2, 3]),
    ],
    ids=["nothing", "all fit", "one each", "too large comes first and alone", "too large in the middle"],
)
def test_things_are_packed_in_order(sizes: list[int], pages: list[int]) -> None:
    assert packed(sizes, 10) == pages


@pytest.mark.parametrize("text", ["kort", "å" * 500, "<&>" * 200, "rad\n" * 200, "ord " * 200, "𝛑" * 200])
def test_a_cut_text_fits_and_always_gets_further(text: str) -> None:
    end = fitting(text, 100)
    assert 0 < end <= len(text)
    assert bytes_of(text[:end]) <= 100


def test_a_text_is_cut_at_a_line_or_between_words() -> None:
    assert ("ord " * 20)[: fitting("ord " * 20, 80)] == "ord " * 20
    text = "hela ord blir kvar"
    assert text[fitting(text, 11)] == " "
