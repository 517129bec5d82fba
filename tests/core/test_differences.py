"""Differences in words: both texts can be read out of them, and no pair of texts makes them slow."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.core.differences import Kind, Part, differences, shortened

SOME = st.lists(st.sampled_from(["vägen", "in", "är", "lång", "Jouren", ".", ",", " ", "\n", "\n\n", "  "]), max_size=60).map("".join)
ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


def read(parts: list[Part], *kinds: Kind) -> str:
    return "".join(part.text for part in parts if part.kind in kinds)


@given(st.one_of(SOME, ANY), st.one_of(SOME, ANY))
def test_both_texts_can_be_read_out(before: str, after: str) -> None:
    parts = differences(before, after)
    assert read(parts, Kind.same, Kind.removed) == before
    assert read(parts, Kind.same, Kind.added) == after


@given(SOME, SOME)
def test_parts_are_as_few_as_they_can_be(before: str, after: str) -> None:
    parts = differences(before, after)
    assert all(part.text for part in parts)
    assert all(first.kind is not second.kind for first, second in itertools.pairwise(parts))
    assert (before != after) or [part.kind for part in parts] in ([], [Kind.same])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("Vägen är lång.", "Vägen är för lång.", "Vägen är [+för ]lång.", id="a word more"),
        pytest.param("Vägen är lång.", "Vägen är kort.", "Vägen är [-lång][+kort].", id="a word exchanged"),
        pytest.param("En röd bil kör.", "En blå båt kör.", "En [-röd bil][+blå båt] kör.", id="a phrase is changed as a phrase"),
        pytest.param("Ett. Två.", "Ett.\nTvå.", "Ett.[- ][+\n]Två.", id="a line break"),
        pytest.param("", "Allt är nytt.", "[+Allt är nytt.]", id="from nothing"),
        pytest.param("Allt är borta.", "", "[-Allt är borta.]", id="to nothing"),
        pytest.param("åå", "å", "[-åå][+å]", id="half a word is no difference"),
    ],
)
def test_reads_as_a_person_would_mark_it(before: str, after: str, expected: str) -> None:
    marks = {Kind.same: "{}", Kind.added: "[+{}]", Kind.removed: "[-{}]"}
    assert "".join(marks[part.kind].format(part.text) for part in differences(before, after)) == expected


def test_the_unchanged_is_cut_in_the_middle() -> None:
    before = "början " + "mitt " * 100 + "slut"
    parts = shortened(differences(before, f"Ny {before} till"), around=10)
    assert [(part.kind, part.text) for part in parts] == [
        (Kind.added, "Ny "),
        (Kind.same, "början … mitt slut"),
        (Kind.added, " till"),
    ]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Rad ett.\nVägen in är lång och 2 gator 01 är ", "… Vägen in är lång och 2 gator 01 är "),
        ("Först det här. Sedan det som är ", "… Sedan det som är "),
        ("utan någon gräns alls " * 4, "… alls utan någon gräns alls "),
    ],
)
def test_what_is_left_before_a_change_begins_with_its_line_or_sentence(before: str, expected: str) -> None:
    [same, *_rest] = shortened(differences(f"{'Mer. ' * 60}{before}värst", f"{'Mer. ' * 60}{before}bäst"), around=30)
    assert same.text == expected


def hard(kind: str) -> tuple[str, str]:
    """Texts of the longest length that are hard to compare."""
    chance = random.Random(7)
    words = [f"ord{n}" for n in range(100)]
    match kind:
        case "two letters":
            return "ab " * 6_600, "ba " * 6_600
        case "few words in any order":
            return tuple(" ".join(chance.choices(words, k=3_200)) for _text in range(2))  # type: ignore[return-value]
        case "few words and sentences":
            return tuple(" ".join(" ".join(chance.choices(words, k=4)) + "." for _sentence in range(800)) for _text in range(2))  # type: ignore[return-value]
        case "no space":
            return "å" * 20_000, "ä" * 20_000
        case "points":
            return "." * 20_000, ".!" * 10_000
        case "many words in any order":
            return tuple(" ".join(f"o{chance.randrange(2_000)}" for _word in range(3_500)) for _text in range(2))  # type: ignore[return-value]
    return "\n" * 20_000, " \n" * 10_000


@pytest.mark.parametrize(
    "kind",
    [
        "two letters",
        "few words in any order",
        "few words and sentences",
        "no space",
        "points",
        "many words in any order",
        "only line breaks",
    ],
)
def test_no_pair_of_texts_makes_it_slow(kind: str) -> None:
    before, after = hard(kind)
    began = time.process_time()
    parts = differences(before, after)
    assert time.process_time() - began < 2
    assert read(parts, Kind.same, Kind.added) == after


@settings(max_examples=20)
@given(st.integers(0, 19_000), st.integers(0, 300))
def test_a_small_change_in_a_long_text_is_small(place: int, length: int) -> None:
    text = " ".join(f"ord{n}" for n in range(2_500))[:20_000]
    parts = differences(text, text[:place] + text[place + length :])
    assert len(read(parts, Kind.removed)) <= length + 20
