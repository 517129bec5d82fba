"""Ask our members, at the desk: by members and by whoever holds the mailed link, and by nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.positions.models import Draft, Survey, SurveyTicket
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import surveys
from tests.factories.positions import fresh
from tests.policing import PolicingClient
from tests.statements import counted

LINK = re.compile(r"http://127\.0\.0\.1:5000/medlemsfraga/[a-z0-9-]+")
FORM = {
    "intro": "Vi svarar nästa vecka.",
    "questions-0-text": "Ska vi säga ja?",
    "questions-0-answers": "ja-nej",
    "questions-1-text": "Vad är viktigast?",
    "questions-1-answers": "egna",
    "questions-1-options": "En jour dygnet runt\r\nBostad\r\n",
}


@pytest.fixture
def of(app: Any) -> Consultation:
    return make.consultation()


@pytest.fixture
def by(of: Consultation) -> Organisation:
    return make.organisation(verified_in=of.municipality, name="Ekhamra kvinnojour")


@pytest.fixture
def draft(of: Consultation, by: Organisation) -> Draft:
    return desk.fill(desk.open_draft(of, by))


def url(of: Consultation, by: Organisation, page: str = "") -> str:
    return desk.desk_url(of, by, f"/medlemsfraga{page}")


def the_survey() -> Survey:
    db.session.rollback()
    return db.session.scalars(sa.select(Survey)).one()


def test_the_whole_way_from_question_to_counts(
    draft: Draft, of: Consultation, by: Organisation, browse: Any, client: PolicingClient
) -> None:
    browser = browse(desk.member(by))
    assert "Fråga våra medlemmar" in browser.get(desk.desk_url(of, by)).text
    assert "Fråga 5" in browser.get(url(of, by)).text
    assert browser.post(url(of, by, "/skriv"), data=FORM).status_code == 303
    page = browser.get(url(of, by)).text
    assert "Ja · Nej · Vet inte" in page and "En jour dygnet runt · Bostad" in page and "Öppna frågan" in page
    answer = browser.post(url(of, by, "/oppna"), data={"tickets": "20"})
    assert answer.status_code == 303
    links = LINK.findall(browser.get(answer.location).text)
    assert len(set(links)) == 20
    for turn, link in enumerate(sorted(set(links))[:12]):
        assert client.post(link, data={"q1": "0" if turn < 9 else "1", "q2": "0"}).status_code == 303
    page = browser.get(url(of, by)).text
    assert "12 av 20 länkar är använda" in page and "minst" not in page and ">9<" not in page, "no counts while it is open"
    assert browser.post(url(of, by, "/stang")).status_code == 303
    page = browser.get(url(of, by)).text
    assert "12 av 20 svarade." in page and "färre än 3" in page
    assert browser.post(url(of, by, "/uppgifter")).status_code == 303
    assert (fresh(draft).asked, fresh(draft).answered) == (20, 12)
    review = browser.get(desk.desk_url(of, by, "/skicka")).text
    assert "Så svarade medlemmarna" in review
    assert browser.post(desk.desk_url(of, by, "/skicka"), data=desk.seen(draft)).status_code == 303
    assert "Så svarade medlemmarna" in browser.get(desk.desk_url(of, by, "/kvitto")).text


def test_the_holder_of_the_mailed_link_asks_the_members_too(
    draft: Draft, of: Consultation, by: Organisation, client: PolicingClient
) -> None:
    link = f"/inbjudan/{token_of(make.invitation(fresh(of), fresh(by)))}"
    client.post(f"{link}/oppna")
    assert client.post(f"{link}/svar/medlemsfraga/skriv", data=FORM).status_code == 303
    answer = client.post(f"{link}/svar/medlemsfraga/oppna", data={"tickets": "3"})
    assert len(set(LINK.findall(client.get(answer.location).text))) == 3


PAGES = ["", "/skriv", "/lankar", "/lankar.txt", "/lankar.csv"]
POSTS = ["/skriv", "/oppna", "/fler", "/stang", "/uppgifter", "/ta-bort"]


def test_nobody_else_gets_there(draft: Draft, of: Consultation, by: Organisation, client: PolicingClient, browse: Any) -> None:
    survey = surveys.opened(draft)
    strangers = [
        make.user((Role.administrator, make.organisation())),
        make.user((Role.officer, fresh(of).authority), (Role.coordinator, fresh(of).municipality)),
        make.user(Role.operator),
    ]
    for page in PAGES:
        assert "/logga-in" in client.get(url(of, by, page)).location
        assert [browse(person).get(url(of, by, page)).status_code for person in strangers] == [404] * 3
    for page in POSTS:
        assert "/logga-in" in client.post(url(of, by, page)).location
        assert [browse(person).post(url(of, by, page), data=FORM | {"tickets": "9"}).status_code for person in strangers] == [404] * 3
    assert fresh(survey).closed_at is None and db.session.scalar(sa.select(sa.func.count(SurveyTicket.id))) == 60


def test_an_official_who_is_a_member_reaches_it_as_a_member(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    both = make.user((Role.officer, fresh(of).authority), (Role.writer, fresh(by)))
    assert browse(both).get(url(of, by)).status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"questions-1-text": ""}, "minst två frågor", id="one question"),
        pytest.param({"questions-1-options": "Bara en"}, "minst två och högst åtta", id="one option"),
        pytest.param({"questions-1-options": "\n".join("abcdefghi")}, "minst två och högst åtta", id="nine options"),
        pytest.param({"questions-1-options": "Ja\nja"}, "två gånger", id="the same option twice"),
        pytest.param({"questions-1-options": "Ja\n" + "x" * 81}, "för långt", id="a long option"),
        pytest.param({"questions-0-text": "x" * 301}, "Högst 300 tecken", id="a long question"),
        pytest.param({"intro": "x" * 501}, "Högst 500 tecken", id="long words before it"),
    ],
)
def test_what_is_not_right_changes_nothing_and_keeps_every_word(
    draft: Draft, of: Consultation, by: Organisation, browse: Any, change: dict[str, str], said: str
) -> None:
    answer = browse(desk.member(by)).post(url(of, by, "/skriv"), data=FORM | change)
    assert answer.status_code == 422 and said in answer.text
    for words in (FORM | change).values():
        assert words.split("\r\n")[0].split("\n")[0] in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Survey.id))) == 0


@pytest.mark.parametrize("tickets", ["0", "501", "", "många", "1e3", "-3"])
def test_a_wrong_number_of_links_opens_nothing(draft: Draft, of: Consultation, by: Organisation, browse: Any, tickets: str) -> None:
    surveys.written(draft)
    answer = browse(desk.member(by)).post(url(of, by, "/oppna"), data={"tickets": tickets})
    assert answer.status_code == 422
    assert the_survey().opened_at is None


def test_what_is_opened_is_not_changed_or_opened_again(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    surveys.opened(draft)
    browser = browse(desk.member(by))
    assert browser.get(url(of, by, "/skriv")).status_code == 303
    for page, data in (("/skriv", FORM), ("/oppna", {"tickets": "9"})):
        answer = browser.post(url(of, by, page), data=data)
        assert answer.status_code == 409 and "redan öppnad" in answer.text
    assert the_survey().questions[0].text == surveys.QUESTIONS[0].text


def test_too_late_is_said_with_the_reason(app: Any, browse: Any) -> None:
    of, by = make.consultation(Phase.compiling), make.organisation()
    surveys.written(desk.open_draft(of, by))
    answer = browse(desk.member(by)).post(url(of, by, "/oppna"), data={"tickets": "9"})
    assert answer.status_code == 409 and "för sent" in answer.text


def test_more_links_are_numbered_on_and_shown_by_themselves(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    surveys.opened(draft, tickets=3)
    browser = browse(desk.member(by))
    first = LINK.findall(browser.get(url(of, by, "/lankar.txt")).text)
    answer = browser.post(url(of, by, "/fler"), data={"tickets": "2"})
    more = set(LINK.findall(browser.get(answer.location).text))
    assert len(first) == 3 and len(more) == 2 and not more & set(first)
    assert browser.post(url(of, by, "/fler"), data={"tickets": "496"}).status_code == 409
    table = browser.get(url(of, by, "/lankar.csv?fran=4"))
    assert table.data.startswith(b"\xef\xbb\xbfNummer;") and set(LINK.findall(table.get_data(as_text=True))) == more
    assert "attachment" in table.headers["Content-Disposition"]


def test_the_links_tell_nothing_of_which_have_been_used(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    survey = surveys.opened(draft, tickets=10)
    browser = browse(desk.member(by))
    files = [url(of, by, page) for page in ("/lankar", "/lankar.txt", "/lankar.csv")]
    before = [browser.get(file).data.split(b"csrf_token")[0] for file in files]
    surveys.answered(survey, (0, 0), (1, 1))
    assert [browser.get(file).data.split(b"csrf_token")[0] for file in files] == before


def test_many_links_are_paged_and_need_no_more_statements(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    survey = surveys.opened(draft, tickets=49)
    browser = browse(desk.member(by))
    made = []
    for more in (0, 440):
        if more:
            assert browser.post(url(of, by, "/fler"), data={"tickets": str(more)}).status_code == 303
        db.session.remove()
        with counted() as statements:
            page = browser.get(url(of, by, "/lankar"))
        made.append((len(statements), len(set(LINK.findall(page.text)))))
    assert made[0] == made[1] == (made[0][0], 48)
    assert len(set(LINK.findall(browser.get(url(of, by, "/lankar?sida=2")).text))) == 48
    assert fresh(survey).closed_at is None


def test_links_of_a_closed_or_unopened_question_are_not_shown(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    browser = browse(desk.member(by))
    assert browser.get(url(of, by, "/lankar")).status_code == 404
    surveys.written(draft)
    assert browser.get(url(of, by, "/lankar")).status_code == 404
    assert browser.post(url(of, by, "/stang")).status_code == 409
    surveys.closed(surveys.opened(draft))
    assert browser.get(url(of, by, "/lankar")).status_code == 404
    assert browser.post(url(of, by, "/stang")).status_code == 409


def test_sending_is_stopped_while_it_runs_and_says_where_to_close_it(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    surveys.opened(draft)
    browser = browse(desk.member(by))
    page = browser.get(desk.desk_url(of, by, "/skicka")).text
    assert "Medlemsfrågan pågår" in page and url(of, by) in page
    assert browser.post(desk.desk_url(of, by, "/skicka"), data=desk.seen(draft)).status_code == 409


def test_a_removed_question_can_be_begun_anew(draft: Draft, of: Consultation, by: Organisation, browse: Any) -> None:
    surveys.closed(surveys.opened(draft))
    browser = browse(desk.member(by))
    assert browser.post(url(of, by, "/ta-bort")).status_code == 303
    assert fresh(draft).member_counts == []
    assert "Spara och läs igenom" in browser.get(url(of, by)).text


def test_without_a_draft_one_is_sent_to_write(of: Consultation, by: Organisation, browse: Any) -> None:
    browser = browse(desk.member(by))
    assert browser.get(url(of, by)).location.endswith(desk.desk_url(of, by))
    assert browser.post(url(of, by, "/skriv"), data=FORM).status_code == 404
