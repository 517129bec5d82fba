"""Signing in, out and up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from sakrad.accounts import passwords
from sakrad.accounts.models import Device, Role, User
from sakrad.accounts.routes.public import local_path
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from tests import factories as make
from tests.factories.directory import fresh
from tests.factories.people import SECRET, code, credentials
from tests.policing import BASE_URL


def sign_in(client: Any, email: str, password: str = make.PASSWORD, path: str = "/logga-in") -> Any:
    return client.post(path, data={"email": email, "password": password})


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/konto").status_code == 200)


class TestSignIn:
    def test_the_right_password_opens_the_account(self, client: Any) -> None:
        user = make.user()
        answer = sign_in(client, " " + user.email.upper() + " ")
        assert answer.status_code == 303 and answer.location == "/konto"
        assert user.name in client.get("/konto").text

    def test_it_asks_for_both(self, client: Any) -> None:
        assert client.get("/logga-in").status_code == 200
        answer = sign_in(client, "någon", "")
        assert answer.status_code == 422 and 'value="någon"' in answer.text

    @pytest.mark.parametrize(
        ("target", "expected"),
        [
            pytest.param("/sakrad?q=v%C3%A5ld", "/sakrad?q=v%C3%A5ld", id="a path"),
            pytest.param("https://ond.example/", None, id="another site"),
            pytest.param("//ond.example/", None, id="another site without scheme"),
            pytest.param("/\\ond.example", None, id="a backslash"),
            pytest.param("\\\\ond.example", None, id="two backslashes"),
            pytest.param("/\t/ond.example", None, id="a tab that browsers drop"),
            pytest.param(" //ond.example", None, id="a space before"),
            pytest.param("javascript:alert(1)", None, id="a script"),
            pytest.param("sakrad", None, id="a relative path"),
            pytest.param("", None, id="nothing"),
            pytest.param(None, None, id="not given"),
        ],
    )
    def test_one_goes_on_to_a_local_path_only(self, target: str | None, expected: str | None) -> None:
        assert local_path(target) == expected

    def test_one_goes_where_one_was_heading(self, client: Any) -> None:
        user = make.user()
        assert sign_in(client, user.email, path="/logga-in?next=/forening/ny").location == "/forening/ny"
        assert sign_in(client, user.email, path="/logga-in?next=//ond.example").location == "/konto"

    def test_the_address_to_go_on_to_survives_a_wrong_password(self, client: Any) -> None:
        assert "/logga-in?next=/forening/ny" in sign_in(client, "x@prova.example", path="/logga-in?next=/forening/ny").text

    def test_the_only_hat_is_put_on_at_once(self, client: Any) -> None:
        organisation = make.organisation()
        user = make.user((Role.writer, organisation))
        assert sign_in(client, user.email).location == f"/forening/{organisation.slug}"

    def test_with_two_hats_one_chooses(self, client: Any) -> None:
        user = make.user((Role.writer, make.organisation()), (Role.coordinator, make.municipality()))
        assert sign_in(client, user.email).location == "/konto"

    def test_an_outdated_hash_is_renewed(self, client: Any) -> None:
        old = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(make.PASSWORD)
        user = make.user(password_hash=old)
        sign_in(client, user.email)
        assert not passwords.wants_rehash(fresh(user).password_hash)

    def test_a_fresh_cookie_replaces_the_old(self, client: Any) -> None:
        with client.session_transaction(base_url=BASE_URL) as session:
            session["planted"] = "by somebody else"
        sign_in(client, make.user().email)
        with client.session_transaction(base_url=BASE_URL) as session:
            assert "planted" not in session

    def test_a_device_ends(self, client: Any) -> None:
        sign_in(client, make.user().email)
        with transaction():
            db.session.execute(sa.update(Device).values(expires_at=clock.now() - timedelta(seconds=1)))
        assert not is_signed_in(client)


class TestSecondFactor:
    @pytest.fixture
    def user(self, app: Any) -> User:
        return make.user(totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO)

    def test_the_password_alone_opens_nothing(self, user: User, client: Any) -> None:
        answer = sign_in(client, user.email, path="/logga-in?next=/forening/ny")
        assert answer.location == "/logga-in/kod?next=/forening/ny"
        assert not is_signed_in(client)

    def test_password_and_code_open_the_account(self, user: User, client: Any) -> None:
        sign_in(client, user.email)
        assert client.get("/logga-in/kod").status_code == 200
        answer = client.post("/logga-in/kod?next=/forening/ny", data={"code": code()})
        assert answer.location == "/forening/ny" and is_signed_in(client)
        assert db.session.scalars(sa.select(Device.second_factor_at)).one() is not None

    def test_a_wrong_code_is_422(self, user: User, client: Any) -> None:
        sign_in(client, user.email)
        answer = client.post("/logga-in/kod", data={"code": code(steps=5)})
        assert answer.status_code == 422 and "Koden stämmer inte" in answer.text
        assert not is_signed_in(client)

    def test_a_code_works_once(self, user: User, browse: Any) -> None:
        used = code()
        for expected in (303, 422):
            client = browse()
            sign_in(client, user.email)
            assert client.post("/logga-in/kod", data={"code": used}).status_code == expected

    def test_the_code_page_without_a_password_leads_back(self, client: Any) -> None:
        assert client.get("/logga-in/kod").location == "/logga-in"
        assert client.post("/logga-in/kod", data={"code": code()}).location == "/logga-in"

    def test_ten_minutes_later_the_password_is_asked_for_again(self, user: User, client: Any) -> None:
        sign_in(client, user.email)
        with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
            assert client.post("/logga-in/kod", data={"code": code()}).location == "/logga-in"

    def test_a_password_changed_meanwhile_is_asked_for_again(self, user: User, client: Any) -> None:
        sign_in(client, user.email)
        with transaction():
            db.session.execute(sa.update(User).values(password_hash="annan"))
        assert client.post("/logga-in/kod", data={"code": code()}).location == "/logga-in"


class TestSignOut:
    def test_the_device_is_revoked_and_the_browser_forgets(self, client: Any) -> None:
        sign_in(client, make.user().email)
        with client.session_transaction(base_url=BASE_URL) as session:
            kept = dict(session)
        answer = client.post("/logga-ut")
        assert answer.status_code == 303 and answer.headers["Clear-Site-Data"] == '"storage"'
        assert not is_signed_in(client)
        with client.session_transaction(base_url=BASE_URL) as session:
            session.update(kept)  # a copied cookie
        assert not is_signed_in(client)

    def test_it_is_harmless_without_an_account(self, client: Any) -> None:
        assert client.post("/logga-ut").status_code == 303

    def test_a_get_does_not_sign_out(self, client: Any) -> None:
        sign_in(client, make.user().email)
        assert client.get("/logga-ut").status_code == 405
        assert is_signed_in(client)


class TestSignUp:
    def test_a_new_account_waits_for_its_mail(self, client: Any) -> None:
        assert client.get("/konto/skapa").status_code == 200
        answer = client.post("/konto/skapa", data=credentials("Ny@prova.example"))
        assert answer.location == "/konto/skapa/skickat"
        assert client.get(answer.location).status_code == 200
        assert sign_in(client, "ny@prova.example", credentials()["password"]).status_code == 422
        assert list(db.session.scalars(sa.select(Event.name))) == ["user_registered"]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            pytest.param({"email": "ny"}, "Skriv en e-postadress", id="no address"),
            pytest.param({"name": " "}, "Fyll i det här fältet", id="no name"),
            pytest.param({"password": "kort"}, "minst 10", id="too short a password"),
            pytest.param({"password": "x" * 201}, "högst 200", id="too long a password"),
        ],
    )
    def test_a_faulty_form_makes_no_account_and_keeps_the_words(self, client: Any, change: dict[str, str], said: str) -> None:
        answer = client.post("/konto/skapa", data=credentials("ny@prova.example") | change)
        assert answer.status_code == 422 and said in answer.text
        assert "Ny Person" in answer.text or "name" in change
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0


class TestAccount:
    def test_it_shows_the_hats_with_their_links(self, browse: Any) -> None:
        organisation, municipality = make.organisation(name="Jouren"), make.municipality()
        user = make.user((Role.writer, organisation), (Role.officer, make.authority(municipality)), Role.operator)
        page = browse(user).get("/konto").text
        for address in (f"/forening/{organisation.slug}", f"/handlaggning/{municipality.slug}", "/drift"):
            assert f'href="{address}"' in page

    def test_it_is_empty_without_hats(self, browse: Any) -> None:
        assert "inte för någon organisation" in browse(make.user()).get("/konto").text

    def test_a_stranger_signs_in_first(self, client: Any) -> None:
        assert client.get("/konto").location == "/logga-in?next=/konto"


def test_totp_in_tests_is_the_products() -> None:
    assert pyotp.TOTP(SECRET).now() == code()
