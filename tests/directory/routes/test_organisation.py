"""The organisation's profile."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from tests import factories as make
from tests.factories.directory import fresh

VALUES = {"name": "Nya namnet", "kind": "network", "org_number": "802002-8711", "email": "ny@jouren.example", "municipality": ""}
WORDS = {"voice_bearer": "y", "description": "Vi finns.", "added_value": "Tid."}


@pytest.fixture
def organisation(app: Any) -> Organisation:
    return make.organisation(municipality_id=make.municipality().id)


def url(organisation: Organisation) -> str:
    return f"/forening/{organisation.slug}/profil"


def test_an_administrator_changes_the_profile(organisation: Organisation, browse: Any) -> None:
    browser, group, subject = browse(make.user((Role.administrator, organisation))), make.group(), make.subject()
    place = {"subjects": [subject.slug], "area": "Norrby", "postal_address": "Box 1\r\n123 45 Åby"}
    page = browser.get(url(organisation))
    assert page.status_code == 200 and organisation.email in page.text
    answer = browser.post(url(organisation), data=VALUES | WORDS | place | {"groups": [group.slug]})
    assert answer.status_code == 303
    organisation = fresh(organisation)
    assert (organisation.name, organisation.org_number, organisation.municipality_id) == ("Nya namnet", "802002-8711", None)
    assert (organisation.voice_bearer, organisation.provider) == (True, False)
    assert [found.slug for found in organisation.groups] == [group.slug]
    assert [found.slug for found in organisation.subjects] == [subject.slug]
    assert (organisation.area, organisation.postal_address) == ("Norrby", "Box 1\n123 45 Åby")
    assert list(db.session.scalars(sa.select(Event.name))) == ["organisation_changed"]


@pytest.mark.parametrize("role", [Role.writer, Role.approver])
def test_other_members_read_it_and_change_nothing(organisation: Organisation, browse: Any, role: Role) -> None:
    browser = browse(make.user((role, organisation)))
    assert "administratör" in browser.get(url(organisation)).text
    assert browser.post(url(organisation), data=VALUES | WORDS).status_code == 404


def test_another_organisation_and_the_municipality_are_refused(organisation: Organisation, browse: Any) -> None:
    for person in (
        make.user((Role.administrator, make.organisation())),
        make.user((Role.coordinator, organisation.municipality)),
        make.user(Role.operator),
    ):
        assert browse(person).get(url(organisation)).status_code == 404
        assert browse(person).post(url(organisation), data=VALUES | WORDS).status_code == 404


def test_the_public_is_sent_to_sign_in(organisation: Organisation, client: Any) -> None:
    for answer in (client.get(url(organisation)), client.post(url(organisation), data=VALUES | WORDS)):
        assert answer.status_code == 303 and "/logga-in" in answer.location


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"name": ""}, "Fyll i det här fältet", id="no name"),
        pytest.param({"email": "jouren"}, "Skriv en e-postadress", id="no address"),
        pytest.param({"org_number": "802002-8712"}, "inget organisationsnummer", id="a false number"),
        pytest.param({"org_number": "811228-9874"}, "inget organisationsnummer", id="a person's number"),
        pytest.param({"voice_bearer": ""}, "minst en roll", id="no role"),
        pytest.param({"protected": "y", "area": "Norrby"}, "varken område eller postadress", id="protected, with an area"),
        pytest.param({"protected": "y", "postal_address": "Box 1"}, "varken område eller postadress", id="protected, with an address"),
        pytest.param({"description": "x" * 2001}, "högst 2\u00a0000 tecken", id="too long"),
    ],
)
def test_an_invalid_profile_changes_nothing_and_keeps_every_word(
    organisation: Organisation, browse: Any, change: dict[str, str], said: str
) -> None:
    before = organisation.name
    data = {key: value for key, value in (VALUES | WORDS | change).items() if value or key != "voice_bearer"}
    answer = browse(make.user((Role.administrator, organisation))).post(url(organisation), data=data)
    assert answer.status_code == 422
    assert said in answer.text and "Tid." in answer.text
    organisation = fresh(organisation)
    assert organisation.name == before
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0


def test_a_number_that_another_has_is_said_beside_the_field(organisation: Organisation, browse: Any) -> None:
    make.organisation(org_number="802002-8711")
    answer = browse(make.user((Role.administrator, organisation))).post(url(organisation), data=VALUES | WORDS)
    assert answer.status_code == 422 and "En annan organisation" in answer.text
