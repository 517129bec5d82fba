"""Hostile input where organisations write together: words planted or carried, texts that hold nothing, numbers that nobody was given."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts import links as account_links
from sakrad.accounts.models import Membership, Role
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from sakrad.positions.models import Approval, DraftParty, PositionVersion, Remark
from tests import factories as make
from tests.factories import attachments, surveys
from tests.factories import positions as desk


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    "target", ["//evil.example/x", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:x", 7, None, {}]
)
def test_carried_words_never_go_elsewhere(app: Flask, browse: Any, target: Any) -> None:
    packed = json.dumps([target, [["text", "planterade ord"]]])
    answer = browse().post("/logga-in", data={"email": "a@b.example", "password": "x", "carried": packed}, headers=OURS)
    assert answer.status_code == 422 and "planterade ord" not in answer.text and "evil.example" not in answer.text


@pytest.mark.parametrize(
    "packed",
    ["", "[]", "{}", "7", '["/x", 5]', '["/x", [["a"]]]', '["/x", [["a", "\\ud800"]]]', '["/\\ud800", [["a", "b c"]]]', "[" * 100_000,
     '["/x", [["a", "\\u0000"]]]', '["/x", {"ab": "c"}]', '["/x", [[["a"], {"b": 1}]]]'],
)  # fmt: skip
def test_hostile_carried_words_are_no_fault_of_ours(app: Flask, browse: Any, packed: str) -> None:
    data = {"email": "a@b.example", "password": "x", "carried": packed}
    assert browse().post("/logga-in", data=data, headers=OURS).status_code == 422


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}]
)
def test_another_site_plants_no_words(app: Flask, browse: Any, headers: dict[str, str]) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    desk.member(by)
    data = {"q1-version": "0", "q1-text": "planterade ord"}
    for csrf in (True, False):
        answer = browse().post(desk.desk_url(of, by), data=data, headers=headers, csrf=csrf)
        assert "planterade ord" not in answer.text
    answer = browse().post("/logga-in", data={"carried": json.dumps(["/konto", [["a", "planterade ord"]]])}, headers=headers, csrf=False)
    assert answer.status_code == 400 and "planterade ord" not in answer.text


@pytest.mark.parametrize("path, data", [("/roll", {"role": "administrator"}), ("", {"email": "x@prova.example", "role": "administrator"})])
def test_what_gives_power_is_not_carried_to_whoever_signs_in_next(app: Flask, browse: Any, path: str, data: dict[str, str]) -> None:
    by = make.organisation()
    desk.member(by)
    writer = desk.member(by, Role.writer)
    reference = db.session.scalars(sa.select(Membership.reference).where(Membership.user_id == desk.fresh(writer).id)).one()
    address = f"/forening/{desk.fresh(by).slug}/medlemmar" + (f"/{reference}{path}" if path else "")
    answer = browse().post(address, data=data, headers=OURS)
    assert 'name="carried"' not in answer.text
    rule = browse().post(f"/forening/{desk.fresh(by).slug}/godkannande", data={"rule": "one"}, headers=OURS)
    assert 'name="carried"' not in rule.text


def test_a_mailed_link_gives_no_strangers_account_the_address_of_whoever_presses_it(app: Flask, browse: Any) -> None:
    """The thief asks for the victim's address; the victim, not knowing the account, presses the button in the mail."""
    thief, victim = make.user(), make.user(email="annan@prova.example")
    with transaction():
        desk.fresh(thief).new_email = "kassor@prova.example"
    path = f"/konto/ny-adress/{account_links.address_token(desk.fresh(thief))}"
    for browser in (browse(), browse(desk.fresh(victim))):
        browser.get(path)
        browser.post(path)
    assert desk.fresh(thief).email != "kassor@prova.example"


@pytest.mark.parametrize("name", ["   ", "\x01\x02", "\x00 "])
def test_no_party_is_named_without_a_name(app: Flask, browse: Any, name: str) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    desk.open_draft(of, by)
    answer = browse(desk.member(by)).post(desk.desk_url(of, by, "/tillsammans"), data={"name": name, "email": "part@prova.example"})
    assert answer.status_code == 422 and count(DraftParty) == 0


@pytest.mark.parametrize("text", ["\x01", "\ufb1d" * 300, "x" * 20_000, "\x00", "   "], ids=["control", "grows", "long", "nul", "blank"])
def test_a_question_without_storable_words_is_refused_not_a_fault(app: Flask, browse: Any, text: str) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    desk.open_draft(of, by)
    data = {"questions-0-text": "Fråga?", "questions-1-text": text, "intro": text}
    data |= {f"questions-{index}-answers": "ja-nej" for index in range(5)}
    assert browse(desk.member(by)).post(desk.desk_url(of, by, "/medlemsfraga/skriv"), data=data).status_code == 422
    own = {
        "questions-0-text": "A?",
        "questions-0-answers": "egna",
        "questions-0-options": f"Ja\n{text}",
        "questions-1-text": "B?",
        "questions-1-answers": "ja-nej",
    }
    assert browse(desk.member(by)).post(desk.desk_url(of, by, "/medlemsfraga/skriv"), data=own).status_code == 422


@pytest.mark.parametrize(
    "more",
    [{"sender": "  ", "new": "y"}, {"sender": "\x01", "new": "y"}, {"received": "0001-01-01T00:00"}, {"received": "9999-12-31T23:59"},
     {"channel": "web"},
     {"channel": "kapad"}, {"fakta-confirm_by_on": "9999-12-31", "fakta-asked": "9" * 40},
     {"submission_key": "x" * 5000, "text": "\x01"}, {"again": "²"}],
)  # fmt: skip
def test_a_hostile_entry_is_refused_and_enters_nothing(app: Flask, browse: Any, more: dict[str, str]) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    officer = browse(make.user((Role.officer, of.authority)))
    of, by = desk.fresh(of), desk.fresh(by)
    now = clock.now().astimezone(clock.STOCKHOLM).strftime("%Y-%m-%dT%H:%M")
    data = {"channel": "email", "sender": by.name, "received": now, "text": "Ord."} | more
    address = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/svar/nytt"
    before = count(Organisation)
    assert officer.post(address, data=data).status_code in (404, 422)
    assert count(PositionVersion) == 0 and count(Organisation) == before


NOTHING = ("/historik/fraga-1/0", "/historik/fraga-9/1", "/historik/fakta/0", "/historik/fraga-1/999999999", "/bilagor/0", "/bilagor/-1",
           "/bilagor/2", "/kvitto/0", "/kvitto/999999999", "/instam/kapad", "/fraga/0/tidigare")  # fmt: skip


FAULTS = [
    *(("/prata", more) for more in (
        {"about": "9" * 40, "text": "x"}, {"about": "-1", "text": "x"}, {"text": "\x01"}, {"text": "\ufb1d" * 4000})),
    *(("/prata", {"text": "x", "mentioned": number}) for number in ("9" * 30, "-1", "1000001", "x")),
    *(("/godkannande/begar", {"approvers": number}) for number in ("9" * 40, "-1", "x")),
    *((path, {"seen": "x" * 20_000, "submission_key": "å" * 20_000, "reason": "x"})
      for path in ("/skicka", "/godkannande/godkann", "/godkannande/skicka-tillbaka")),
    *((path, {"organisation": "x" * 20_000}) for path in ("/tillsammans/registrerad", "/tillsammans/ta-bort", "/instam", "/prata/klar")),
    ("/fraga/1/tidigare", {"earlier": ":" * 300, "version": "-9"}),
    ("/historik/fraga-1/0", {"version": "²"}),
    ("/medlemsfraga/fler", {"tickets": "9" * 40}),
]  # fmt: skip


def test_numbers_and_codes_that_nobody_was_given_change_nothing(app: Flask, browse: Any) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    draft = desk.fill(desk.open_draft(of, by))
    attachments.attached(desk.fresh(draft))
    surveys.opened(draft, 3)
    make.user(id=1_000_001)  # who is no member
    browser, before = browse(desk.member(by)), desk.fresh(draft).updated_at
    for path in NOTHING:
        assert browser.get(desk.desk_url(of, by, path)).status_code == 404, path
    for path, data in FAULTS:
        assert browser.post(desk.desk_url(of, by, path), data=data).status_code in (404, 409, 422), (path, str(data)[:80])
    for query in ("/historik?sida=999999999", "/prata?fraga=-1", "/medlemsfraga/lankar?fran=-1&sida=0", "/tillsammans?sok=" + "å" * 30_000):
        assert browser.get(desk.desk_url(of, by, query)).status_code in (200, 404), query
    assert desk.fresh(draft).updated_at == before and count(Remark) == count(Approval) == count(PositionVersion) == 0
