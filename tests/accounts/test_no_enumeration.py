"""Nothing tells a stranger whether an address has an account: same status, same page, same amount of work."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from sakrad.accounts import passwords
from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from tests import factories as make
from tests.factories.people import SECRET, credentials

TOKEN = re.compile(r'name="csrf_token"[^>]*>')


def known() -> str:
    return make.user().email


def waiting() -> str:
    return make.user(confirmed_at=None).email


def unknown() -> str:
    return "ingen.alls@prova.example"


def seen(answer: Any, email: str) -> tuple[int, str | None, str]:
    """What a stranger sees, without the address that they typed themselves and the token of the form."""
    return answer.status_code, answer.location, TOKEN.sub("", answer.text.replace(email, "…"))


@pytest.mark.parametrize("whose", [known, waiting, unknown])
def test_a_wrong_password_looks_the_same_for_everybody(browse: Any, whose: Callable[[], str]) -> None:
    email = whose()
    answer = browse().post("/logga-in", data={"email": email, "password": "fel lösenord"})
    reference = browse().post("/logga-in", data={"email": "annan@prova.example", "password": "fel lösenord"})
    assert seen(answer, email) == seen(reference, "annan@prova.example")
    assert answer.status_code == 422


def test_the_right_password_of_an_unconfirmed_account_looks_like_a_wrong_one(browse: Any) -> None:
    email = waiting()
    right = browse().post("/logga-in", data={"email": email, "password": make.PASSWORD})
    wrong = browse().post("/logga-in", data={"email": email, "password": "fel lösenord"})
    assert seen(right, email) == seen(wrong, email)


def test_a_wrong_password_does_not_tell_who_has_a_second_factor(browse: Any) -> None:
    email = make.user(totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO).email
    answer = browse().post("/logga-in", data={"email": email, "password": "fel lösenord"})
    assert answer.status_code == 422 and "kod" not in TOKEN.sub("", answer.text.lower())


@pytest.mark.parametrize("path", ["/konto/skapa", "/konto/glomt"])
def test_signing_up_and_asking_for_a_password_answer_alike(browse: Any, path: str) -> None:
    answers = []
    for whose in (known, waiting, unknown):
        email = whose()
        browser = browse()
        answer = browser.post(path, data=credentials(email))
        answers.append((seen(answer, email), seen(browser.get(answer.location), email)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0][0] == 303


@pytest.mark.parametrize("path", ["/konto/skapa", "/konto/glomt"])
def test_each_leaves_one_event_so_that_the_database_works_as_much(browse: Any, path: str) -> None:
    for number, whose in enumerate((known, waiting, unknown), start=1):
        email = whose()
        browse().post(path, data=credentials(email))
        assert db.session.scalar(sa.select(sa.func.count(Event.id))) == number


@pytest.mark.parametrize("whose", [known, waiting, unknown])
@pytest.mark.parametrize("path", ["/logga-in", "/konto/skapa"])
def test_one_password_is_hashed_known_or_not(browse: Any, monkeypatch: pytest.MonkeyPatch, whose: Callable[[], str], path: str) -> None:
    """By outcome, not by clock: as many hashes are worked out, and the slow part is the hash."""
    email, browser = whose(), browse()
    passwords.matches("x", None)  # makes the stand-in hash of nobody, once per process
    worked: list[str] = []
    hasher = passwords.hasher

    class Counting:
        def hash(self, password: str) -> str:
            worked.append("hash")
            return hasher.hash(password)

        def verify(self, stored: str, password: str) -> bool:
            worked.append("verify")
            return hasher.verify(stored, password)

        def check_needs_rehash(self, stored: str) -> bool:
            return hasher.check_needs_rehash(stored)

    monkeypatch.setattr(passwords, "hasher", Counting())
    browser.post(path, data=credentials(email))
    assert worked == (["verify"] if path == "/logga-in" else ["hash"])


def test_a_sign_up_changes_nothing_for_the_owner_of_the_address(browse: Any) -> None:
    owner = make.user()
    browse().post("/konto/skapa", data=credentials(owner.email))
    answer = browse().post("/logga-in", data={"email": owner.email, "password": credentials()["password"]})
    assert answer.status_code == 422
    assert browse().post("/logga-in", data={"email": owner.email, "password": make.PASSWORD}).status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the counter itself is tried on both in tests/core
class TestRateLimits:
    """Guessing is counted per account, known or not, and also when the token of the form is missing."""

    def guess(self, client: Any, email: str, **options: Any) -> int:
        return int(client.post("/logga-in", data={"email": email, "password": "fel lösenord"}, **options).status_code)

    @pytest.mark.parametrize("whose", [known, unknown])
    def test_an_account_takes_ten_guesses_in_a_quarter_of_an_hour(self, counting: Any, whose: Callable[[], str]) -> None:
        email = whose()
        with time_machine.travel("2027-05-01 12:00:00+00:00", tick=False) as traveller:
            client = counting()
            assert [self.guess(client, email) for _guess in range(11)] == [422] * 10 + [429]
            assert self.guess(client, email.upper()) == 429, "however it is written"
            assert self.guess(client, "annan@prova.example") == 422, "others are let in"
            traveller.shift(15 * 60)
            assert self.guess(client, email) == 422

    def test_the_right_password_does_not_help_after_that(self, counting: Any) -> None:
        email, client = known(), counting()
        for _guess in range(10):
            self.guess(client, email)
        assert client.post("/logga-in", data={"email": email, "password": make.PASSWORD}).status_code == 429

    def test_a_guess_without_the_forms_token_is_counted_too(self, counting: Any) -> None:
        email, client = known(), counting()
        assert [self.guess(client, email, csrf=False) for _guess in range(11)] == [400] * 10 + [429]

    def test_one_machine_tries_a_hundred_accounts_an_hour(self, counting: Any) -> None:
        client = counting()
        with time_machine.travel("2027-05-01 12:00:00+00:00", tick=False):
            results = [self.guess(client, f"nr{n}@prova.example", csrf=False) for n in range(101)]
        assert results == [400] * 100 + [429]

    def test_looking_at_the_page_is_not_counted(self, counting: Any) -> None:
        client = counting()
        assert {client.get("/logga-in").status_code for _look in range(12)} == {200}

    @pytest.mark.parametrize(("path", "times"), [("/konto/skapa", 10), ("/konto/glomt", 5)])
    def test_nobodys_mailbox_is_filled(self, counting: Any, path: str, times: int) -> None:
        client = counting()
        with time_machine.travel("2027-05-01 12:00:00+00:00", tick=False):
            statuses = [client.post(path, data=credentials()).status_code for _time in range(times + 1)]
        assert statuses == [303] * times + [429]

    def test_an_administrator_mails_thirty_strangers_a_day(self, counting: Any) -> None:
        organisation = make.organisation()
        client = counting().sign_in(make.user((Role.administrator, organisation)))
        path = f"/forening/{organisation.slug}/medlemmar"
        with time_machine.travel(clock.now(), tick=False):
            statuses = [client.post(path, data={"email": f"nr{n}@prova.example", "role": "writer"}).status_code for n in range(31)]
        assert statuses == [303] * 30 + [429]

    def test_codes_are_counted_per_person(self, counting: Any) -> None:
        email = make.user(totp_secret=SECRET, totp_confirmed_at=make.LONG_AGO).email
        client = counting()
        with time_machine.travel("2027-05-01 12:00:00+00:00", tick=False):
            assert client.post("/logga-in", data={"email": email, "password": make.PASSWORD}).status_code == 303
            statuses = [client.post("/logga-in/kod", data={"code": "000000"}).status_code for _guess in range(11)]
        assert statuses == [422] * 10 + [429]
