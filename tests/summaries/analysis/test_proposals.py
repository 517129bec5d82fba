"""Passages alike, guesses learnt from coding, distinctive words: each with the words that made it."""

from __future__ import annotations

from sakrad.core import words
from sakrad.core.text import Span
from sakrad.summaries.analysis import learning, similar
from sakrad.summaries.analysis.learning import LEFT, Marked
from sakrad.summaries.analysis.passages import Said, passages

CAMPAIGN = "Vi kräver att simhallen hålls öppen på kvällarna även under sommaren. Avgiften får inte höjas för barn och unga."
OWN = "Hos oss handlar det mest om bussarna till byarna norr om sjön."


def test_campaign_text_is_one_passage_of_every_sender_with_what_they_add_left_out() -> None:
    texts = [f"{OWN} {CAMPAIGN}", CAMPAIGN.replace("kräver", "begär"), f"{CAMPAIGN} Hälsningar från styrelsen i vår förening.", OWN[::-1]]
    found = similar.clusters(passages(Said(n, n, text) for n, text in enumerate(texts)))
    assert {one.cluster for one in found} == {1}
    assert {one.answer: texts[one.answer][one.span.start : one.span.end] for one in found} == {
        0: CAMPAIGN,
        1: CAMPAIGN.replace("kräver", "begär"),
        2: CAMPAIGN,
    }
    assert "simhallen" in found[0].words


def test_one_sender_who_repeats_itself_is_no_campaign() -> None:
    assert similar.clusters(passages([Said(1, 7, CAMPAIGN), Said(2, 7, CAMPAIGN)])) == []


BUSES = ["Bussen till {} går för sällan på kvällen", "Sista bussen från {} är alltid inställd", "Busskortet i {} är för dyrt"]
HALLS = ["Simhallen i {} stänger för tidigt", "Hyran för hallen i {} är hög", "Badtiderna i {} räcker inte till barnen"]
TOWNS = ["Sörby", "Norrsunda", "Ljungdalen", "Strandby", "Ekeberg"]
MARKED = [
    Marked(said.format(town), theme)
    for theme, sayings in ((1, BUSES), (2, HALLS), (LEFT, ["Tack för frågan från oss i {}"]))
    for said in sayings
    for town in TOWNS
]


def test_guesses_follow_the_officials_own_coding_and_name_the_words_that_made_them() -> None:
    texts = ["Bussarna går alldeles för sällan hos oss", "Simhallens öppettider passar ingen", "Tack för att ni frågar"]
    found = {guess.index: guess for guess in learning.guesses(MARKED, texts, frozenset())}
    assert {index: guess.theme for index, guess in found.items()} == {0: 1, 1: 2}
    assert "bussarna" in found[0].words
    assert "simhallens" in found[1].words


def test_nothing_is_learnt_before_enough_is_marked() -> None:
    few = MARKED[: learning.ENOUGH - 1]
    assert learning.themes_learnt(few) == []
    assert learning.guesses(few, ["Bussen går för sällan"], frozenset()) == []


def test_theme_with_few_points_is_not_proposed() -> None:
    assert learning.themes_learnt([*MARKED, Marked("Tolk saknas", 3)]) == [1, 2]


def test_distinctive_words_are_those_that_the_others_do_not_use() -> None:
    found = learning.distinctive([([one.theme], one.text) for one in [*MARKED, *MARKED] if one.theme], frozenset())
    assert {"bussen", "hyran"} < {word for told in found.values() for word in told}
    assert not {town.casefold() for town in TOWNS} & {word for told in found.values() for word in told}
    assert min(map(len, found.values())) >= learning.FEWEST_WORDS


def test_only_sentences_of_answers_that_were_split_count_as_passed_over() -> None:
    texts = [Said(1, 1, "Vi vill ha fler bussar på kvällen. Tack för att ni frågar oss."), Said(2, 2, "Vi vill ha längre tider i hallen.")]
    left = learning.passed_over(passages(texts), {1: [(0, 34)]})
    assert [(one.answer, one.span) for one in left] == [(1, Span(35, 62))]


def test_forms_and_compounds_of_a_word_meet() -> None:
    assert len({words.stem(form) for form in ("skola", "skolan", "skolans", "skolor", "skolornas")}) == 1
    assert len({words.stem(form) for form in ("hållplats", "hållplatsen", "hållplatserna")}) == 1
    known = words.vocabulary_of(["bussar till en hållplats", "hållplatserna och bussen"])
    assert {words.stem("buss"), words.stem("hållplats")} < {token.stem for token in words.tokens("busshållplatsen", known)}
