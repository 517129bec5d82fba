"""A unit ends: what is still to be done is its heir's, what was done stays its own, and readers see both."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event
from sakrad.directory.models import Function, Unit
from sakrad.operations.commands_reorganising import reorganise_unit
from sakrad.operations.lifecycle_reorganising import ReorganisingFacts, blockers_to_reorganise
from sakrad.responses.models import AnswerTask, Commitment
from tests import factories as make
from tests.factories import responses
from tests.factories.directory import fresh
from tests.statements import LIMIT, counted


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (ReorganisingFacts(), []),
        (ReorganisingFacts(ended=True, same=True), ["reorganised_already"]),
        (ReorganisingFacts(same=True), ["reorganise_into_itself"]),
        (ReorganisingFacts(heir_ended=True, heir_elsewhere=True), ["reorganise_heir_ended", "reorganise_heir_elsewhere"]),
        (ReorganisingFacts(functions_astray=("Chef",)), ["reorganise_function_astray"]),
    ],
)
def test_an_heir_is_another_that_goes_on_in_the_same_municipality(facts: ReorganisingFacts, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_reorganise(facts)] == codes


class Place:
    """A published promise of the old unit's, and a new unit in another authority of the municipality."""

    def __init__(self) -> None:
        self.matter, self.commitment = responses.published(Phase.answered)
        self.consultation = self.matter.consultation
        self.function = self.matter.function
        with transaction():
            self.function.title, self.function.email = "Jourkontakten", "jour@prova.example"
            self.function.unit.name = "Socialförvaltningen"
        self.old = self.function.unit
        new = make.function(make.authority(self.consultation.municipality), title="Områdeschef", email="omrade@prova.example")
        with transaction():
            new.unit.name = "Välfärdsförvaltningen"
        self.heir, self.there = new.unit, new
        self.coordinator = make.user((Role.coordinator, self.consultation.municipality))

    def end(self, old: Unit, heir: Unit, **heirs: Any) -> None:
        with transaction():
            chosen = {function.id: heirs["to"] for function in fresh(old).functions} if heirs else {}
            reorganise_unit(fresh(old), fresh(heir), heirs=chosen, actor=self.coordinator, at=clock.now())

    def url(self, unit: Unit | None = None) -> str:
        return f"/handlaggning/{self.consultation.municipality.slug}/organisation" + (f"/{unit.reference}" if unit else "")


@pytest.fixture
def place(app: Flask) -> Place:
    return Place()


def test_promises_point_to_the_last_heir_and_keep_the_function_of_their_day(place: Place) -> None:
    third = make.function(place.consultation.authority, title="Enhetschef").unit
    place.end(place.old, place.heir)
    gone_along = fresh(place.function).present
    assert (gone_along.title, gone_along.unit_id, gone_along.email) == ("Jourkontakten", place.heir.id, "jour@prova.example")
    place.end(place.heir, third, to=db.session.scalars(sa.select(Function).where(Function.unit_id == third.id)).one())
    function, old = fresh(place.function), fresh(place.old)
    assert function.heir is not None and function.heir.title == "Enhetschef", "no chain: straight to the last"
    assert old.heir_id == third.id and function.ended_on == old.ended_on == clock.today()
    assert (
        db.session.scalars(
            sa.select(Function).where(Function.heir_id.in_(sa.select(Function.id).where(Function.ended_on.is_not(None))))
        ).all()
        == []
    )
    assert fresh(place.commitment).function_id == function.id and fresh(place.consultation).unit_id == old.id
    assert list(db.session.scalars(sa.select(Event.name))) == ["unit_reorganised", "unit_reorganised"]


def test_answers_still_to_be_written_move_and_published_ones_stay(place: Place) -> None:
    open_matter = responses.matter(Phase.summarised, of=place.consultation.authority)
    given = {"unit_id": place.old.id, "assigned_at": clock.now()}
    written = make.save(AnswerTask(consultation_id=place.consultation.id, finding_id=place.matter.findings[0].id, **given))
    waiting = make.save(AnswerTask(consultation_id=open_matter.consultation.id, point_id=open_matter.points[2].id, **given))
    place.end(place.old, place.heir)
    assert (fresh(written).unit_id, fresh(waiting).unit_id) == (place.old.id, place.heir.id)


def test_what_cannot_be_is_refused_with_the_reason(place: Place) -> None:
    elsewhere = make.function(title="Chef").unit
    for old, heir, code in ((place.old, place.old, "itself"), (place.old, elsewhere, "elsewhere")):
        with pytest.raises(Blocked, match=code):
            place.end(old, heir)
    with pytest.raises(Blocked, match="astray"):
        place.end(place.old, place.heir, to=fresh(place.function))
    place.end(place.old, place.heir)
    with pytest.raises(Blocked, match="reorganised_already"):
        place.end(place.old, place.heir)
    with pytest.raises(Blocked, match="heir_ended"):
        place.end(place.heir, place.old)


def test_the_coordinator_ends_a_unit_and_readers_see_who_answers_now(place: Place, browse: Any) -> None:
    browser, reader = browse(place.coordinator), browse()
    page = browser.get(place.url(place.old))
    assert page.status_code == 200 and "Vem tar över efter Jourkontakten?" in page.text and "Ett åtagande" in page.text
    field = f"funktion-{place.function.reference}"
    refused = browser.post(place.url(place.old), data={"heir": "", field: place.there.reference})
    unsure = browser.post(place.url(place.old), data={"heir": place.heir.reference, field: place.there.reference})
    assert unsure.status_code == 422 and "Kryssa för att du förstår" in unsure.text
    assert refused.status_code == 422 and "Välj vilken enhet som tar över." in refused.text
    assert f'<option selected value="{place.there.reference}">' in refused.text, "what was chosen is still chosen"
    answer = browser.post(place.url(place.old), data={"heir": place.heir.reference, field: place.there.reference, "sure": "y"})
    assert answer.status_code == 303 and "Upphörde" in browser.get(answer.location).text
    kommun, slug = place.consultation.municipality.slug, place.consultation.slug
    promised = "Ansvarig nu: Områdeschef, Välfärdsförvaltningen, tidigare Jourkontakten, Socialförvaltningen"
    for url, words in {
        f"/kommun/{kommun}/sakrad/{slug}/aterkoppling": promised,
        f"/kommun/{kommun}/sakrad/{slug}": "Områdeschef",
        "/ataganden": "Välfärdsförvaltningen (tidigare Jourkontakten, Socialförvaltningen)",
    }.items():
        with counted() as statements:
            text = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", reader.get(url).text)))
        assert words in text, url
        assert len(statements) <= LIMIT, url
    assert "Upphörde" in browser.get(f"/handlaggning/{kommun}/installningar").text


def test_only_the_coordinator_of_the_municipality_reorganises(place: Place, browse: Any) -> None:
    there = make.user((Role.officer, place.consultation.authority))
    elsewhere = make.user((Role.coordinator, make.municipality()))
    data = {"heir": place.heir.reference, "sure": "y"}
    for person in (there, elsewhere, make.user(Role.operator), make.user((Role.administrator, place.matter.organisation))):
        browser = browse(person)
        assert browser.get(place.url()).status_code == browser.get(place.url(place.old)).status_code == 404
        assert browser.post(place.url(place.old), data=data).status_code == 404
    assert "/logga-in" in browse().get(place.url()).location
    assert fresh(place.old).ended_on is None


def test_what_has_ended_is_offered_to_nobody_and_changed_no_more(place: Place, browse: Any) -> None:
    place.end(place.old, place.heir, to=place.there)
    browser, kommun = browse(place.coordinator), place.consultation.municipality.slug
    settings = f"/handlaggning/{kommun}/installningar"
    for url, values in (
        (f"{settings}/enheter/{place.old.reference}", {"name": "Nytt", "head_email": ""}),
        (f"{settings}/funktioner/{place.function.reference}", {"title": "Nytt"}),
    ):
        answer = browser.post(url, data=values)
        assert answer.status_code == 422 and "har upphört" in answer.text
    assert place.function.reference not in browser.get(f"/handlaggning/{kommun}/sakrad/nytt").text


def test_head_and_deputy_have_addresses_that_readers_never_see(place: Place, browse: Any) -> None:
    browser, kommun = browse(place.coordinator), place.consultation.municipality.slug
    settings = f"/handlaggning/{kommun}/installningar"
    unit = {"name": "Socialförvaltningen", "head_email": "chef@hemlig.example"}
    assert browser.post(f"{settings}/enheter/{place.old.reference}", data=unit).status_code == 303
    function = {"title": "Jourkontakten", "deputy": "Eva", "deputy_email": "eva@hemlig.example"}
    assert browser.post(f"{settings}/funktioner/{place.function.reference}", data=function).status_code == 303
    assert (fresh(place.old).head_email, fresh(place.function).deputy_email) == ("chef@hemlig.example", "eva@hemlig.example")
    assert browser.post(f"{settings}/enheter/{place.old.reference}", data=unit | {"head_email": "fel"}).status_code == 422
    assert list(db.session.scalars(sa.select(Event.name).order_by(Event.id))) == ["unit_changed", "function_changed"]
    for url in (f"/kommun/{kommun}", f"/kommun/{kommun}/sakrad/{place.consultation.slug}"):
        assert "hemlig.example" not in browse().get(url).text
    assert fresh(db.session.get_one(Commitment, place.commitment.id)).number == 1
