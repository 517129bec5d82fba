"""The mailed links: shown by GET, used by POST."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts import commands, links
from sakrad.accounts.models import JoinInvitation, Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from tests import factories as make
from tests.factories.directory import fresh

NEW = "ett alldeles nytt lösenord"


def invite(scope: Any = None, role: Role = Role.writer, email: str = "ny@prova.example") -> JoinInvitation:
    scope = scope or make.organisation()
    with transaction():
        return commands.invite_member(email, role, scope, actor=None, at=clock.now())


@pytest.mark.parametrize("path", ["bekrafta", "nytt-losenord", "anslut"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_false_link_says_so_and_leads_on(client: Any, path: str, method: str) -> None:
    answer = getattr(client, method)(f"/konto/{path}/en-falsk-nyckel")
    assert answer.status_code == 404 and "gäller inte längre" in answer.text


class TestConfirm:
    def test_looking_confirms_nothing_since_mail_scanners_look(self, client: Any) -> None:
        user = make.user(confirmed_at=None)
        page = client.get(f"/konto/bekrafta/{links.confirm_token(user)}")
        assert page.status_code == 200 and user.email in page.text
        assert fresh(user).confirmed_at is None

    def test_pressing_confirms_once_and_then_one_signs_in_oneself(self, client: Any) -> None:
        user = make.user(confirmed_at=None)
        path = f"/konto/bekrafta/{links.confirm_token(user)}"
        answer = client.post(path, data={"password": make.PASSWORD})
        assert answer.location == "/logga-in"
        assert "bekräftad" in client.get("/logga-in").text
        assert fresh(user).confirmed_at is not None
        assert client.get("/konto").status_code == 303, "whoever made the account knows its password, the mailbox's owner may not"
        assert client.post(path, data={"password": make.PASSWORD}).status_code == 404

    def test_nobody_confirms_a_password_that_somebody_else_chose(self, client: Any) -> None:
        """Whoever signs up with another's address must not get an account by that person's press of the button."""
        user = make.user(confirmed_at=None)
        path = f"/konto/bekrafta/{links.confirm_token(user)}"
        for typed in ("", "mitt-eget-losenord"):
            assert client.post(path, data={"password": typed}).status_code == 422
        assert fresh(user).confirmed_at is None


class TestReset:
    def test_a_new_password_by_link(self, client: Any) -> None:
        user = make.user()
        path = f"/konto/nytt-losenord/{links.reset_token(user)}"
        assert client.get(path).status_code == 200
        assert client.post(path, data={"password": "kort"}).status_code == 422
        assert client.post(path, data={"password": NEW}).location == "/logga-in"
        assert client.post(path, data={"password": NEW}).status_code == 404
        assert client.post("/logga-in", data={"email": user.email, "password": make.PASSWORD}).status_code == 422
        assert client.post("/logga-in", data={"email": user.email, "password": NEW}).status_code == 303

    def test_whoever_was_signed_in_is_signed_out(self, browse: Any) -> None:
        user = make.user()
        thief = browse(user)
        browse().post(f"/konto/nytt-losenord/{links.reset_token(user)}", data={"password": NEW})
        assert thief.get("/konto").status_code == 303

    def test_the_second_factor_stays(self, client: Any) -> None:
        user = make.user(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", totp_confirmed_at=make.LONG_AGO)
        client.post(f"/konto/nytt-losenord/{links.reset_token(user)}", data={"password": NEW})
        assert client.post("/logga-in", data={"email": user.email, "password": NEW}).location == "/logga-in/kod"


class TestJoin:
    def test_somebody_new_gets_account_and_role_there_and_then(self, client: Any) -> None:
        invitation = invite()
        path = f"/konto/anslut/{links.join_token(invitation)}"
        assert "Välj namn och lösenord" in client.get(path).text
        assert client.post(path, data={"name": "Ny", "password": "kort"}).status_code == 422
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0
        assert client.post(path, data={"name": "Ny", "password": NEW}).location.startswith("/forening/"), "where what was written waits"
        assert "Skribent" in client.get("/konto").text
        assert client.get(path).status_code == 404

    def test_somebody_known_signs_in_first_and_then_accepts(self, client: Any) -> None:
        user = make.user(email="ny@prova.example")
        path = f"/konto/anslut/{links.join_token(invite(make.authority(), Role.officer))}"
        page = client.get(path)
        assert f"/logga-in?next={path}" in page.text and 'name="password"' not in page.text
        assert client.post(path, data={"name": "Tjuv", "password": NEW}).status_code == 422
        client.sign_in(fresh(user))
        assert "Tacka ja" in client.get(path).text
        assert client.post(path).location == "/konto"
        assert "Handläggare" in client.get("/konto").text
        assert list(db.session.scalars(sa.select(Event.name))) == ["member_invited", "member_joined"]

    def test_somebody_else_who_is_signed_in_cannot_accept(self, browse: Any) -> None:
        path = f"/konto/anslut/{links.join_token(invite())}"
        stranger = browse(make.user())
        assert "en annan adress" in stranger.get(path).text
        assert stranger.post(path, data={"name": "Tjuv", "password": NEW}).status_code == 422
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1

    def test_an_invitation_waits_on_the_account_page(self, browse: Any) -> None:
        invitation = invite()
        page = browse(make.user(email="ny@prova.example")).get("/konto").text
        assert f"/konto/anslut/{links.join_token(invitation)}" in page
        assert "/konto/anslut/" not in browse(make.user()).get("/konto").text
