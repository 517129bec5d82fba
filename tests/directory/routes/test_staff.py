"""The coordinator's directory and settings, and the operator's switches."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Authority, Council, Function, Municipality, Organisation, Verification
from tests import factories as make
from tests.factories.directory import fresh


class Place(NamedTuple):
    municipality: Municipality
    authority: Authority
    function: Function
    organisation: Organisation


@pytest.fixture
def place(app: Any) -> Place:
    municipality = make.municipality()
    authority = make.authority(municipality)
    return Place(municipality, authority, make.function(authority), make.organisation(municipality_id=municipality.id))


NEW = {"name": "Byalaget", "kind": "association", "email": "bya@laget.example", "org_number": ""}
FUNCTION = {"title": "Samordnare", "holder": "Karin", "deputy": "Jonas", "email": "s@prova.example", "phone": "0000-00 00 00"}

# The address after the municipality's, what is posted, and the event that it leaves.
WRITES = [
    pytest.param("organisationer/ny", NEW, "organisation_registered", id="register on behalf"),
    pytest.param("organisationer/{organisation.slug}", {"basis": "statutes"}, "organisation_verified", id="verify"),
    pytest.param("installningar/brevlada", {"mailbox": "r@prova.example"}, "municipality_changed", id="mailbox"),
    pytest.param(
        "installningar/namnder/ny", {"name": "Ny", "short": "NY", "mailbox": "n@prova.example"}, "authority_added", id="add authority"
    ),
    pytest.param(
        "installningar/namnder/{authority.slug}", {"name": "Ny", "mailbox": "n@prova.example"}, "authority_changed", id="change authority"
    ),
    pytest.param("installningar/namnder/{authority.slug}/enheter/ny", {"name": "Enheten"}, "unit_added", id="add unit"),
    pytest.param("installningar/enheter/{function.unit.reference}/funktioner/ny", FUNCTION, "function_changed", id="add function"),
    pytest.param("installningar/funktioner/{function.reference}", FUNCTION, "function_changed", id="change function"),
    pytest.param("installningar/rad/ny", {"name": "Pensionärsrådet"}, "council_added", id="add council"),
]


def url(place: Place, path: str, kommun: str | None = None) -> str:
    return f"/handlaggning/{kommun or place.municipality.slug}/" + path.format(**place._asdict())


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


@pytest.mark.parametrize(("path", "data", "event"), WRITES)
def test_the_coordinator_does_it_and_it_leaves_its_event(place: Place, browse: Any, path: str, data: dict[str, str], event: str) -> None:
    browser = browse(make.user((Role.coordinator, place.municipality)))
    assert browser.get(url(place, path)).status_code == 200
    assert browser.post(url(place, path), data=data).status_code == 303
    assert events() == [event]


@pytest.mark.parametrize(("path", "data", "event"), WRITES)
def test_nobody_else_does_it(place: Place, browse: Any, path: str, data: dict[str, str], event: str) -> None:
    other = make.municipality()
    for person in (
        make.user((Role.coordinator, other)),
        make.user((Role.officer, place.authority), (Role.registrar, place.authority)),
        make.user((Role.administrator, place.organisation)),
        make.user(Role.operator),
    ):
        assert browse(person).get(url(place, path)).status_code == 404
        assert browse(person).post(url(place, path), data=data).status_code == 404
    anyone = browse()
    assert "/logga-in" in anyone.post(url(place, path), data=data).location
    assert events() == []


@pytest.mark.parametrize(("path", "data", "event"), [row for row in WRITES if "{" in row.values[0]])
def test_another_municipalitys_things_are_not_found_in_ones_own(
    place: Place, browse: Any, path: str, data: dict[str, str], event: str
) -> None:
    other = make.municipality()
    browser = browse(make.user((Role.coordinator, other)))
    assert browser.post(url(place, path, other.slug), data=data).status_code == 404
    assert events() == []


@pytest.mark.parametrize(("path", "data", "event"), WRITES)
def test_an_empty_form_is_422_and_changes_nothing(place: Place, browse: Any, path: str, data: dict[str, str], event: str) -> None:
    answer = browse(make.user((Role.coordinator, place.municipality))).post(url(place, path), data=dict.fromkeys(data, ""))
    assert answer.status_code == 422
    assert events() == []


def test_what_was_typed_is_still_there_after_a_refusal(place: Place, browse: Any) -> None:
    make.save(Council(municipality_id=place.municipality.id, name="Pensionärsrådet"))
    browser = browse(make.user((Role.coordinator, place.municipality)))
    answer = browser.post(url(place, "installningar/rad/ny"), data={"name": "Pensionärsrådet"})
    assert answer.status_code == 422 and "Det namnet finns redan" in answer.text and 'value="Pensionärsrådet"' in answer.text
    answer = browser.post(url(place, "organisationer/ny"), data=NEW | {"org_number": "123", "name": "Ett långt namn"})
    assert answer.status_code == 422 and "inget organisationsnummer" in answer.text and "Ett långt namn" in answer.text


def test_a_function_keeps_its_title_when_only_its_holder_changes(place: Place, browse: Any) -> None:
    browser = browse(make.user((Role.coordinator, place.municipality)))
    title = place.function.title
    answer = browser.post(url(place, "installningar/funktioner/{function.reference}"), data=FUNCTION | {"title": title})
    assert answer.status_code == 303
    make.save(Function(unit_id=place.function.unit_id, title="Annan"))
    answer = browser.post(url(place, "installningar/funktioner/{function.reference}"), data=FUNCTION | {"title": "Annan"})
    assert answer.status_code == 422


def test_a_coordinator_who_is_a_member_does_not_verify_the_organisation(place: Place, browse: Any) -> None:
    biased = browse(make.user((Role.coordinator, place.municipality), (Role.writer, place.organisation)))
    path = url(place, "organisationer/{organisation.slug}")
    page = biased.get(path).text
    assert "jävig" in page and 'name="basis"' not in page
    assert biased.post(path, data={"basis": "known"}).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count(Verification.id))) == 0


def test_an_organisation_that_has_nothing_to_do_with_the_municipality_is_not_found(place: Place, browse: Any) -> None:
    stranger = make.organisation()
    browser = browse(make.user((Role.coordinator, place.municipality)))
    assert browser.get(url(place, f"organisationer/{stranger.slug}")).status_code == 404


def test_the_list_searches_and_says_who_waits(place: Place, browse: Any) -> None:
    make.organisation(verified_in=place.municipality, name="Zonta")
    browser = browse(make.user((Role.coordinator, place.municipality)))
    page = browser.get(url(place, "organisationer")).text
    assert "Väntar på bekräftelse" in page and page.index(place.organisation.name) < page.index("Zonta")
    assert place.organisation.name not in browser.get(url(place, "organisationer?q=zon")).text
    assert "Ingen organisation" in browser.get(url(place, "organisationer?q=100%25")).text


def test_the_lists_ask_as_many_questions_for_fifty_rows_as_for_five(place: Place, browse: Any) -> None:
    browser, path = browse(make.user((Role.coordinator, place.municipality))), url(place, "organisationer")
    browser.get(path)  # what is asked once only is asked now

    def statements() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert browser.get(path).status_code == 200
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    few = statements()
    for _row in range(20):
        make.organisation(verified_in=place.municipality)
    db.session.remove()
    assert statements() == few


class TestOperator:
    """/drift/kommuner"""

    def test_switches_on_and_off(self, browse: Any) -> None:
        municipality = make.municipality(active=False, mailbox="")
        operator = browse(make.user(Role.operator))
        page = f"/drift/kommuner/{municipality.slug}"
        assert operator.get(page).status_code == 200
        assert operator.post(page + "/pa", data={"mailbox": "nej"}).status_code == 422
        assert operator.post(page + "/pa", data={"mailbox": "kommun@prova.example"}).status_code == 303
        municipality = fresh(municipality)
        assert municipality.active and municipality.mailbox == "kommun@prova.example"
        assert operator.get(page).status_code == 200
        assert operator.post(page + "/av").status_code == 303
        municipality = fresh(municipality)
        assert not municipality.active
        assert events() == ["municipality_switched_on", "municipality_switched_off"]

    def test_finds_one_of_many(self, browse: Any) -> None:
        make.municipality(name="Åmål", active=False)
        make.municipality(name="Ystad")
        operator = browse(make.user(Role.operator))
        assert "Åmål" in operator.get("/drift/kommuner").text
        assert "Åmål" not in operator.get("/drift/kommuner?q=yst").text

    def test_nobody_else_reaches_it(self, place: Place, browse: Any) -> None:
        page = f"/drift/kommuner/{place.municipality.slug}"
        person = browse(make.user((Role.coordinator, place.municipality)))
        assert person.get("/drift/kommuner").status_code == 404
        assert person.get(page).status_code == 404
        assert person.post(page + "/av").status_code == 404
        assert person.post(page + "/pa", data={"mailbox": "x@prova.example"}).status_code == 404
        assert "/logga-in" in browse().get("/drift/kommuner").location
        assert events() == []
