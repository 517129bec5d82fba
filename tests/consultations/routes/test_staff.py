"""The officers' pages: drafting, questions, material."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.consultations import queries
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Material, Question, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from tests import factories as make
from tests.factories.consultations import PDF, address, fresh, matter, officer_of, staff_address


def only() -> Consultation:
    return db.session.scalars(sa.select(Consultation)).one()


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


# Drafting


def test_an_officer_drafts_with_seven_fields(browse):
    function = make.function()
    authority = function.unit.authority
    kommun, group = authority.municipality.slug, make.group()
    make.organisation(municipality_id=authority.municipality_id, groups=[group], slug="jouren")
    data = matter(
        authority=authority.slug,
        function=function.reference,
        groups=group.slug,
        questions="Vad ser ni?\n\nVad behövs?",
        invite_matching="y",
    )
    browser = browse(officer_of(authority))
    assert browser.get(f"/handlaggning/{kommun}/sakrad/nytt").status_code == 200
    response = browser.post(f"/handlaggning/{kommun}/sakrad/nytt", data=data)
    consultation = only()
    assert response.status_code == 303
    assert response.location.endswith(f"/handlaggning/{kommun}/sakrad/stod-och-skydd/forbered")
    assert consultation.function.title == "Verksamhetschef"
    assert consultation.unit is consultation.function.unit
    assert [question.text for question in consultation.questions] == ["Vad ser ni?", "Vad behövs?", "Något annat ni vill säga?"]
    assert [invitation.organisation.slug for invitation in consultation.invitations] == ["jouren"]
    assert clock.last_day(consultation.closes_at) == date(2027, 11, 14)
    assert consultation.opens_at is None
    assert EventName.consultation_drafted in events()
    assert EventName.organisation_invited not in events()


def test_a_draft_without_title_is_refused_and_keeps_every_word(browse):
    authority = make.authority()
    browser = browse(officer_of(authority))
    response = browser.post(
        f"/handlaggning/{authority.municipality.slug}/sakrad/nytt",
        data=matter(authority=authority.slug, title=" ", purpose="Ett syfte som inte får försvinna", closes_on="i morgon"),
    )
    assert response.status_code == 422
    assert "Skriv en rubrik." in response.text
    assert "Skriv datumet som år, månad och dag" in response.text
    assert "Ett syfte som inte får försvinna" in response.text
    assert db.session.scalar(sa.select(sa.func.count(Consultation.id))) == 0


def test_a_function_of_another_authority_is_refused_beside_the_field(browse):
    function = make.function()
    other = make.authority(function.unit.authority.municipality)
    kommun, data = other.municipality.slug, matter(authority=other.slug, function=function.reference)
    browser = browse(make.user((Role.officer, other), (Role.officer, function.unit.authority)))
    response = browser.post(f"/handlaggning/{kommun}/sakrad/nytt", data=data)
    assert response.status_code == 422
    assert "Funktionen hör till en annan nämnd." in response.text
    assert db.session.scalar(sa.select(sa.func.count(Consultation.id))) == 0


def test_a_coordinator_does_not_shut_themselves_out(browse):
    authority = make.authority()
    browser = browse(make.user((Role.coordinator, authority.municipality)))
    response = browser.post(
        f"/handlaggning/{authority.municipality.slug}/sakrad/nytt", data=matter(authority=authority.slug, coordinator_takes_part=None)
    )
    assert response.status_code == 422
    assert "Bara nämndens egna handläggare" in response.text


def test_an_officer_drafts_for_their_own_authority_only(browse):
    authority = make.authority()
    other = make.authority(authority.municipality)
    response = browse(officer_of(authority)).post(
        f"/handlaggning/{authority.municipality.slug}/sakrad/nytt", data=matter(authority=other.slug)
    )
    assert response.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Consultation.id))) == 0


def test_the_background_is_previewed_without_saving_and_without_losing_words(browse):
    authority = make.authority()
    data = matter(authority=authority.slug, background="# Läget\n\n<script>alert(1)</script> **143** personer", preview="1")
    browser, url = browse(officer_of(authority)), f"/handlaggning/{authority.municipality.slug}/sakrad/nytt"
    page = browser.post(url, data=data)
    assert page.status_code == 200
    assert "<strong>143</strong>" in page.text
    assert "&lt;script&gt;" in page.text
    partial = browser.post(url, data=data, headers={"HX-Request": "true"})
    assert "<strong>143</strong>" in partial.text
    assert "<html" not in partial.text
    assert "HX-Request" in partial.headers["Vary"]
    assert db.session.scalar(sa.select(sa.func.count(Consultation.id))) == 0


# Changing


def test_the_form_shows_what_is_saved_and_saves_what_is_changed(browse):
    consultation = make.consultation(Phase.draft, opens_at=clock.start_of(date(2027, 10, 4)), closes_at=clock.end_of(date(2027, 11, 14)))
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "redigera")
    page = browser.get(url)
    assert 'value="2027-11-14"' in page.text
    assert 'value="2027-10-04"' in page.text
    function = fresh(consultation).function.reference
    response = browser.post(url, data=matter(version=1, purpose="Ett nytt syfte.", function=function, subjects=make.subject().slug))
    assert response.status_code == 303
    consultation = fresh(consultation)
    assert consultation.purpose == "Ett nytt syfte."
    assert consultation.version == 2
    assert len(consultation.subjects) == 1
    assert consultation.function.reference == function
    assert events() == [EventName.consultation_changed]


def test_a_lost_race_shows_both_texts_and_loses_no_words(browse):
    consultation = make.consultation(Phase.draft, purpose="Det som kollegan sparade.", version=2)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "redigera")
    response = browser.post(url, data=matter(version=1, purpose="Det som jag skrev."))
    assert response.status_code == 409
    assert "Det som kollegan sparade." in response.text
    assert response.text.count("Det som jag skrev.") == 2  # beside theirs, and still in the form
    consultation = fresh(consultation)
    assert consultation.purpose == "Det som kollegan sparade."
    assert 'name="version" type="hidden" value="2"' in response.text
    again = browser.post(url, data=matter(version=2, purpose="Bådas ord."))
    assert again.status_code == 303


def test_what_has_opened_is_frozen_with_the_reason_and_the_words_kept(browse):
    consultation = make.consultation(Phase.open)
    url = staff_address(consultation, "redigera")
    response = browse(officer_of(consultation.authority)).post(url, data=matter(version=1, purpose="För sent skrivet."))
    assert response.status_code == 409
    assert "låstes när sakrådet öppnade" in response.text
    assert "För sent skrivet." in response.text
    consultation = fresh(consultation)
    assert consultation.purpose != "För sent skrivet."


def test_an_announced_one_cannot_lose_its_purpose(browse):
    consultation = make.consultation(Phase.announced)
    url = staff_address(consultation, "redigera")
    response = browse(officer_of(consultation.authority)).post(url, data=matter(version=1, purpose="", title="Ny rubrik"))
    assert response.status_code == 409
    assert "vad ska svaren användas till" in response.text
    assert "Ny rubrik" in response.text
    consultation = fresh(consultation)
    assert consultation.purpose


# Questions


def question_data(**values: str) -> dict[str, str]:
    return {"kind": "experience", "text": "Vad ser ni?", "help": "", "length_hint": "", "options": ""} | values


def test_a_question_is_added_changed_moved_and_removed(browse):
    consultation = make.consultation(Phase.draft, questions=2)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "fragor")
    added = question_data(kind="choice", text="Vilket väljer ni?", options="Det ena\n\nDet andra", required="y")
    assert browser.post(url, data=added).status_code == 303
    assert browser.post(f"{url}/2/flytta", data={"riktning": "upp"}).status_code == 303
    assert browser.get(f"{url}/1").text.count("Vilket väljer ni?") == 1
    assert browser.post(f"{url}/1", data=question_data(text="Vad hellre?")).status_code == 303
    assert browser.post(f"{url}/2/ta-bort").status_code == 303
    consultation = fresh(consultation)
    assert (consultation.questions[0].number, consultation.questions[0].text) == (1, "Vad hellre?")
    assert [question.kind for question in consultation.questions] == [QuestionKind.experience, QuestionKind.open]
    assert events() == [EventName.consultation_changed] * 4
    page = browser.get(url)
    assert page.status_code == 200
    assert "Vad hellre?" in page.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (question_data(text=""), "Skriv frågan."),
        (question_data(kind="need", text="Ordna", options="Ett"), "minst två olika alternativ"),
        (question_data(kind="proposal", options="Ja\nNej"), "minst två olika alternativ"),
        (question_data(kind="open"), "val"),
        (question_data(kind="choice", options="x" * 200 + "\nB"), "högst 120 tecken"),
    ],
    ids=["no words", "too few options", "options on a proposal", "a second open one", "a long option"],
)
def test_a_bad_question_is_refused_and_keeps_every_word(browse, data, message):
    consultation = make.consultation(Phase.draft)
    response = browse(officer_of(consultation.authority)).post(
        staff_address(consultation, "fragor"), data=data | {"help": "Ord som står kvar"}
    )
    assert response.status_code == 422
    assert message in response.text
    assert "Ord som står kvar" in response.text
    assert db.session.scalar(sa.select(sa.func.count(Question.id))) == 3


def test_two_who_change_the_same_question_are_shown_both_texts(browse):
    consultation = make.consultation(Phase.draft)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "fragor/1")
    seen = re.search(r'name="seen" type="hidden" value="([0-9a-f]+)"', browser.get(url).text)[1]
    assert browser.post(url, data=question_data(text="Kollegans fråga?", seen=seen)).status_code == 303
    response = browser.post(url, data=question_data(text="Min fråga?", seen=seen))
    assert response.status_code == 409
    assert "Kollegans fråga?" in response.text
    assert response.text.count("Min fråga?") == 2
    assert fresh(consultation).questions[0].text == "Kollegans fråga?"
    newer = re.search(r'name="seen" type="hidden" value="([0-9a-f]+)"', response.text)[1]
    assert browser.post(url, data=question_data(text="Vår fråga?", seen=newer)).status_code == 303


def test_the_open_question_is_reworded_without_kind_or_options(browse):
    consultation = make.consultation(Phase.draft)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "fragor/3")
    assert 'name="kind"' not in browser.get(url).text
    assert browser.post(url, data={"text": "Mer?", "help": "", "length_hint": ""}).status_code == 303
    consultation = fresh(consultation)
    assert (consultation.questions[-1].text, consultation.questions[-1].kind) == ("Mer?", QuestionKind.open)
    assert browser.post(f"{url}/ta-bort").status_code == 409


@pytest.mark.parametrize("path", ["fragor", "fragor/1", "fragor/1/flytta", "fragor/1/ta-bort"])
def test_questions_are_frozen_at_the_opening(browse, path):
    consultation = make.consultation(Phase.open)
    browser = browse(officer_of(consultation.authority))
    before = [question.text for question in consultation.questions]
    response = browser.post(staff_address(consultation, path), data=question_data(text="För sent"))
    assert response.status_code == 409
    assert "låstes när sakrådet öppnade" in response.text
    consultation = fresh(consultation)
    assert [question.text for question in consultation.questions] == before
    assert "Lägg till en fråga" not in browser.get(staff_address(consultation, "fragor")).text


# Material


def upload(**values: object) -> dict[str, object]:
    return {"file": (io.BytesIO(PDF), "underlag.pdf"), "title": "Underlag", "description": "Siffror för fem år."} | values


def test_material_is_added_read_and_removed(browse, client):
    consultation = make.consultation(Phase.draft)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "material")
    assert browser.post(url, data=upload()).status_code == 303
    assert "Siffror för fem år." in browser.get(url).text
    material = db.session.scalars(sa.select(Material)).one()
    reference = material.reference
    assert browser.get(f"{url}/{reference}").data == PDF
    assert client.get(f"{address(consultation)}/material/{reference}").status_code == 404
    assert browser.post(f"{url}/{reference}/ta-bort").status_code == 303
    assert events() == [EventName.material_added, EventName.material_removed]
    assert browser.get(f"{url}/{reference}").status_code == 404


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"file": (b"", "")}, "Välj en fil."),
        ({"file": (b"MZ\x90 not a document", "underlag.pdf")}, "inte en PDF"),
        ({"description": " "}, "Beskriv innehållet i text."),
        ({"title": ""}, "Skriv vad filen heter."),
    ],
    ids=["no file", "not what it says", "no description", "no name"],
)
def test_bad_material_is_refused_and_keeps_the_words(browse, data, message):
    consultation = make.consultation(Phase.draft)
    if "file" in data:
        content, name = data["file"]
        data = {"file": (io.BytesIO(content), name)}
    response = browse(officer_of(consultation.authority)).post(
        staff_address(consultation, "material"), data=upload(title="Namnet står kvar") | data
    )
    assert response.status_code == 422
    assert message in response.text
    assert db.session.scalar(sa.select(sa.func.count(Material.id))) == 0
    if "title" not in data:
        assert "Namnet står kvar" in response.text


def test_material_is_frozen_at_the_opening(browse):
    consultation = make.consultation(Phase.open)
    response = browse(officer_of(consultation.authority)).post(staff_address(consultation, "material"), data=upload())
    assert response.status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(Material.id))) == 0


# Overview


@pytest.mark.parametrize("phase", Phase)
def test_the_overview_says_what_to_do_next_in_every_phase(browse, phase):
    consultation = make.consultation(phase)
    page = browse(officer_of(consultation.authority)).get(staff_address(consultation))
    assert page.status_code == 200
    assert consultation.title in page.text


def test_the_overview_of_a_draft_lists_all_that_remains_with_links(browse):
    consultation = make.consultation(Phase.draft, purpose="", background="")
    page = browse(officer_of(consultation.authority)).get(staff_address(consultation))
    assert "forbered/syfte#purpose" in page.text
    assert "forbered/sak#background" in page.text
    assert "forbered/aterkoppling#closes_on" in page.text


# Who


PATHS = ["", "redigera", "forbered", "forbered/sak", "fragor", "fragor/1", "material", "inbjudna/valj", "annonsera", "forlang", "avbryt"]
POSTS = [
    *(path for path in PATHS[1:] if path != "forbered"),
    "fragor/1/flytta",
    "fragor/1/ta-bort",
    "avsluta",
    "flytta-sista-dagen",
    "inbjudna/nagon/ta-bort",
    "material/abc/ta-bort",
]


def strangers(consultation: Consultation) -> dict[str, object]:
    return {
        "an officer of another authority": make.user((Role.officer, make.authority(consultation.municipality))),
        "an officer of another municipality": make.user((Role.officer, make.authority())),
        "a registrar": make.user((Role.registrar, consultation.authority)),
        "a member of an organisation": make.user((Role.administrator, make.organisation())),
        "the operator": make.user(Role.operator),
    }


def test_nobody_else_reaches_an_officers_page(browse):
    consultation = make.consultation(Phase.draft)
    before = db.session.scalar(sa.select(sa.func.count(Event.id)))
    for who, user in strangers(consultation).items():
        browser = browse(user)
        for path in PATHS:
            assert browser.get(staff_address(consultation, path)).status_code == 404, (who, path)
        for path in POSTS:
            assert browser.post(staff_address(consultation, path)).status_code == 404, (who, path)
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == before


def test_the_public_is_sent_to_sign_in_whether_it_exists_or_not(client):
    consultation = make.consultation(Phase.draft)
    for path in PATHS:
        assert "/logga-in" in client.get(staff_address(consultation, path)).location
        assert "/logga-in" in client.get(staff_address(consultation, path).replace(consultation.slug, "finns-inte")).location
    for path in POSTS:
        assert "/logga-in" in client.post(staff_address(consultation, path)).location


def test_the_coordinator_handles_it_only_where_told(browse):
    for told, status in ((True, 200), (False, 404)):
        consultation = make.consultation(Phase.draft, coordinator_takes_part=told)
        browser = browse(make.user((Role.coordinator, consultation.municipality)))
        assert browser.get(staff_address(consultation)).status_code == status


def test_a_stranger_cannot_draft_in_a_municipality(browse, client):
    kommun = make.authority().municipality.slug
    outsider = browse(make.user((Role.officer, make.authority())))
    assert outsider.get(f"/handlaggning/{kommun}/sakrad/nytt").status_code == 404
    assert outsider.post(f"/handlaggning/{kommun}/sakrad/nytt", data=matter()).status_code == 404
    assert "/logga-in" in client.post(f"/handlaggning/{kommun}/sakrad/nytt").location


def test_the_clock_opens_and_closes_without_any_job(app):
    consultation = make.consultation(Phase.announced)
    for at, phase in (
        (consultation.opens_at - timedelta(seconds=1), Phase.announced),
        (consultation.opens_at, Phase.open),
        (consultation.closes_at, Phase.compiling),
    ):
        with transaction():
            assert queries.phase_of(consultation, at) is phase
