"""Versions in other languages: when they may be shown, and what each language is called and says. Without a database."""

from __future__ import annotations

import pytest
from babel import Locale

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.lifecycle_versions import (
    VersionFacts,
    blockers_to_publish_version,
    blockers_to_withdraw_version,
    blockers_to_write_version,
)
from sakrad.consultations.models import ContentAbout, ContentLanguage
from sakrad.consultations.originals import Original
from sakrad.consultations.queries_versions import shown
from sakrad.consultations.tongues import BY_KEY, TONGUES
from sakrad.core import clock

AT = clock.now()
DRAFT, ANNOUNCED, SUMMARISED = Dates(), Dates(announced_at=AT), Dates(announced_at=AT, summary_published_at=AT)
EARLY, UNSUMMARISED, EMPTY = "version_before_announcing", "version_before_summary", "version_empty"


@pytest.mark.parametrize(
    ("about", "dates", "text", "write", "publish"),
    [
        ("consultation", DRAFT, "Ord", [], [EARLY]),
        ("consultation", DRAFT, " ", [], [EARLY, EMPTY]),
        ("consultation", ANNOUNCED, "Ord", [], []),
        ("consultation", ANNOUNCED, "", [], [EMPTY]),
        ("summary", ANNOUNCED, "Ord", [UNSUMMARISED], [UNSUMMARISED]),
        ("summary", SUMMARISED, "Ord", [], []),
    ],
)
def test_nothing_is_shown_before_its_original(about: str, dates: Dates, text: str, write: list[str], publish: list[str]) -> None:
    facts = VersionFacts(ContentAbout(about), dates, text)
    assert [one.code for one in blockers_to_write_version(facts)] == write
    assert [one.code for one in blockers_to_publish_version(facts)] == publish
    assert [one.code for one in blockers_to_withdraw_version(facts)] == ["version_not_published"]


def test_every_language_has_an_address_a_tag_and_its_own_name() -> None:
    assert set(TONGUES) == set(ContentLanguage) and len(BY_KEY) == len(TONGUES)
    assert {tongue.language.value for tongue in TONGUES.values() if tongue.follows_right} == {"arabic", "persian", "yiddish"}
    for tongue in TONGUES.values():
        assert bool(tongue.original) == bool(tongue.changed) == bool(tongue.read), "it says all, or the page's language does"
        if tongue.original and tongue.tag in ("ar", "fa", "yi", "uk", "ti"):
            assert not any("a" <= letter <= "z" for letter in tongue.original.lower()), "in its own letters"
        if tongue.tag in ("en", "fi", "pl", "tr", "es", "uk"):
            assert str(Locale(tongue.tag).get_display_name()).lower() == tongue.name.lower()


def test_an_original_has_changed_when_its_words_have() -> None:
    first = Original("Titel", "Saken", (("Bakgrund", "Ord"),), ((1, "Hur?"),))
    assert first.digest == Original("Titel", "Saken", (("Något annat", "Ord"),), ((1, "Hur?"),)).digest
    for other in (Original("Titeln", *vars_of(first)), Original("Titel", "Saken", (("Bakgrund", "Ord"),), ((1, "Hur då?"),))):
        assert other.digest != first.digest


def vars_of(original: Original) -> tuple[object, ...]:
    return original.lead, original.parts, original.questions


def test_headings_stand_right_under_the_title_and_masks_lie_over_the_words() -> None:
    html = shown("# Ett\n\n#### Två\n\n████ sa <b>så</b>.\nOch gick.", TONGUES[ContentLanguage.english])
    assert "<h2>Ett</h2>" in html and "<h3>Två</h3>" in html and "████ sa" in html
    assert not any(words in html for words in ("<b>", "<br>"))


def test_a_text_that_is_easy_to_read_keeps_its_lines() -> None:
    html = shown("En mening.\nEn till.\n\n- ett\n  två\n- tre", TONGUES[ContentLanguage.easy])
    assert html.count("<br>") == 2 and "En mening.<br>\nEn till." in html
