"""A municipality's people, and the operator's coordinators."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts import commands
from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import Authority, Municipality
from tests import factories as make


@pytest.fixture
def municipality(app: Any) -> Municipality:
    return make.municipality()


@pytest.fixture
def authority(municipality: Municipality) -> Authority:
    return make.authority(municipality)


@pytest.fixture
def officer(authority: Authority) -> User:
    return make.user((Role.officer, authority))


@pytest.fixture
def coordinator(municipality: Municipality) -> User:
    return make.user((Role.coordinator, municipality))


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def reference_of(user: User) -> str:
    return db.session.scalars(sa.select(Membership.reference).where(Membership.user_id == user.id)).one()


def invitations() -> list[tuple[str, str, bool]]:
    i = JoinInvitation
    return [(email, role.value, at is not None) for email, role, at in db.session.execute(sa.select(i.email, i.role, i.authority_id))]


class TestSettings:
    def test_the_page_shows_authorities_functions_councils_and_people(
        self, municipality: Municipality, authority: Authority, officer: User, coordinator: User, browse: Any
    ) -> None:
        function = make.function(authority, holder="Karin Chef")
        page = browse(coordinator).get(f"/handlaggning/{municipality.slug}/installningar").text
        for words in (authority.name, function.title, "Karin Chef", officer.email, coordinator.email, municipality.mailbox):
            assert words in page

    @pytest.mark.parametrize(
        ("role", "place"),
        [
            pytest.param("officer", "authority", id="officer"),
            pytest.param("registrar", "authority", id="registrar"),
            pytest.param("coordinator", "", id="coordinator"),
        ],
    )
    def test_staff_are_invited(
        self, municipality: Municipality, authority: Authority, coordinator: User, browse: Any, role: str, place: str
    ) -> None:
        browser, path = browse(coordinator), f"/handlaggning/{municipality.slug}/installningar/bjud-in"
        assert browser.get(path).status_code == 200
        data = {"email": "ny@prova.example", "role": role, "authority": authority.slug if place else ""}
        assert browser.post(path, data=data).status_code == 303
        assert invitations() == [("ny@prova.example", role, bool(place))]
        assert "ny@prova.example" in browser.get(f"/handlaggning/{municipality.slug}/installningar").text
        assert events() == ["member_invited"]

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"authority": ""}, id="an officer without authority"),
            pytest.param({"authority": "annans-namnd"}, id="another municipality's authority"),
            pytest.param({"role": "operator"}, id="a role that is not the municipality's to give"),
            pytest.param({"role": "writer"}, id="an organisation's role"),
            pytest.param({"email": "ny"}, id="no address"),
        ],
    )
    def test_a_faulty_invitation_is_not_sent(
        self, municipality: Municipality, authority: Authority, coordinator: User, browse: Any, change: dict[str, str]
    ) -> None:
        make.authority(slug="annans-namnd")
        data = {"email": "ny@prova.example", "role": "officer", "authority": authority.slug} | change
        answer = browse(coordinator).post(f"/handlaggning/{municipality.slug}/installningar/bjud-in", data=data)
        assert answer.status_code == 422 and data["email"] in answer.text
        assert invitations() == [] and events() == []

    def test_a_role_ends_and_an_invitation_is_withdrawn(
        self, municipality: Municipality, authority: Authority, officer: User, coordinator: User, browse: Any
    ) -> None:
        with transaction():
            invitation = commands.invite_member("ny@prova.example", Role.registrar, authority, actor=None, at=clock.now())
        browser, base = browse(coordinator), f"/handlaggning/{municipality.slug}/installningar"
        assert browser.post(f"{base}/roller/{reference_of(officer)}/avsluta").status_code == 303
        assert browser.post(f"{base}/inbjudningar/{invitation.reference}/dra-tillbaka").status_code == 303
        page = browser.get(base).text
        assert officer.email not in page and "ny@prova.example" not in page
        assert events() == ["member_invited", "member_left", "member_uninvited"]

    def test_the_last_coordinator_stays(self, municipality: Municipality, coordinator: User, browse: Any) -> None:
        answer = browse(coordinator).post(f"/handlaggning/{municipality.slug}/installningar/roller/{reference_of(coordinator)}/avsluta")
        assert answer.status_code == 409 and "Bjud in en annan samordnare" in answer.text

    def test_everybody_else_is_refused(
        self, municipality: Municipality, authority: Authority, officer: User, coordinator: User, browse: Any
    ) -> None:
        with transaction():
            invitation = commands.invite_member("ny@prova.example", Role.registrar, authority, actor=None, at=clock.now())
        other = make.municipality()
        reference = reference_of(officer)
        for person in (officer, make.user((Role.coordinator, other)), make.user((Role.administrator, make.organisation())), make.user()):
            browser = browse(person)
            for kommun in (municipality.slug, other.slug):
                base = f"/handlaggning/{kommun}/installningar"
                assert browser.post(f"{base}/roller/{reference}/avsluta").status_code == 404
                assert browser.post(f"{base}/inbjudningar/{invitation.reference}/dra-tillbaka").status_code == 404
            assert browser.get(f"/handlaggning/{municipality.slug}/installningar").status_code == 404
            assert browser.get(f"/handlaggning/{municipality.slug}/installningar/bjud-in").status_code == 404
            data = {"email": "x@prova.example", "role": "officer", "authority": authority.slug}
            assert browser.post(f"/handlaggning/{municipality.slug}/installningar/bjud-in", data=data).status_code == 404
        assert "/logga-in" in browse().get(f"/handlaggning/{municipality.slug}/installningar").location
        assert events() == ["member_invited"]


class TestCoordinators:
    def test_the_operator_invites_the_first(self, municipality: Municipality, browse: Any) -> None:
        browser, path = browse(make.user(Role.operator)), f"/drift/kommuner/{municipality.slug}/samordnare"
        assert "Ingen samordnare" in browser.get(path).text
        assert browser.post(path, data={"email": "x"}).status_code == 422
        assert browser.post(path, data={"email": "ny@prova.example"}).status_code == 303
        assert "ny@prova.example" in browser.get(path).text
        assert invitations() == [("ny@prova.example", "coordinator", False)]

    def test_the_operator_ends_a_coordinators_role_and_no_other(
        self, municipality: Municipality, officer: User, coordinator: User, browse: Any
    ) -> None:
        make.user((Role.coordinator, municipality))
        browser, base = browse(make.user(Role.operator)), f"/drift/kommuner/{municipality.slug}/samordnare"
        assert browser.post(f"{base}/{reference_of(officer)}/avsluta").status_code == 404
        assert browser.post(f"{base}/{reference_of(coordinator)}/avsluta").status_code == 303
        assert events() == ["member_left"]

    def test_nobody_else_reaches_it(self, municipality: Municipality, coordinator: User, browse: Any) -> None:
        path = f"/drift/kommuner/{municipality.slug}/samordnare"
        assert browse(coordinator).get(path).status_code == 404
        assert browse(coordinator).post(path, data={"email": "x@prova.example"}).status_code == 404
        assert browse(coordinator).post(f"{path}/{reference_of(coordinator)}/avsluta").status_code == 404
        assert "/logga-in" in browse().get(path).location
