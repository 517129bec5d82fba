"""The municipality's register: whom there is to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Municipality, Organisation
from sakrad.pages.queries_register import Wanted, list_areas, list_register
from tests import factories as make
from tests.statements import counted

AT = clock.now()


@pytest.fixture
def here(app: Flask) -> Municipality:
    """Answered, Imported (unconfirmed), Joined and Right (imported, confirmed), Silent, Verified."""
    here = make.municipality()
    of = make.consultation(of=make.authority(here))
    old, young, sport = make.group(slug="aldre", name="Äldre"), make.group(slug="unga", name="Unga"), make.subject(slug="idrott")
    imported = {"municipality_id": here.id, "imported_at": AT}

    def organisation(name: str, **values: Any) -> Organisation:
        return make.organisation(name=name, asked_right_at=values.pop("asked", None), **values)

    make.position(of, organisation("Answered", area="Norr", **imported))
    organisation("Imported", area="Söder", **imported)
    make.user((Role.writer, organisation("Joined", **imported)))
    organisation("Right", right_at=AT, asked=AT - timedelta(days=1), **imported)
    organisation("Silent", asked=AT, right_at=AT - timedelta(days=300), municipality_id=here.id)
    verified = organisation("Verified", verified_in=here, area="Norr")
    disowned = make.position(of, organisation("Imported too", **imported))
    elsewhere = make.consultation()
    make.position(elsewhere, verified)
    with transaction():
        db.session.merge(disowned).disowned_at = AT
        db.session.merge(verified).groups = [db.session.merge(old), db.session.merge(young)]
        db.session.merge(verified).subjects = [db.session.merge(sport)]
    return db.session.get_one(Municipality, here.id)


EVERYBODY = ["Answered", "Joined", "Right", "Silent", "Imported", "Imported too", "Verified"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, EVERYBODY),
        ({"q": "IMPORT"}, ["Imported", "Imported too"]),
        ({"q": "%"}, []),
        ({"grupp": "unga"}, ["Verified"]),
        ({"amne": "idrott"}, ["Verified"]),
        ({"amne": "annat"}, []),
        ({"omrade": "Norr"}, ["Answered", "Verified"]),
        ({"deltagit": "ja"}, ["Answered"]),
        ({"deltagit": "nej"}, EVERYBODY[1:]),
        ({"laget": "obekraftade"}, ["Imported", "Imported too"]),
        ({"laget": "tysta"}, ["Silent"]),
        ({"laget": "vantar"}, EVERYBODY[:-1]),
    ],
)
def test_the_register_is_searched_by_what_matters_when_one_asks(here: Municipality, wanted: dict[str, str], expected: list[str]) -> None:
    rows, total, pages = list_register(here, Wanted(**wanted))
    assert [row.name for row in rows] == expected
    assert (total, pages) == (len(expected), 1)


def test_a_line_says_what_is_known(here: Municipality) -> None:
    (row,) = list_register(here, Wanted(q="verified"))[0]
    assert ([group.slug for group in row.groups], [subject.slug for subject in row.subjects]) == (["unga", "aldre"], ["idrott"])
    assert (row.answers, row.unconfirmed) == (0, False), "what was answered elsewhere is not counted here"
    assert list_areas(here) == ["Norr", "Söder"]


def test_a_draft_changes_nothing_in_the_register(here: Municipality) -> None:
    before = list_register(here, Wanted())
    make.draft(make.consultation(of=make.authority(here)), db.session.get_one(Organisation, _id("Imported")))
    assert list_register(here, Wanted()) == before


def _id(name: str) -> int:
    return db.session.query(Organisation.id).filter_by(name=name).scalar()  # type: ignore[no-any-return]


def test_the_page_and_the_file_show_the_same_to_the_coordinator_only(here: Municipality, browse: Any) -> None:
    page, file = (f"/handlaggning/{here.slug}/organisationer{ending}" for ending in ("", ".csv"))
    coordinator = browse(make.user((Role.coordinator, here)))
    with counted() as statements:
        html = coordinator.get(page).text
    assert "7 organisationer" in html and html.count("Obekräftad<") == 2
    assert len(statements) <= 16, "however many there are"
    assert "Ingen organisation passar" in coordinator.get(f"{page}?q=xyz").text
    assert (
        "Registret är tomt"
        in browse(make.user((Role.coordinator, empty := make.municipality()))).get(page.replace(here.slug, empty.slug)).text
    )
    answer = coordinator.get(f"{file}?omrade=Norr")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Namn", "Answered", "Verified"]
    assert answer.headers["Cache-Control"] == "no-store"
    for person in (make.user((Role.officer, make.authority(here))), make.user((Role.coordinator, make.municipality()))):
        assert browse(person).get(page).status_code == 404
        assert browse(person).get(file).status_code == 404
