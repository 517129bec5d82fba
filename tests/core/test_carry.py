"""A lost session loses no word: they come along through sign-in, and only from a page of our own."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Device, Role, User
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core import carry, clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from sakrad.positions.models import Draft
from tests import factories as make
from tests.factories import positions as desk
from tests.factories.people import SECRET, code
from tests.journeys.walker import Walker
from tests.policing import BASE_URL, PolicingClient

OURS = {"Origin": BASE_URL}
WORDS = "Vägen in är ”lång” –\n\n  den som ringer & frågar får <börja> om.\n"


@pytest.fixture
def consultation(app: Any) -> Consultation:
    return make.consultation(of=make.authority(make.municipality()))


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=desk.fresh(consultation).municipality)


@pytest.fixture
def member(organisation: Organisation) -> User:
    return desk.member(organisation)


@pytest.fixture
def url(consultation: Consultation, organisation: Organisation) -> str:
    return desk.desk_url(consultation, organisation)


@pytest.fixture
def walker(client: PolicingClient) -> Walker:
    """Somebody with a browser, which says where its forms stand."""
    client.environ_base["HTTP_ORIGIN"] = BASE_URL
    return Walker(client)


def stored() -> list[str]:
    """The answers in drafts."""
    db.session.rollback()
    return [answer.text for draft in db.session.scalars(sa.select(Draft)) for answer in draft.answers]


def lose(client: PolicingClient, how: str) -> None:
    """The session goes: the device is signed out elsewhere, or the browser loses its cookie."""
    if how == "device":
        with transaction():
            db.session.execute(sa.update(Device).values(revoked_at=clock.now()))
    else:
        client.delete_cookie("sakrad", domain="127.0.0.1")


@pytest.mark.parametrize("how", ["device", "cookie"])
def test_a_member_signs_in_again_on_the_same_page_and_nothing_is_gone(walker: Walker, member: User, url: str, how: str) -> None:
    walker.client.sign_in(member)
    walker.go(url)
    lose(walker.client, how)
    walker.press("Spara och läs igenom", {"Ert svar": WORDS}, status=401)
    assert walker.url == url
    walker.sees("Inget är borta", "den som ringer & frågar får <börja> om")
    walker.press("Logga in", {"E-postadress": member.email, "Lösenord": "fel"}, status=422)
    walker.press("Logga in", {"E-postadress": member.email, "Lösenord": make.PASSWORD})
    walker.press("Spara det ni skrev")
    assert walker.url == f"{url}/skicka"
    assert stored() == [WORDS.strip()]


def test_the_words_come_along_through_the_second_factor(walker: Walker, organisation: Organisation, url: str) -> None:
    member = make.user((Role.writer, desk.fresh(organisation)), totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO)
    walker.client.sign_in(member)
    walker.go(url)
    lose(walker.client, "device")
    walker.press("Spara", {"Ert svar": WORDS}, nth=1, status=401)
    walker.press("Logga in", {"E-postadress": member.email, "Lösenord": make.PASSWORD})
    walker.press("Logga in", {"Engångskod": "000000"}, status=422)
    walker.press("Logga in", {"Engångskod": code()})
    walker.press("Spara det ni skrev")
    assert stored() == [WORDS.strip()]


def test_who_signed_in_again_in_another_tab_only_presses_the_button(walker: Walker, member: User, url: str) -> None:
    walker.client.sign_in(member)
    walker.go(url)
    walker.client.delete_cookie("sakrad", domain="127.0.0.1")
    walker.client.sign_in(member)
    walker.press("Spara", {"Ert svar": WORDS}, nth=1, status=401).press("Spara det ni skrev")
    assert stored() == [WORDS.strip()]


def test_a_browser_that_forgot_the_link_opens_it_and_saves_with_one_button(walker: Walker, consultation: Consultation) -> None:
    invitation = make.invitation(consultation)
    walker.go(f"/inbjudan/{token_of(invitation)}").press("Svara på frågorna")
    lose(walker.client, "cookie")
    walker.press("Spara", {"Ert svar": WORDS}, nth=1, status=401)
    walker.press("Fortsätt och spara")
    assert stored() == [WORDS.strip()]
    walker.go(f"/inbjudan/{token_of(desk.fresh(invitation))}/svar").sees("Ert svar")


def test_an_officer_loses_nothing_either(walker: Walker) -> None:
    authority = make.authority()
    make.function(authority)
    kommun = desk.fresh(authority).municipality.slug
    officer = make.user((Role.officer, desk.fresh(authority)))
    walker.client.sign_in(officer)
    walker.go(f"/handlaggning/{kommun}/sakrad/nytt")
    lose(walker.client, "device")
    walker.press("Spara", {"Rubrik": "Vägen in till hjälpen"}, status=401)
    walker.press("Logga in", {"E-postadress": officer.email, "Lösenord": make.PASSWORD})
    walker.press("Spara det ni skrev").sees("Vägen in till hjälpen")


def test_a_public_form_is_sent_again_with_a_token_that_fits(walker: Walker) -> None:
    kommun = make.municipality().slug
    walker.go(f"/kommun/{kommun}/vag-in")
    lose(walker.client, "cookie")
    form = {"Er organisation": "Byföreningen", "Frågan i några ord": "Belysning", "Berätta": "Det är mörkt vid skolan."}
    known = {label: text for label, text in form.items() if any(label in said for said in walker.labels)}
    walker.press("Skicka", known, status=401).sees("Det är mörkt vid skolan.")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://ond.example"}, {"Origin": "null"}, OURS | {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=["nothing_said", "another_site", "opaque", "the_browser_knows_better", "a_sibling"],
)
def test_nobody_plants_words_by_a_form_on_another_site(client: PolicingClient, url: str, headers: dict[str, str]) -> None:
    answer = client.post(url, data={"q1-version": "0", "q1-text": "Planterat svar"}, headers=headers)
    assert answer.status_code == 303 and "/logga-in" in answer.location
    page = client.post("/logga-in", data={"email": "x", "carried": json.dumps([url, [["q1-text", "Planterat"]]])}, headers=headers)
    assert "Planterat" not in page.text


@pytest.mark.parametrize("target", ["//ond.example/x", "https://ond.example", "forening", "/\\ond.example", "", None, 7])
def test_words_are_carried_to_a_path_of_this_site_only(client: PolicingClient, member: User, target: Any) -> None:
    form = {"email": member.email, "password": make.PASSWORD, "carried": json.dumps([target, [["q1-text", "ord ord"]]])}
    answer = client.post("/logga-in", data=form, headers=OURS)
    assert answer.status_code == 303 and "ond" not in answer.location


@pytest.mark.parametrize("packed", ["", "{", "[]", "[1,2,3]", '["/x", 3]', '["/x", [[1]]]', '["/x", [null]]', "[" * 5000, "null"])
def test_nonsense_is_not_carried(client: PolicingClient, packed: str) -> None:
    assert client.post("/logga-in", data={"email": "a@b.example", "password": "x", "carried": packed}, headers=OURS).status_code == 422


def test_passwords_and_codes_are_never_carried(client: PolicingClient, member: User) -> None:
    answer = client.post("/konto/losenord", data={"present": "hemligt ord", "password": "ett nytt ord"}, headers=OURS)
    assert answer.status_code == 303 and "ord" not in answer.text.replace("losenord", "")


def test_a_form_without_words_leads_to_sign_in_as_ever(client: PolicingClient, url: str) -> None:
    answer = client.post(f"{url}/skicka", data={"submission_key": "k" * 32, "seen": "0" * 64}, headers=OURS)
    assert answer.status_code == 303 and "/logga-in" in answer.location


def test_more_than_a_browser_should_carry_is_not_carried(client: PolicingClient, url: str) -> None:
    assert client.post(url, data={"q1-version": "0", "q1-text": "ord " * (carry.LIMIT // 4)}, headers=OURS).status_code == 303


@pytest.mark.parametrize("text", ["Vägen in är lång.", ""], ids=["words", "emptied"])
def test_an_autosave_is_told_without_a_page(client: PolicingClient, url: str, text: str) -> None:
    answer = client.post(url, data={"q1-version": "0", "q1-text": text}, headers=OURS | {"HX-Request": "true"})
    assert answer.status_code == 401 and "Inget är borta" in answer.text and "<html" not in answer.text


def test_an_error_page_shows_what_was_written(client: PolicingClient, url: str) -> None:
    client.sign_in(make.user())
    answer = client.post(url, data={"q1-version": "0", "q1-text": "Vägen in är lång."}, headers=OURS)
    assert answer.status_code == 404 and "Vägen in är lång." in answer.text
    assert "Vägen in är lång." not in client.post(url, data={"q1-version": "0", "q1-text": "Vägen in är lång."}).text
