"""One's own account."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.accounts.setup import gate
from sakrad.core.db import db
from sakrad.core.events import Event
from tests import factories as make
from tests.factories.directory import fresh
from tests.factories.people import SECRET, code

NEW = "ett alldeles nytt lösenord"
PAGES = ["/konto", "/konto/namn", "/konto/losenord", "/konto/enheter", "/konto/tvasteg"]
POSTS = ["/konto/namn", "/konto/losenord", "/konto/enheter", "/konto/tvasteg", "/konto/tvasteg/borja", "/konto/tvasteg/ta-bort"]


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_for_the_signed_in(browse: Any, path: str) -> None:
    assert browse(make.user()).get(path).status_code == 200
    assert "/logga-in" in browse().get(path).location


@pytest.mark.parametrize("path", POSTS)
def test_a_stranger_posts_nothing(client: Any, path: str) -> None:
    assert "/logga-in" in client.post(path, data={"name": "x"}).location


def test_the_name_is_changed(browse: Any) -> None:
    user = make.user()
    browser = browse(user)
    assert browser.post("/konto/namn", data={"name": " "}).status_code == 422
    assert browser.post("/konto/namn", data={"name": "Nytt Namn"}).location == "/konto"
    assert fresh(user).name == "Nytt Namn"


def test_the_password_is_changed_by_who_knows_it(browse: Any) -> None:
    user = make.user()
    here, there = browse(user), browse(user)
    wrong = here.post("/konto/losenord", data={"present": "fel lösenord", "password": NEW})
    assert wrong.status_code == 422 and "inte ditt nuvarande" in wrong.text
    assert here.post("/konto/losenord", data={"present": make.PASSWORD, "password": "kort"}).status_code == 422
    assert here.post("/konto/losenord", data={"present": make.PASSWORD, "password": NEW}).location == "/konto"
    assert here.get("/konto").status_code == 200
    assert there.get("/konto").status_code == 303
    assert events() == ["password_changed"]


def test_signing_out_everywhere(browse: Any) -> None:
    user = make.user()
    here, there = browse(user), browse(user)
    assert here.get("/konto/enheter").text.count("Inloggad") == 2
    assert here.post("/konto/enheter").headers["Clear-Site-Data"] == '"storage"'
    assert here.get("/konto").status_code == 303 and there.get("/konto").status_code == 303
    assert events() == ["devices_signed_out"]


class TestSecondFactor:
    def test_it_is_set_up_with_a_first_code(self, browse: Any) -> None:
        user = make.user()
        browser = browse(user)
        assert browser.post("/konto/tvasteg/borja").location == "/konto/tvasteg"
        secret = fresh(user).totp_secret or ""
        page = browser.get("/konto/tvasteg").text
        assert secret in page and "<svg" in page
        assert browser.post("/konto/tvasteg", data={"code": code(7, secret)}).status_code == 422
        assert browser.post("/konto/tvasteg", data={"code": code(secret=secret)}).location == "/konto"
        assert secret not in browser.get("/konto/tvasteg").text, "a secret is shown only while it is set up"
        assert events() == ["second_factor_set"]

    def test_it_is_taken_away_with_a_code(self, browse: Any) -> None:
        user = make.user(totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO)
        browser = browse(user)
        assert browser.post("/konto/tvasteg/ta-bort", data={"code": code(7)}).status_code == 422
        assert browser.post("/konto/tvasteg/ta-bort", data={"code": code()}).location == "/konto"
        assert fresh(user).totp_secret is None
        assert events() == ["second_factor_removed"]

    def test_beginning_again_replaces_nothing_that_is_on(self, browse: Any) -> None:
        user = make.user(totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO)
        browse(user).post("/konto/tvasteg/borja")
        assert fresh(user).totp_secret == SECRET


class TestGate:
    """Staff in production pass a second factor first."""

    @pytest.fixture
    def guarded(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
        monkeypatch.setitem(app.extensions, "sakrad_gate", gate)
        return app

    def test_production_sets_the_gate_and_nothing_else_does(self, app: Flask) -> None:
        from sakrad.accounts import setup

        assert "sakrad_gate" not in app.extensions
        bare = Flask("bare")
        bare.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], env="production")
        setup.init_app(bare)
        assert bare.extensions["sakrad_gate"] is gate

    @pytest.mark.parametrize("role", [Role.officer, Role.registrar, Role.coordinator, Role.operator])
    def test_staff_without_it_are_sent_to_set_it_up(self, guarded: Flask, client: Any, role: Role) -> None:
        scope = {Role.coordinator: make.municipality, Role.operator: lambda: None}.get(role, make.authority)()
        client.sign_in(make.user((role, scope)), second_factor=False)
        assert client.get("/konto").location == "/konto/tvasteg"
        assert client.get("/forening/ny").location == "/konto/tvasteg"
        assert client.post("/konto/namn", data={"name": "x"}).location == "/konto/tvasteg"
        assert client.get("/konto/tvasteg").status_code == 200
        assert client.post("/konto/tvasteg/borja").status_code == 303
        assert client.post("/logga-ut").status_code == 303

    def test_staff_who_have_set_it_up_pass_after_showing_it(self, guarded: Flask, client: Any) -> None:
        user = make.user((Role.officer, make.authority()))
        client.sign_in(user, second_factor=False)
        client.post("/konto/tvasteg/borja")
        client.post("/konto/tvasteg", data={"code": code(secret=fresh(user).totp_secret or "")})
        assert client.get("/konto").status_code == 200

    def test_an_old_device_that_never_showed_it_signs_in_again(self, guarded: Flask, client: Any) -> None:
        user = make.user((Role.officer, make.authority()), totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO)
        client.sign_in(user, second_factor=False)
        assert client.get("/konto").location == "/logga-in"

    def test_members_of_organisations_need_none(self, guarded: Flask, client: Any) -> None:
        client.sign_in(make.user((Role.administrator, make.organisation())), second_factor=False)
        assert client.get("/konto").status_code == 200
