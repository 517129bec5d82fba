"""People's words: nothing is lost, offsets hold, masked words never leave."""

from __future__ import annotations

import itertools
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sakrad.core import text
from sakrad.core.text import Span

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400)
ODD = "a\u0301\x00\r\n\x0b\u2028\u00ad\ud800\ufdd0\ufffe\U0002ffff"
ANYTHING = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(ODD)), max_size=400)


@given(ANYTHING)
@example("e\x00\u0301")  # a control character between a letter and its accent
@example("halv \ud83d")
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = text.normalised(raw)
    assert text.normalised(once) == once
    assert "\r" not in once and unicodedata.is_normalized("NFC", once)
    once.encode()  # what no database takes is gone
    assert not any(0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE for c in once), "nor what no Word file takes"


def test_an_address_is_one_however_it_is_typed() -> None:
    """Or each way of typing it would have a limit of its own."""
    typed = ("ö@a.example", " Ö@A.example\n", "o\u0308@a.example", "\x01ö@a\x7f.example", "ö@a.example\uffff")
    assert {text.address(one) for one in typed} == {"ö@a.example"}


def test_a_name_reads_as_it_is_written() -> None:
    marks = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    assert text.one_line(f" A{marks}\u0308lg\n\tar{marks}\ufffe ") == "Älg ar" and text.one_line(marks) == text.one_line(None) == ""


@given(WORDS)
def test_normalising_keeps_every_visible_character(raw: str) -> None:
    def visible(value: str) -> str:
        return unicodedata.normalize("NFC", "".join(c for c in value if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cn")))

    assert visible(text.normalised(raw)) == visible(raw)


@given(WORDS, st.lists(st.tuples(st.integers(-5, 450), st.integers(-5, 450)), max_size=5))
def test_a_mask_hides_exactly_its_code_points(raw: str, ranges: list[tuple[int, int]]) -> None:
    original = text.normalised(raw)
    shown = text.masked(original, [Span(*pair) for pair in ranges])
    assert len(shown) == len(original)
    for index, character in enumerate(original):
        covered = any(start <= index < end for start, end in ranges)
        assert shown[index] == (text.MASK if covered and character != "\n" else character)


@given(WORDS)
def test_sentences_cover_every_visible_character_once(raw: str) -> None:
    original = text.normalised(raw)
    spans = text.sentences(original)
    assert all(first.end <= second.start for first, second in itertools.pairwise(spans))
    gaps = text.masked(original, spans).replace(text.MASK, "")
    assert not gaps.strip()


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("", 0),
        ("En mening utan punkt", 1),
        ("Ett. Två! Tre?", 3),
        ("”Ring inte hit.” Så sa de.", 2),
        ("Rad ett\nRad två", 2),
        ("Ett nummer … och sedan tyst.", 2),
        ("Skolskjutsen går kl. 15 och\nsent, t.ex. på lov. Den går bl.a. till Ekby. Buss m.m. är bra.", 4),
        ("Vi vill ha bussar m.m. Tåg finns. Vi går kl.\nSå är det ca.", 4),
    ],
    ids=["empty", "no_stop", "three", "quotation", "lines", "ellipsis", "abbreviations", "abbreviations_that_end"],
)
def test_sentences(raw: str, count: int) -> None:
    assert len(text.sentences(raw)) == count


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[klicka](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "![bild](http://ond.example/x.png)",
        '<a href="x" style="position:fixed">',
        "<svg><style>*{}</style></svg>",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_markdown_is_harmless(hostile: str) -> None:
    html = str(text.markdown(hostile)).casefold()
    assert not re.search(r"<(script|img|svg|style)|href=\"(javascript|data):|<[^>]+\s(on\w+|style)=", html)


def test_markdown_headings_stand_below_the_pages_own() -> None:
    assert "<h3>" in text.markdown("# Rubrik") and "<h4>" in text.markdown("##### Liten")
    assert "<h2>" in text.markdown("# Rubrik", level=2) and "<h3>" in text.markdown("##### Liten", level=2)


@pytest.mark.parametrize("written", ["`[12]`", "    [12]", "[12]: http://elsewhere.example", "~~~\n[12]\n~~~"])
def test_a_mark_is_a_mark_wherever_it_stands(written: str) -> None:
    """No code and no link that is explained elsewhere: what counts as a source is always shown as one."""
    html = text.markdown_with(written, re.compile(r"\[(\d+)\]"), lambda match: f'<a class="cite" href="#k{match[1]}">{match[1]}</a>')
    assert html.count('href="#k12"') == 1 and "<code>" not in html


def test_hostile_text_around_a_marker_stays_text() -> None:
    html = text.markdown_with("<b>x</b>[1]<script>", re.compile(r"\[(\d+)\]"), lambda match: "<sup>1</sup>")
    assert "<b>" not in html and "<script>" not in html and "<sup>1</sup>" in html


def test_an_excerpt_ends_between_words() -> None:
    assert text.excerpt("Ett ganska långt svar, som fortsätter", 22) == "Ett ganska långt svar …"


@pytest.mark.parametrize(
    ("address", "sound"),
    [
        ("https://ekhamra.example/protokoll.pdf?sida=2#p12", True),
        ("HTTP://ekhamra.example", True),
        ("https://förening.example:8443/å", True),
        ("https://[2001:db8::1]/x", True),
        (f"https://x.example/{'a' * 482}", True),
        (f"https://x.example/{'a' * 483}", False),
        ("", False),
        ("https://", False),
        ("https://.", False),
        ("https:///x", False),
        ("https://:443/x", False),
        ("ekhamra.example", False),
        ("//ekhamra.example", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://ekhamra.example", False),
        ("http://[::1", False),
        ("https://ekhamra.example:port/", False),
        ("https://ekhamra.example:99999/", False),
        ("https://kommun.example@annan.example/", False),
        ("https://namn:ord@annan.example/", False),
        ("https://annan.example\\.kommun.example/", False),
        ('https://ekhamra.example/"onmouseover=', False),
        ("https://ekhamra.example/<b>", False),
        (" https://ekhamra.example", False),
        ("https://ekhamra.example/ett två", False),
        ("https://ekhamra.example/\n", False),
        ("java\tscript:alert(1)", False),
        ("https://ekhamra.example/\x00", False),
        ("https://ekhamra.example/\u202efdp.exe", False),
    ],
)
def test_a_web_address_leads_to_a_page_on_the_web_and_hides_nothing(address: str, sound: bool) -> None:
    assert text.is_web_address(address) is sound
