"""What a search asks for, how its candidates are sifted, and what is shown around the words. No database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakrad.core.text import MASK, Span
from sakrad.pages.search import SNIPPET, Alike, Asked, Sifted, asked_in, asked_of, normalised, replaced, sift, snippet, told_apart


@pytest.mark.parametrize(
    ("args", "query"),
    [
        ({}, ""),
        ({"q": "  buss \n till "}, "q=buss+till"),
        ({"skede": "open", "q": "å&ä", "okänd": "1"}, "q=%C3%A5%26%C3%A4&skede=open"),
        ({"skede": "draft", "slag": "mail", "organisationsslag": "bolag"}, ""),
        ({"ar": "2026", "lan": "01"}, "lan=01&ar=2026"),
        ({"ar": "²²²²"}, ""),
        ({"ar": "20266"}, ""),
        ({"ar": "0000"}, ""),
        ({"forvaltning": "abc"}, ""),
        ({"forvaltning": "abc", "kommun": "ekhamra"}, "kommun=ekhamra&forvaltning=abc"),
        ({"q": "a\x00b"}, "q=ab"),
        ({"q": "a\x1bb\uffff \ufdd0c"}, "q=ab+c"),  # no XML and no database takes them all
    ],
)
def test_a_search_is_kept_as_the_known_parameters_in_order(args: dict[str, str], query: str) -> None:
    assert normalised(args) == query
    assert asked_in(query).query == query
    assert asked_in(f"{query}&{query}").query == query


@given(st.dictionaries(st.sampled_from(["q", "kommun", "lan", "grupp", "amne", "ar", "slag", "skede"]), st.text(max_size=300)))
def test_a_kept_search_asks_for_the_same_as_its_address(args: dict[str, str]) -> None:
    assert asked_in(normalised(args)) == asked_of(args)


def of(number: int, *, titled: int = 0, kind: str = "answer", **values: str) -> Alike:
    return Alike((number,), titled, {"slag": (kind,)} | {name: (value,) for name, value in values.items()})


def sifted(candidates: list[Alike], chosen: dict[str, str]) -> Sifted:
    passed = [one for one in candidates if all(value in one.of[name] for name, value in chosen.items())]
    return sift(passed, chosen, [(one.of, len(one.numbers)) for one in candidates])


def test_words_in_the_title_go_before_the_kind_and_the_kind_before_what_is_newest() -> None:
    newest_first = [
        of(9, kind="answer"),
        of(8, kind="consultation"),
        of(7, kind="answer", titled=1),
        of(6, kind="answer", titled=2),
        of(5, kind="consultation"),
        of(4, kind="consultation", titled=2),
    ]
    assert sift(newest_first, {}).numbers == (4, 6, 7, 8, 5, 9)


def test_a_count_says_how_many_there_would_be_if_it_were_chosen() -> None:
    candidates = [
        of(1, kommun="a", skede="open"),
        of(2, kommun="a", skede="ended"),
        of(3, kommun="b", skede="open"),
        of(4, kommun="b", skede="open"),
    ]
    found = sifted(candidates, {"kommun": "a", "skede": "open"})
    assert found.numbers == (1,)
    assert found.counts["kommun"] == {"a": 1, "b": 2}
    assert found.counts["skede"] == {"open": 1, "ended": 1}
    assert found.without == {"kommun": 3, "skede": 2}


FACETED = st.builds(of, st.integers(1, 99), titled=st.integers(0, 2), kommun=st.sampled_from("abc"), skede=st.sampled_from("xy"))


@given(st.lists(FACETED, max_size=30), st.sampled_from("abc"), st.sampled_from(["", "x", "y"]))
def test_choosing_what_a_count_stands_for_gives_as_many(candidates: list[Alike], kommun: str, skede: str) -> None:
    chosen = {"skede": skede} if skede else {}
    assert sifted(candidates, chosen).counts["kommun"][kommun] == len(sifted(candidates, chosen | {"kommun": kommun}).numbers)


def finds(word: str):  # type: ignore[no-untyped-def]
    def marks(text: str) -> Iterator[Span]:
        return (Span(*match.span()) for match in re.finditer(re.escape(word), text))

    return marks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("En ö & två <b>", "En <mark>ö</mark> &amp; två &lt;b&gt;"),
        ("<ö onclick=x>", "&lt;<mark>ö</mark> onclick=x&gt;"),
        (f"Hon heter {MASK * 4} {MASK * 5} på ö", 'Hon heter <span class="masked">maskat</span> på <mark>ö</mark>'),
        ("", ""),
    ],
)
def test_a_snippet_is_escaped_and_marked(text: str, shown: str) -> None:
    assert snippet(text, finds("ö")) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Äldre som är ensamma\n\nHur kan vi nå dem?\n\nVi vill", "Äldre som är ensamma · Hur kan vi nå dem?\n\nVi vill"),
        ("buss \r\n \r\ntåg", "buss · tåg"),
        ("buss\ntåg", "buss tåg"),
        ("\n\nbuss\n\n", "\n\nbuss · "),
    ],
)
def test_what_stands_in_different_fields_is_told_apart(text: str, shown: str) -> None:
    assert told_apart(text) == shown


@pytest.mark.parametrize(
    ("q", "typed", "other"),
    [("Ekhamra KVINOJOUR!", "KVINOJOUR", "Ekhamra kvinnojour!"), ("kvinojouren", "kvinojour", "kvinojouren")],
)
def test_only_the_misspelled_word_is_replaced(q: str, typed: str, other: str) -> None:
    assert replaced(q, "kvinojour", "kvinnojour") == (typed, other)


@given(st.text(alphabet="ab ö<&\n", max_size=900))
def test_a_snippet_is_a_part_of_the_text_with_the_word_in_it(text: str) -> None:
    shown = str(snippet(text, finds("ö")))
    words = unescape(re.sub("</?mark>", "", shown))
    inside = words.removeprefix("… ").removesuffix(" …")
    assert inside in text
    assert len(inside) <= SNIPPET
    assert ("<mark>" in shown) == ("ö" in text)


def test_something_else_chosen_is_another_search() -> None:
    assert Asked(q="buss", kommun="a").but(kommun="").query == "q=buss"
