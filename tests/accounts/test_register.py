"""Taking in a föreningsregister, from the file to the register, and describing an organisation on its behalf."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.jobs import forget_imports
from sakrad.accounts.models import Role
from sakrad.consultations.queries import is_at_home
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory import commands
from sakrad.directory.models import Municipality, Organisation, RegisterImport
from sakrad.directory.register_file import Field
from tests import factories as make
from tests.factories.directory import fresh
from tests.policing import PolicingClient, content_of
from tests.statements import counted

PERSONAL = "bo.ek@" + "gmail.com"  # a service where people have their own mail
CSV = f"""Förening;Orgnr;E-post;Kontaktperson;Personnr;Målgrupp;Kommundel
Pensionärerna Ekhamra;899999-0016;info@pensionarerna.example;Anna Berg;640823-3234;Pensionärer;Norr
Byalaget;;{PERSONAL};Bo Ek;;;Söder
pensionärerna ekhamra;;styrelsen@pensionarerna.example;;;;
;;tom@rad.example;;;;
"""
AT = clock.now()
NOTHING = {field.value: "" for field in Field}  # no column chosen


class Place(NamedTuple):
    municipality: Municipality
    coordinator: PolicingClient
    at: str  # its importing pages

    def upload(self, text: str = CSV, name: str = "register.csv", **data: Any) -> Any:
        return self.coordinator.post(self.at, data={"file": (io.BytesIO(text.encode()), name)} | data, content_type="multipart/form-data")

    def reviewed(self, text: str = CSV) -> str:
        """The address of the rows of an uploaded file whose proposed columns are kept."""
        address = self.upload(text).location
        answer = self.coordinator.post(address, data={name: str(n) for name, n in imported().columns.items()})
        assert answer.location == f"{address}/granska"
        return answer.location


@pytest.fixture
def place(app: Flask, browse: Any) -> Place:
    municipality = make.municipality()
    make.group(slug="aldre", name="Äldre")
    coordinator = browse(make.user((Role.coordinator, municipality)))
    return Place(municipality, coordinator, f"/handlaggning/{municipality.slug}/organisationer/importera")


def imported() -> RegisterImport:
    db.session.rollback()
    return db.session.scalars(sa.select(RegisterImport)).one()


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Organisation.name).order_by(Organisation.id)))


def events() -> list[tuple[str, dict[str, Any]]]:
    db.session.rollback()
    return [(event.name, event.data) for event in db.session.scalars(sa.select(Event).order_by(Event.id))]


def test_a_register_is_taken_in_after_it_has_been_looked_at(place: Place) -> None:
    assert place.coordinator.get(place.at).status_code == 200
    address = place.upload().location
    page = place.coordinator.get(address).text
    assert "Anna Berg" in page and "640823" not in page, "no personal identity number is kept, not even for now"
    assert imported().columns == {"name": 0, "org_number": 1, "email": 2, "groups": 5, "area": 6}
    rows = place.coordinator.post(address, data={name: str(n) for name, n in imported().columns.items()}).location
    page = place.coordinator.get(rows).text
    assert "2 läggs till, 0 kompletteras och 2 hoppas över" in page
    assert "som på rad 2" in page and "Ta hellre en gemensam adress" in page and "Namn saknas" in page
    assert names() == [] and events() == [], "nothing is written before it is pressed"
    assert place.coordinator.post(rows, data={"gor": "ta_in"}).location == address
    assert names() == ["Pensionärerna Ekhamra", "Byalaget"]
    pro = db.session.scalars(sa.select(Organisation)).first()
    assert pro is not None
    assert (pro.org_number, pro.email, pro.area, [group.slug for group in pro.groups]) == (
        "899999-0016",
        "info@pensionarerna.example",
        "Norr",
        ["aldre"],
    )
    assert pro.imported_at and pro.municipality_id == place.municipality.id
    assert events() == [("register_imported", {"added": 2, "updated": 0, "skipped": 2})]
    done = imported()
    assert (done.header, done.rows, done.columns, done.choices) == ([], [], {}, {}), "what the file said is forgotten"
    assert "2 organisationer lades till" in place.coordinator.get(address).text
    assert place.coordinator.post(rows, data={"gor": "ta_in"}).status_code == 409
    assert place.coordinator.get(rows).location == address


def test_what_is_chosen_for_rows_is_kept_over_pages_and_decides(place: Place) -> None:
    rows = place.reviewed("Namn\n" + "".join(f"Förening {n}\n" for n in range(60)))
    answer = place.coordinator.post(f"{rows}?visa=alla&sida=1", data={"gor": "spara", "rad-0": "skip", "rad-1": "hack", "rad-99": "skip"})
    assert answer.location == f"{rows}?visa=alla&sida=2"
    assert imported().choices == {"0": "skip"}
    page = place.coordinator.get(answer.location).text
    assert "59 läggs till" in page and "Förening 59" in page and "Förening 49<" not in page
    assert "59" in place.coordinator.get(f"{rows}?visa=nya").text
    assert place.coordinator.post(rows, data={"gor": "ta_in", "rad-59": "skip"}).status_code == 303
    assert names() == [f"Förening {n}" for n in range(1, 59)]


def test_other_columns_forget_what_was_chosen(place: Place) -> None:
    rows = place.reviewed()
    place.coordinator.post(rows, data={"gor": "spara", "rad-0": "skip"})
    place.coordinator.post(rows.removesuffix("/granska"), data=NOTHING | {"name": "3"})
    assert (imported().columns, imported().choices) == ({"name": 3}, {})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "2"}, "Välj vilken kolumn som har organisationens namn"),
        ({"name": "0", "area": "0"}, "Samma kolumn är vald två gånger"),
        ({"name": "77"}, "Något behöver rättas"),
    ],
)
def test_columns_that_cannot_be_are_shown_again(place: Place, data: dict[str, str], sentence: str) -> None:
    address = place.upload().location
    answer = place.coordinator.post(address, data=NOTHING | data)
    assert answer.status_code == 422 and sentence in answer.text
    assert imported().columns["email"] == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Filen har inga rader"), ("%PDF-1.7\n", "Spara den som XLSX eller CSV"), ("a\n" * 5_002, "Dela den i delar")],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(place: Place, text: str, sentence: str) -> None:
    answer = place.upload(text)
    assert answer.status_code == 422 and sentence in answer.text
    assert "Välj en fil" in place.coordinator.post(place.at, data={}).text


@pytest.mark.parametrize(
    ("values", "members", "line", "filled"),
    [
        pytest.param({"org_number": "899999-0016", "email": ""}, False, "Tomt där: e-post, grupper och område", True, id="what is empty"),
        pytest.param({"org_number": "899999-0016"}, True, "sköter sina uppgifter själv", False, id="it has members"),
        pytest.param({"name": "Pensionärerna, Ekhamra"}, False, "Samma namn", True, id="by its name"),
        pytest.param({"org_number": "899999-0016", "municipality_id": None}, False, "Samma organisationsnummer", False, id="another's"),
    ],
)
def test_what_is_there_already_is_filled_only_where_it_is_empty(
    place: Place, values: dict[str, Any], members: bool, line: str, filled: bool
) -> None:
    there = make.organisation(
        **{"name": "Pensionärerna", "email": "gammal@pensionarer.example", "municipality_id": place.municipality.id} | values
    )
    if members:
        make.user((Role.writer, there))
    rows = place.reviewed()
    assert line in place.coordinator.get(rows).text
    place.coordinator.post(rows, data={"gor": "ta_in", "rad-1": "skip", "rad-2": "skip"})
    assert names() == [there.name]
    now = fresh(there)
    assert now.email == (values.get("email", "gammal@pensionarer.example") or "info@pensionarerna.example"), "what stood there is kept"
    assert (now.area, [group.slug for group in now.groups]) == (("Norr", ["aldre"]) if filled else ("", []))
    assert now.imported_at is None


def test_a_protected_one_gets_no_place_by_import(place: Place) -> None:
    there = make.organisation(org_number="899999-0016", protected=True, verified_in=place.municipality)
    place.coordinator.post(place.reviewed(), data={"gor": "ta_in"})
    assert (fresh(there).area, len(fresh(there).groups)) == ("", 1)


SHELTERS = "Namn;E-post;Adress;Kommundel;Målgrupp\n" + "".join(
    f"{name};info@{n}.example;Hemliga gatan 1;Norr;Äldre\n" for n, name in enumerate(("Kvinnohuset", "Kvinnofrid", "Linnea", "Byn"))
)


def test_a_shelter_is_taken_in_without_its_place_and_is_still_ours(place: Place, browse: Any) -> None:
    rows = place.reviewed(SHELTERS)
    page = place.coordinator.get(rows).text
    assert page.count("Kan behöva skydd") == 2 and content_of(page).count("checked") == 2 and page.count("Hemliga gatan") == 2
    boxes = {f"kan-skyddas-{n}": "1" for n in range(4)}
    place.coordinator.post(rows, data={"gor": "ta_in", "skydd-0": "1", "skydd-2": "1", "kan-skyddas-x": "1", "kan-skyddas-99": "1"} | boxes)
    db.session.rollback()
    made = db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
    nothing, here = (True, None, "", ""), (False, place.municipality.id, "Norr", "Hemliga gatan 1")
    assert [(one.protected, one.municipality_id, one.area, one.postal_address) for one in made] == [nothing, here, nothing, here]
    assert [name for name, _data in events()] == ["organisation_registered", "organisation_registered", "register_imported"]
    hidden = made[0].slug
    found = sa.select(Organisation.slug).where(is_at_home(place.municipality.id)).order_by(Organisation.id)
    assert db.session.scalars(found).all()[0] == hidden
    assert hidden not in db.session.scalars(sa.select(Organisation.slug).where(is_at_home(make.municipality().id))).all()
    assert hidden in place.coordinator.get(f"/handlaggning/{place.municipality.slug}/organisationer").text
    case = f"/handlaggning/{place.municipality.slug}/organisationer/{hidden}"
    assert place.coordinator.post(case, data={"basis": "known"}).status_code == 303
    assert place.municipality.name not in browse().get(f"/organisationer/{hidden}").text


def test_no_personal_number_stands_in_headings_or_in_the_name_of_the_file(place: Place) -> None:
    address = place.upload("Byalaget;640823 3234\nPRO;701063-2391\n", name="kassör 19640823-3234.csv").location
    assert "0823" not in place.coordinator.get(address).text
    assert "23" not in f"{imported().header} {imported().rows} {imported().file_name}"


def test_one_entered_by_somebody_else_meanwhile_is_not_entered_twice(place: Place) -> None:
    rows = place.reviewed()
    make.organisation(org_number="899999-0016", name="Hunnen före")
    assert place.coordinator.post(rows, data={"gor": "ta_in", "rad-0": "add"}).status_code == 303
    assert names() == ["Hunnen före", "Byalaget", "pensionärerna ekhamra"]


def test_a_large_register_takes_no_more_statements_than_a_small_one(app: Flask) -> None:
    def taken(size: int) -> int:
        here = make.municipality()
        with transaction():
            made = commands.start_import(
                here, file_name="a", header=["Namn", "Målgrupp"], rows=[[f"F {size} {n}", "Äldre"] for n in range(size)], actor=None, at=AT
            )
        from sakrad.accounts.commands_register import take_in

        with counted() as statements, transaction():
            take_in(db.session.get_one(RegisterImport, made.id), actor=None, at=AT)
        return len(statements)

    make.group(slug="aldre", name="Äldre")
    assert taken(1_500) <= taken(1) + 8, "rows are written many at a time"


def test_an_import_is_given_up_and_an_old_one_forgotten(place: Place) -> None:
    address = place.upload().location
    assert place.coordinator.post(f"{address}/avbryt").location == place.at
    assert imported().rows == [] and imported().finished_at
    assert "Inget togs in" in place.coordinator.get(address).text
    with transaction():
        db.session.delete(imported())
    place.upload()
    for days, kept in ((6, True), (8, False)):
        with transaction():
            forget_imports({}, clock.now() + timedelta(days=days))
        assert bool(imported().rows) is kept
    assert names() == [] and events() == []


def test_no_other_municipality_and_no_officer_reaches_an_import(place: Place, browse: Any) -> None:
    address = place.upload().location
    other = make.municipality()
    elsewhere = address.replace(f"/{place.municipality.slug}/", f"/{other.slug}/")
    officer = browse(make.user((Role.officer, make.authority(place.municipality))))
    foreign = browse(make.user((Role.coordinator, other)))
    for browser, path in ((officer, address), (foreign, address), (foreign, elsewhere)):
        assert browser.get(path).status_code == 404
        for more in ("", "/granska", "/avbryt"):
            assert browser.post(path + more, data={"gor": "ta_in", "name": "0"}).status_code == 404
    assert "/logga-in" in browse().post(address).location
    assert imported().rows


BEHALF = {"groups": ["aldre"], "area": "Norr", "postal_address": "Box 1\n123 45 Åby"}


def test_the_municipality_describes_an_organisation_until_it_has_members(place: Place) -> None:
    there = make.organisation(municipality_id=place.municipality.id)
    address = f"/handlaggning/{place.municipality.slug}/organisationer/{there.slug}/uppgifter"
    assert place.coordinator.get(address).status_code == 200
    assert place.coordinator.post(address, data=BEHALF).status_code == 303
    assert (fresh(there).area, fresh(there).postal_address, len(fresh(there).groups)) == ("Norr", "Box 1\n123 45 Åby", 1)
    assert events() == [("organisation_changed", {"on_behalf": True})]
    answer = place.coordinator.post(address, data=BEHALF | {"area": "x" * 81})
    assert answer.status_code == 422 and "x" * 81 in answer.text
    make.user((Role.writer, there))
    assert place.coordinator.post(address, data=BEHALF | {"area": "Ny"}).status_code == 422
    assert "sköter sina uppgifter själv" in place.coordinator.get(address).text
    assert fresh(there).area == "Norr"


def test_nobody_else_describes_it_and_a_protected_one_gets_no_place(place: Place, browse: Any) -> None:
    there = make.organisation(protected=True, verified_in=place.municipality)
    address = f"/handlaggning/{place.municipality.slug}/organisationer/{there.slug}/uppgifter"
    assert place.coordinator.post(address, data=BEHALF).status_code == 422
    assert place.coordinator.post(address, data={"groups": ["aldre"]}).status_code == 303
    partial = browse(make.user((Role.coordinator, place.municipality), (Role.writer, make.organisation(heir_id=there.id, merged_at=AT))))
    for browser in (partial, browse(make.user((Role.coordinator, make.municipality()))), browse(make.user((Role.administrator, there)))):
        assert browser.post(address, data={"groups": []}).status_code == 404
    assert len(fresh(there).groups) == 1
