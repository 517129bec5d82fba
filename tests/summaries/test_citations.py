"""The markers of a finding, and masks over it."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.core.text import MASK, Span, masked, normalised
from sakrad.summaries import citations

MARKS = ["[", "]", "[1]", "[12]", "[ram]", "[citat 1]", "1"]
ALPHABET = st.sampled_from([*"aeåäöÅÄÖéü nst.,!?\n", "\n\n", "e\u0301", "o\u0308", "🙂", "👩\u200d👧", "🇸🇪", *MARKS, "█", "*", "”", "–"])
TEXTS = st.lists(ALPHABET, max_size=60).map("".join).map(normalised)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", [], id="an empty body has no paragraphs"),
        pytest.param("Åtta säger det.[1] Två till.[2][1]", [((1, 2), False)], id="a number cited twice in a paragraph stands once"),
        pytest.param("Så är det.\n\nOch så.[3]", [((), False), ((3,), False)], id="blank lines part paragraphs"),
        pytest.param("Frågan prövas för sig. [ram]", [((), True)], id="[ram] marks framing text"),
        pytest.param("Frågan prövas för sig. [RAM]", [((), True)], id="[RAM] does too"),
        pytest.param("Så.\n\n[citat 3]\n\n[Citat 4] säger de.", [((), False), ((3,), False), ((4,), False)], id="[citat 3] cites too"),
        pytest.param("År [2027 och [x1] och [1234567]", [((), False)], id="what is no marker is text"),
    ],
)
def test_a_body_is_parsed_into_paragraphs(body: str, expected: list[tuple[tuple[int, ...], bool]]) -> None:
    assert [(paragraph.cited, paragraph.framing) for paragraph in citations.parse(body)] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", "[7]", id="an empty body becomes the mark"),
        pytest.param("Så är det.", "Så är det.[7]", id="after the last paragraph"),
        pytest.param("Så är det.[7] Slut.", "Så är det.[7] Slut.", id="not twice"),
        pytest.param("En ram. [ram]", "En ram. [ram]\n\n[7]", id="framing text stays framing text"),
        pytest.param("Så.\n\n[citat 3]", "Så.\n\n[citat 3]\n\n[7]", id="a quotation stays a quotation"),
    ],
)
def test_a_source_is_added_last(body: str, expected: str) -> None:
    assert citations.with_source(body, 7) == expected


def test_a_source_is_taken_out_and_every_other_word_stands() -> None:
    assert citations.without_source("Ett.[7] Två.[17][7]\n\n[7]\n\n[Citat 7]\n\nTre.", 7) == "Ett. Två.[17]\n\nTre."
    assert citations.without_source("Ett [7]två [7].", 7) == "Ett två."


def test_a_quotation_is_added_last_and_once() -> None:
    assert citations.with_quotation("", 7) == "[citat 7]"
    assert citations.with_quotation("Så är det.[7]", 7) == "Så är det.[7]\n\n[citat 7]"
    assert citations.with_quotation("[citat 7]\n\nSå.", 7) == "[citat 7]\n\nSå."


def test_a_paragraph_is_marked_as_framing_by_its_words() -> None:
    assert citations.as_framing("Ett.\n\nTvå.", "Två.") == "Ett.\n\nTvå. [ram]"
    assert citations.as_framing("Ett.", "Finns inte.") == "Ett."


def test_readers_see_numbers_and_no_markers(app: Flask) -> None:
    with app.test_request_context():
        html = citations.render("Åtta <b>säger</b> det. [12] Två.[3][12]\n\nRam. [ram]", {12: 1, 3: 2})
    assert html.count('href="#kalla-1"') == 2
    assert html.count('id="hanvisning-1"') == 1
    assert 'aria-label="Källa 2"' in html
    assert "[" not in html and "ram]" not in html
    assert "&lt;b&gt;" in html
    assert "det.<a" in html


def test_a_marker_without_a_source_shows_nothing(app: Flask) -> None:
    with app.test_request_context():
        assert "9" not in citations.render("Så.[9]", {})


def test_a_quotation_shows_the_words_and_who_says_them(app: Flask) -> None:
    words = {3: citations.Quotation("Två <b>år</b>.", "Jouren"), 4: citations.Quotation("", "Jouren")}
    body = "Så säger de:\n\n[citat 3]\n\n[CITAT 4]\n\nOch i texten [citat 3].\n\n[citat 5]"
    with app.test_request_context():
        html = citations.render(body, {3: 1, 4: 2}, quotations=words)
        plain = citations.render(body, {3: 1, 4: 2})
    assert html.count("<blockquote") == 1 and "Två &lt;b&gt;år&lt;/b&gt;." in html
    assert '<b>Jouren</b> <a class="cite" id="hanvisning-1" href="#kalla-1"' in html
    assert html.count("Orden visas inte längre.") == 2, "one that may not be read, and one that is not there"
    assert html.count('href="#kalla-1"') == 2 and "citat" not in html.casefold()
    assert "blockquote" not in plain and plain.count('href="#kalla-1"') == 2, "without the words a quotation is a mark"


def test_a_mask_over_part_of_a_marker_leaves_the_marker() -> None:
    assert citations.published("Anna[12]sade", [Span(2, 6)]) == f"An{MASK * 2}[12]sade"


@given(body=TEXTS, spans=st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), max_size=4))
@settings(max_examples=200, deadline=None)
def test_masks_hide_exactly_the_masked_code_points(body: str, spans: list[tuple[int, int]]) -> None:
    masks = [Span(start, start + length) for start, length in spans]
    shown = citations.published(body, masks)
    kept = {index for match in citations.MARKER.finditer(body) for index in range(*match.span())}
    covered = {index for mask in masks for index in range(mask.start, min(mask.end, len(body)))}
    assert len(shown) == len(body)
    for index, character in enumerate(body):
        hidden = index in covered - kept and character != "\n"
        assert shown[index] == (MASK if hidden else character)
    assert citations.cited(shown) == citations.cited(body)


@given(text=TEXTS.filter(bool), start=st.integers(0, 80), length=st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_a_public_quotation_is_the_masked_slice(text: str, start: int, length: int) -> None:
    start = min(start, len(text) - 1)
    end = min(start + length, len(text))
    assert masked(text, [Span(start, end)])[start:end].replace("\n", MASK) == MASK * (end - start)
    assert masked(text, [Span(start, end)])[:start] == text[:start]
    assert masked(text, [Span(start, end)])[end:] == text[end:]


def test_what_a_link_is_called_cites_nothing() -> None:
    assert citations.parse("Se [12](https://elsewhere.example).")[0].orphan
    assert citations.parse("![12](x)")[0].orphan
