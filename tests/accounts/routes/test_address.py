"""Another e-mail address: it counts once a mailed link has proved it, and the old one is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from sakrad.accounts import links
from sakrad.accounts.models import Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.notifications.recipients import recipients_of
from tests import factories as make
from tests.factories.directory import fresh

NEW = "ny@prova.example"
ASK = {"email": "Ny@Prova.example", "present": make.PASSWORD}


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


@pytest.fixture
def user(app: Flask) -> User:
    return make.user(email="gammal@prova.example")


def told() -> list[tuple[str, str]]:
    """Who is told of the request, and by which mail."""
    event = db.session.scalars(sa.select(Event).where(Event.name == "address_change_requested").order_by(Event.id.desc())).first()
    assert event is not None and event.data == {}, "events hold no addresses"
    return recipients_of(event)


def test_the_old_address_counts_until_the_new_one_is_confirmed(user: User, browse: Any) -> None:
    browser = browse(user)
    assert browser.post("/konto/adress", data=ASK).location == "/konto"
    assert "väntar på att bekräftas" in browser.get("/konto").text
    assert (fresh(user).email, fresh(user).new_email) == ("gammal@prova.example", NEW)
    assert told() == [("new_address", NEW), ("address_changing", "gammal@prova.example")]
    path = f"/konto/ny-adress/{links.address_token(fresh(user))}"
    anyone = browse()
    for answer in (anyone.get(path), anyone.post(path)):
        assert "/logga-in?next=" in answer.location, "the button counts only for whoever can sign in to the account"
    assert browse(make.user()).post(path).status_code == 404
    assert NEW in browser.get(path).text and fresh(user).email == "gammal@prova.example", "mail scanners press no buttons"
    assert browser.post(path).location == "/konto"
    assert (fresh(user).email, fresh(user).new_email) == (NEW, None)
    assert browser.get("/konto").status_code == 200, "the devices stay"
    assert anyone.post("/logga-in", data={"email": NEW, "password": make.PASSWORD}).status_code == 303
    assert events() == ["address_change_requested", "address_changed"]
    assert browser.get(path).status_code == browser.post(path).status_code == 404, "a link works once"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"present": "fel lösenord"}, "inte ditt nuvarande", id="somebody at an open screen"),
        pytest.param({"present": ""}, "Skriv lösenordet", id="no password"),
        pytest.param({"email": "ny"}, "Skriv en e-postadress", id="no address"),
        pytest.param({"email": "Gammal@prova.example"}, "redan din adress", id="the same address"),
    ],
)
def test_a_faulty_request_changes_nothing(user: User, browse: Any, change: dict[str, str], said: str) -> None:
    answer = browse(user).post("/konto/adress", data=ASK | change)
    assert answer.status_code == 422 and said in answer.text
    assert fresh(user).new_email is None and events() == []


def test_it_is_for_the_signed_in(client: Any) -> None:
    for answer in (client.get("/konto/adress"), client.post("/konto/adress", data=ASK)):
        assert "/logga-in" in answer.location


def test_nobody_learns_whether_an_address_is_known_and_its_owner_keeps_it(user: User, browse: Any) -> None:
    make.user(email=NEW)
    assert browse(user).post("/konto/adress", data=ASK).location == "/konto"
    assert told() == [("address_known", NEW), ("address_changing", "gammal@prova.example")]
    answer = browse(user).post(f"/konto/ny-adress/{links.address_token(fresh(user))}")
    assert answer.status_code == 409 and "har redan ett konto" in answer.text
    assert fresh(user).email == "gammal@prova.example"


def test_an_account_that_nobody_confirmed_gives_way(user: User, browse: Any) -> None:
    squatter = make.user(email=NEW, confirmed_at=None)
    browse(user).post("/konto/adress", data=ASK)
    assert told()[0] == ("new_address", NEW)
    assert browse(user).post(f"/konto/ny-adress/{links.address_token(fresh(user))}").status_code == 303
    assert fresh(user).email == NEW and db.session.get(User, squatter.id) is None


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param({"new_email": "annan@prova.example"}, id="another address was asked for"),
        pytest.param({"password_hash": "nytt"}, id="the password was changed"),
        pytest.param({"new_email": None}, id="nothing is asked for"),
    ],
)
def test_a_link_dies(user: User, client: Any, ends: dict[str, str | None]) -> None:
    with transaction():
        fresh(user).new_email = NEW
    path = f"/konto/ny-adress/{links.address_token(fresh(user))}"
    client.sign_in(fresh(user))
    assert client.get(path).status_code == 200
    with transaction():
        for name, value in ends.items():
            setattr(fresh(user), name, value)
    assert client.get(path).status_code == 404


def test_a_link_grows_too_old(user: User, client: Any) -> None:
    with transaction():
        fresh(user).new_email = NEW
    path = f"/konto/ny-adress/{links.address_token(fresh(user))}"
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert client.get(path).status_code == 404


def test_links_to_a_former_address_open_nothing(user: User) -> None:
    token = links.reset_token(user)
    with transaction():
        fresh(user).email = NEW
    assert not links.resets(token, fresh(user))


def test_a_new_password_by_mail_ends_a_thiefs_request(user: User, browse: Any) -> None:
    browse(user).post("/konto/adress", data=ASK)
    path = f"/konto/ny-adress/{links.address_token(fresh(user))}"
    browse().post(f"/konto/nytt-losenord/{links.reset_token(fresh(user))}", data={"password": "ett alldeles nytt lösenord"})
    assert fresh(user).new_email is None and browse().post(path).status_code == 404


def test_roles_stay_with_the_person(app: Flask, browse: Any) -> None:
    organisation = make.organisation()
    member = make.user((Role.writer, organisation))
    browser = browse(member)
    browser.post("/konto/adress", data=ASK)
    browser.post(f"/konto/ny-adress/{links.address_token(fresh(member))}")
    assert browser.get(f"/forening/{organisation.slug}").status_code == 200
