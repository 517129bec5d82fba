"""Other languages: written beside the original, published, hidden in, taken back; and what readers see of it all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, ContentAbout, ContentLanguage, ContentVersion
from sakrad.core.db import db
from sakrad.core.events import Event
from tests import factories as make
from tests.factories import reading, versions
from tests.factories.consultations import address, change, staff_address
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]
WORDS = {"title": "الطريق", "lead": "سؤال قصير", "text": "## لماذا\n\nقالت Anna Ek ذلك.", "q1": "كيف؟", "made_by": "Översatt av Språkhuset"}
SAVE, PUBLISH, PREVIEW = {}, {"publicera": "1"}, {"forhandsgranska": "1"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.open)


@pytest.fixture
def officer(consultation: Consultation, browse: Browse) -> PolicingClient:
    return browse(make.user((Role.officer, consultation.authority)))


def saved() -> ContentVersion:
    db.session.rollback()
    return db.session.scalars(sa.select(ContentVersion)).one()


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).where(Event.name.like("content_version%")).order_by(Event.id)))


def test_a_version_is_written_shown_followed_and_taken_back(consultation: Consultation, officer: PolicingClient, browse: Browse) -> None:
    """From a draft that nobody else sees to a page that says when its original has changed."""
    page, public = staff_address(consultation, "sprak/sakradet/ar"), f"{address(consultation)}/pa/ar"
    preview = officer.post(page, data=WORDS | PREVIEW)
    assert preview.status_code == 200 and "<h2>لماذا</h2>" in preview.text and db.session.scalar(sa.select(ContentVersion)) is None
    assert officer.post(page, data=WORDS).status_code == 303
    assert browse().get(public).status_code == 404 and "/pa/ar" not in browse().get(address(consultation)).text
    assert officer.post(page, data=WORDS | PUBLISH | {"version": "1"}).status_code == 303
    assert "Inbjudan finns nu på arabiska</a>" in browse().get(address(consultation)).text
    shown = browse().get(public).text
    assert '<div lang="ar" dir="rtl">' in shown and "<h2>لماذا</h2>" in shown and "Översatt av Språkhuset" in shown
    assert "هذه ترجمة" in shown and "Originalet är på svenska" not in shown and "اقرأ النص الأصلي" in shown and "تغيّر" not in shown
    assert 'hreflang="ar" dir="rtl">العربية</a>' in browse().get(address(consultation)).text
    assert "This is" not in shown and browse().get(f"/en{public}").status_code == 200
    change(db.session.get_one(Consultation, consultation.id), purpose="Något helt annat.")
    shown = browse().get(public).text
    assert "تغيّر" in shown and "Originalet har ändrats" in officer.get(page).text
    assert officer.post(page, data=WORDS | {"title": "طريق آخر", "version": "2"}).status_code == 303
    assert "طريق آخر" in browse().get(public).text and "تغيّر" in browse().get(public).text, "a slip is mended; the notice stays"
    assert officer.post(page, data=WORDS | PUBLISH | {"version": "3"}).status_code == 303
    assert "تغيّر" not in browse().get(public).text
    assert officer.post(f"{page}/ta-tillbaka").status_code == 303
    assert browse().get(public).status_code == 404 and officer.post(f"{page}/ta-tillbaka").status_code == 409
    assert saved().text == WORDS["text"] and "finns nu på" not in browse().get(address(consultation)).text
    told = ["changed", "published", "published", "published", "withdrawn"]
    assert events() == [f"content_version_{name}" for name in told]
    new = db.session.scalars(sa.select(Event.data["new"].as_boolean()).where(Event.name.like("content_version%")).order_by(Event.id))
    assert list(new) == [False, True, False, False, False], "readers are told once"


def test_masked_words_stay_hidden_when_the_text_is_written_anew(
    consultation: Consultation, officer: PolicingClient, browse: Browse
) -> None:
    page, public = staff_address(consultation, "sprak/sakradet/ar"), f"{address(consultation)}/pa/ar"
    officer.post(page, data=WORDS | PUBLISH)
    mask = {"text": "text", "words": "Anna Ek", "ground": "personal_data"}
    assert officer.post(f"{page}/maska", data=mask | {"words": "Bo"}).status_code == 422
    assert officer.post(f"{page}/maska", data=mask).status_code == 303 and "Anna Ek" not in browse().get(public).text
    officer.post(page, data=WORDS | {"text": "Anna Ek. Och: قالت Anna Ek ذلك.", "version": "1"})
    shown = browse().get(public).text
    assert "Anna" not in shown and shown.count('class="masked"') == 2
    number = db.session.scalar(sa.text("SELECT max(id) FROM mask"))
    assert officer.post(f"{page}/maska", data={"text": "text", "mask": str(number)}).status_code == 303
    assert "Anna Ek" in browse().get(public).text


def test_words_are_hidden_in_its_title_and_in_each_question(consultation: Consultation, officer: PolicingClient, browse: Browse) -> None:
    versions.version(consultation, title="Bo vill gå", questions=[[1, "Hur går Bo?"], [2, "Vad\ntycker Anna Ek?"]])
    page, public = staff_address(consultation, "sprak/sakradet/lattlast/maska"), f"{address(consultation)}/pa/lattlast"
    for text, words in (("rubrik", "Bo"), ("fragor", "Bo"), ("fragor", "Anna Ek"), ("fragor", "??"), ("finns inte", "Bo")):
        status = officer.post(page, data={"text": text, "words": words, "ground": "personal_data"}).status_code
        assert status == {"??": 422}.get(words, 200 if text == "finns inte" else 303)
    shown = browse().get(public).text
    assert "<h1>███ vill gå</h1>" in shown.replace('<span class="masked">maskat</span>', "███")
    assert not re.search("\\bBo\\b|Anna", shown)
    assert '<li value="2">Vad\ntycker <span class="masked">maskat</span>?</li>' in shown


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"title": ""}, 422, "Skriv en rubrik."),
        ({"text": "", "publicera": "1"}, 422, "Skriv texten innan den publiceras."),
        ({"text": "å" * 10_001}, 422, "Skriv högst 10"),
        ({"version": "7"}, 409, "Två har ändrat samtidigt"),
        ({"version": "x"}, 409, "Två har ändrat samtidigt"),
    ],
)
def test_what_is_refused_keeps_every_word(
    consultation: Consultation, officer: PolicingClient, more: dict[str, str], status: int, said: str
) -> None:
    versions.version(consultation, version=3)
    page = staff_address(consultation, "sprak/sakradet/lattlast")
    answer = officer.post(page, data=WORDS | {"version": "3"} | more)
    assert answer.status_code == status and said in answer.text
    assert "قالت Anna Ek" in answer.text or "text" in more
    assert saved().title == "Vägen in" and events() == []
    if status == 409:
        assert 'name="version" type="hidden" value="3"' in answer.text, "saved again, it is what stands in the form that counts"


def test_the_summary_has_versions_once_it_is_published(app: Flask, browse: Browse) -> None:
    story = reading.story(Phase.answered)
    of = story.consultation
    officer, page = browse(make.user((Role.officer, of.authority))), staff_address(of, "sprak/sammanstallningen/fi")
    beside = officer.get(page).text
    assert "Vägen in är lång." in beside and "[1]" not in beside
    assert officer.post(page, data={"title": "Tie", "text": "Pitkä.", "publicera": "1"}).status_code == 303
    assert "Pitkä." in browse().get(f"{story.address}/sammanstallning/pa/fi").text
    assert 'hreflang="fi">suomi</a>' in browse().get(f"{story.address}/sammanstallning").text
    early = make.consultation(Phase.compiling, of=reading.fresh(story).consultation.authority)
    assert officer.get(staff_address(early, "sprak/sammanstallningen/fi")).status_code == 409
    versions.version(early, ContentLanguage.finnish, about=ContentAbout.summary)
    assert browse().get(f"{address(early)}/sammanstallning/pa/fi").status_code == 404


def test_what_is_written_before_the_announcement_waits_for_it(app: Flask, browse: Browse) -> None:
    draft = make.consultation(Phase.draft)
    officer, page = browse(make.user((Role.officer, draft.authority))), staff_address(draft, "sprak/sakradet/en")
    refused = officer.post(page, data={"title": "The way in", "text": "Words", "publicera": "1"})
    assert refused.status_code == 409 and "inte annonserat" in refused.text
    assert officer.post(page, data={"title": "The way in", "text": "Words"}).status_code == 303
    assert browse().get(f"{address(draft)}/pa/en").status_code == 404
    stranger = browse(make.user((Role.officer, make.authority(draft.municipality))))
    assert {
        stranger.get(page).status_code,
        stranger.post(page, data=WORDS).status_code,
        stranger.post(f"{page}/ta-tillbaka").status_code,
    } == {404}
