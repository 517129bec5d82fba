"""LIX and long sentences, and the holidays that dates keep away from. Nothing here touches a database."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakrad.core import readability, red_days

LONG = " ".join(["ord"] * 26) + "."
MARKDOWN = st.text(alphabet="aAbÅö 7.!?…”-*#>\n\t|)(", max_size=300)


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in readability.sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("En sak. En till!", ["En sak.", "En till!"]),
        ("Det gäller t.ex. Jouren och kl. 8 på dagen.", ["Det gäller t.ex. Jouren och kl. 8 på dagen."]),
        ("- vägen in\n- öppettider", ["vägen in", "öppettider"]),
        ("1. Först\n2. Sedan", ["Först", "Sedan"]),
        ("# Läget\n\nEn rad\nsom går vidare.", ["Läget", "En rad\nsom går vidare."]),
        ("Hon sa: ”Kom.” Sedan gick hon.", ["Hon sa: ”Kom.”", "Sedan gick hon."]),
        ("Vad ser ni?\n\n…", ["Vad ser ni?"]),
    ],
    ids=[
        "nothing",
        "two",
        "an abbreviation runs on",
        "a list",
        "a numbered list",
        "a heading, and lines that run on",
        "quoted",
        "only marks",
    ],
)
def test_where_sentences_begin_and_end(text, expected):
    assert sentences(text) == expected


def test_lix_is_words_to_a_sentence_and_long_words_in_a_hundred():
    reading = readability.read(" ".join(["Hund katt organisation rum."] * 10))
    assert (reading.words, reading.sentences, reading.lix) == (40, 10, 4 + 25)
    assert not reading.is_hard


def test_a_short_text_has_no_lix():
    assert readability.read("Ändamålsenlighetsprövningen verkställs.").lix is None


def test_official_prose_is_hard():
    text = "Förvaltningen ska säkerställa implementering av verksamhetsövergripande samverkansstrukturer avseende målgruppen. " * 5
    assert readability.read(text).is_hard


def test_a_sentence_of_more_than_25_words_is_marked():
    text = f"Kort. {LONG.capitalize()} Kort igen."
    assert [part for part, marked in readability.parts(text, readability.read(text).long) if marked] == [LONG.capitalize()]
    assert not readability.read(" ".join(["ord"] * 25)).long


def test_what_is_to_be_easy_is_judged_as_such():
    fifteen = " ".join(["Ord", *["ord"] * 14]) + "."
    assert readability.read(fifteen, easy=True).long
    assert not readability.read(fifteen[4:], easy=True).long
    assert not readability.read(fifteen).long
    levels = {
        long: (one.lix, one.is_very_easy, one.is_hard)
        for long in (7, 8, 10)
        for words in [["längsta"] * long + ["ord"] * (40 - long)]
        for one in [readability.read(" ".join(" ".join(words[at : at + 5]).capitalize() + "." for at in range(0, 40, 5)), easy=True)]
    }
    assert levels == {7: (22, True, False), 8: (25, False, False), 10: (30, False, True)}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("## Läget\n\nEn **viktig** sak\noch [en länk](https://x.example).", "Läget\n\nEn viktig sak\noch en länk."),
        ("- ett\n* två\n> tre", "– ett\n– två\ntre"),
        ("2 * 3, och fil_namn_a", "2 * 3, och fil_namn_a"),
    ],
    ids=["a heading, bold and a link", "lists and quotations", "what is no mark stays"],
)
def test_a_text_is_shown_to_its_writer_without_marks_and_on_its_lines(text, seen):
    assert "".join(part for part, _long in readability.shown(text).parts) == seen


@given(MARKDOWN)
def test_marking_never_loses_or_moves_a_letter(text):
    spans = readability.sentences(text)
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    assert all(span.start < span.end for span in spans)
    assert "".join(part for part, _marked in readability.parts(text, tuple(spans))) == text


@given(MARKDOWN)
def test_every_word_stands_in_one_sentence(text):
    reading = readability.read(text)
    assert reading.words <= len(readability.WORD.findall(text))
    assert reading.lix is None or reading.lix >= 1


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 3, 26), "Långfredagen"),
        (date(2027, 6, 25), "Midsommarafton"),
        (date(2028, 5, 25), "Kristi himmelsfärdsdag"),
        (date(2027, 12, 24), "Julafton"),
        (date(2027, 11, 6), "Alla helgons dag"),
        (date(2027, 6, 27), None),
    ],
)
def test_swedish_holidays_are_computed(day, name):
    assert red_days.name_of(day) == name


@given(st.dates(date(2026, 1, 1), date(2035, 12, 1)))
def test_workdays_are_found_in_both_directions(day):
    assert red_days.is_workday(red_days.workday_from(day))
    assert red_days.is_workday(red_days.workday_until(day))
    first = red_days.workdays_before(day, 10)
    between = [first + timedelta(days=n) for n in range((day - first).days)]
    assert sum(map(red_days.is_workday, between)) == 10
