"""An organisation's members, and how it begins."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts import commands
from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from tests import factories as make
from tests.factories.directory import fresh

REGISTER = {
    "name": "Byalaget",
    "kind": "association",
    "org_number": "",
    "email": "bya@laget.example",
    "municipality": "",
    "voice_bearer": "y",
}


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def role_of(user: User, organisation: Organisation) -> Membership:
    return db.session.scalars(
        sa.select(Membership).where(Membership.user_id == user.id, Membership.organisation_id == organisation.id)
    ).one()


class TestRegister:
    def test_who_registers_becomes_administrator(self, browse: Any) -> None:
        municipality = make.municipality()
        browser = browse(make.user())
        assert browser.get("/forening/ny").status_code == 200
        answer = browser.post("/forening/ny", data=REGISTER | {"municipality": municipality.slug})
        assert answer.location == "/forening/byalaget/profil"
        assert browser.get(answer.location).status_code == 200
        made = db.session.scalars(sa.select(Organisation)).one()
        assert made.municipality_id == municipality.id
        assert events() == ["organisation_registered", "member_joined"]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            pytest.param({"name": ""}, "Fyll i", id="no name"),
            pytest.param({"org_number": "811228-9874"}, "inget organisationsnummer", id="a person's number"),
            pytest.param({"municipality": "finns-inte"}, "Not a valid choice|Inte ett giltigt", id="an unknown municipality"),
        ],
    )
    def test_a_faulty_form_registers_nothing_and_keeps_the_words(self, browse: Any, change: dict[str, str], said: str) -> None:
        answer = browse(make.user()).post("/forening/ny", data=REGISTER | change)
        assert answer.status_code == 422 and "bya@laget.example" in answer.text
        assert any(words in answer.text for words in said.split("|")) or "municipality" in change
        assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0 and events() == []

    def test_a_stranger_signs_in_first(self, client: Any) -> None:
        assert client.post("/forening/ny", data=REGISTER).location == "/logga-in?next=/forening/ny"

    def test_an_organisation_registered_for_me_is_offered_and_taken(self, browse: Any) -> None:
        user = make.user()
        organisation = make.organisation(email=user.email)
        browser = browse(user)
        assert organisation.name in browser.get("/forening/ny").text and organisation.name in browser.get("/konto").text
        assert browser.post(f"/forening/ny/{organisation.slug}").location == f"/forening/{organisation.slug}/profil"
        assert fresh(user).has(Role.administrator, organisation_id=organisation.id)
        assert browser.post(f"/forening/ny/{organisation.slug}").status_code == 409

    def test_nobody_takes_an_organisation_with_another_address(self, browse: Any) -> None:
        organisation = make.organisation()
        assert browse(make.user()).post(f"/forening/ny/{organisation.slug}").status_code == 404
        assert browse(make.user()).post("/forening/ny/finns-inte").status_code == 404
        assert "/logga-in" in browse().post(f"/forening/ny/{organisation.slug}").location


@pytest.fixture
def organisation(app: Any) -> Organisation:
    return make.organisation()


@pytest.fixture
def administrator(organisation: Organisation) -> User:
    return make.user((Role.administrator, organisation), name="Adma Administratör")


@pytest.fixture
def writer(organisation: Organisation) -> User:
    return make.user((Role.writer, organisation), name="Skrolle Skribent")


def paths(organisation: Organisation, writer: User) -> list[tuple[str, dict[str, str]]]:
    """Every POST of the page, with something right to send."""
    with transaction():
        invitation = commands.invite_member("ny@prova.example", Role.writer, organisation, actor=None, at=clock.now())
    base, reference = f"/forening/{organisation.slug}", role_of(writer, organisation).reference
    return [
        (f"{base}/medlemmar", {"email": "annan@prova.example", "role": "approver"}),
        (f"{base}/medlemmar/{reference}/roll", {"role": "approver"}),
        (f"{base}/medlemmar/inbjudningar/{invitation.reference}/dra-tillbaka", {}),
        (f"{base}/medlemmar/{reference}/avsluta", {}),
    ]


class TestMembers:
    def test_the_administrator_does_it_all_and_each_leaves_its_event(
        self, organisation: Organisation, administrator: User, writer: User, browse: Any
    ) -> None:
        todo = paths(organisation, writer)
        browser = browse(administrator)
        page = browser.get(f"/forening/{organisation.slug}/medlemmar").text
        assert writer.email in page and "ny@prova.example" in page
        assert "Bara du är administratör" in page
        for path, data in todo:
            assert browser.post(path, data=data).status_code == 303, path
        assert events() == ["member_invited", "member_invited", "member_joined", "member_uninvited", "member_left"]

    def test_other_members_read_names_and_do_nothing(
        self, organisation: Organisation, administrator: User, writer: User, browse: Any
    ) -> None:
        todo = paths(organisation, writer)
        browser = browse(writer)
        page = browser.get(f"/forening/{organisation.slug}/medlemmar").text
        assert administrator.name in page and administrator.email not in page and "ny@prova.example" not in page
        for path, data in todo:
            assert browser.post(path, data=data).status_code == 404, path
        assert events() == ["member_invited"]

    def test_others_are_refused(self, organisation: Organisation, administrator: User, writer: User, browse: Any) -> None:
        todo = paths(organisation, writer)
        other = make.organisation()
        for person in (
            make.user((Role.administrator, other)),
            make.user((Role.coordinator, make.municipality())),
            make.user(Role.operator),
        ):
            browser = browse(person)
            assert browser.get(f"/forening/{organisation.slug}/medlemmar").status_code == 404
            for path, data in todo:
                assert browser.post(path, data=data).status_code == 404, path
                assert browser.post(path.replace(organisation.slug, other.slug), data=data).status_code in (404, 303)
        assert "/logga-in" in browse().post(todo[0][0], data=todo[0][1]).location
        assert fresh(role_of(writer, organisation)).ended_at is None

    def test_a_role_of_another_organisation_is_not_reached_through_ones_own(
        self, organisation: Organisation, writer: User, browse: Any
    ) -> None:
        other = make.organisation()
        browser = browse(make.user((Role.administrator, other)))
        reference = role_of(writer, organisation).reference
        assert browser.post(f"/forening/{other.slug}/medlemmar/{reference}/avsluta").status_code == 404

    def test_the_last_administrator_is_told_why(self, organisation: Organisation, administrator: User, browse: Any) -> None:
        browser = browse(administrator)
        reference = role_of(administrator, organisation).reference
        for path in (f"/forening/{organisation.slug}/medlemmar/{reference}/avsluta", f"/forening/{organisation.slug}/lamna"):
            answer = browser.post(path)
            assert answer.status_code == 409 and "Gör en annan till administratör" in answer.text
        assert events() == []

    def test_a_member_leaves(self, organisation: Organisation, administrator: User, writer: User, browse: Any) -> None:
        browser = browse(writer)
        assert browser.post(f"/forening/{organisation.slug}/lamna").location == "/konto"
        assert browser.get(f"/forening/{organisation.slug}/medlemmar").status_code == 404

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            pytest.param({"email": "ny", "role": "writer"}, "Skriv en e-postadress", id="no address"),
            pytest.param({"email": "ny@prova.example"}, "Välj en roll", id="no role"),
            pytest.param({"email": "ny@prova.example", "role": "operator"}, "ny@prova.example", id="a role from elsewhere"),
            pytest.param({"email": "ny@prova.example", "role": "officer"}, "ny@prova.example", id="a role at a municipality"),
        ],
    )
    def test_a_faulty_invitation_is_not_sent(
        self, organisation: Organisation, administrator: User, browse: Any, data: dict[str, str], said: str
    ) -> None:
        answer = browse(administrator).post(f"/forening/{organisation.slug}/medlemmar", data=data)
        assert answer.status_code == 422 and said in answer.text
        assert db.session.scalar(sa.select(sa.func.count(JoinInvitation.id))) == 0

    def test_nobody_is_invited_to_what_they_hold(self, organisation: Organisation, administrator: User, writer: User, browse: Any) -> None:
        answer = browse(administrator).post(f"/forening/{organisation.slug}/medlemmar", data={"email": writer.email, "role": "writer"})
        assert answer.status_code == 422 and "har redan den rollen" in answer.text

    def test_a_role_from_elsewhere_is_not_given(self, organisation: Organisation, administrator: User, writer: User, browse: Any) -> None:
        path = f"/forening/{organisation.slug}/medlemmar/{role_of(writer, organisation).reference}/roll"
        for role in ("operator", "coordinator", "officer", ""):
            assert browse(administrator).post(path, data={"role": role}).status_code == 422
        assert events() == []
