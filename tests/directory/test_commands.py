"""Writes in the directory, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.events import Event, EventName
from sakrad.directory import commands, queries
from sakrad.directory.models import Municipality, MunicipalityKind, Organisation, OrganisationKind, Subject, TargetGroup, VerificationBasis
from sakrad.pages.queries_register import Wanted, list_register
from tests import factories as make

AT = clock.now()


def names_of_events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def register(**values: Any) -> Organisation:
    values = {
        "name": "Ekhamra kvinnojour",
        "kind": OrganisationKind.association,
        "org_number": None,
        "email": "Info@Jouren.example",
        "municipality": None,
        "groups": [],
        "voice_bearer": True,
        "provider": False,
        "description": "",
        "added_value": "",
        "protected": False,
        "actor": None,
        "at": AT,
    } | values
    with transaction():
        return commands.register_organisation(**values)


def test_reference_data_is_whole_and_may_be_loaded_again(app: Flask) -> None:
    for _time in range(2):
        with transaction():
            commands.load_reference_data()
    count = sa.select(sa.func.count(Municipality.id))
    assert db.session.scalar(count.where(Municipality.kind == MunicipalityKind.municipality)) == 290
    assert db.session.scalar(count.where(Municipality.kind == MunicipalityKind.region)) == 21
    assert db.session.scalar(count.where(Municipality.active)) == 0, "switched on one by one"
    assert db.session.scalar(sa.select(Municipality.name).where(Municipality.scb_code == "0114")) == "Upplands Väsby"
    assert db.session.scalar(sa.select(Municipality.slug).where(Municipality.scb_code == "R12")) == "region-skane"
    assert db.session.scalar(sa.select(sa.func.count(TargetGroup.id))) > 20
    assert db.session.scalar(sa.select(sa.func.count(Subject.id))) > 10


def test_namesakes_after_slugging_carry_their_county(app: Flask) -> None:
    with transaction():
        commands.load_reference_data()
    slugs = dict(db.session.execute(sa.select(Municipality.name, Municipality.slug).where(Municipality.name.in_(["Håbo", "Habo"]))).all())  # type: ignore[arg-type]
    assert slugs == {"Håbo": "habo-uppsala-lan", "Habo": "habo-jonkopings-lan"}


def test_a_municipality_is_found_only_while_it_is_on(app: Flask) -> None:
    municipality = make.municipality(active=False)
    with pytest.raises(LookupError):
        queries.get_municipality(municipality.slug)
    with transaction():
        commands.switch_on(municipality, mailbox="kommun@prova.example", actor=None, at=AT)
    assert queries.get_municipality(municipality.slug).mailbox == "kommun@prova.example"
    with transaction():
        commands.switch_off(municipality, actor=None, at=AT)
    with pytest.raises(LookupError):
        queries.get_municipality(municipality.slug)
    assert names_of_events() == ["municipality_switched_on", "municipality_switched_off"]


def test_authority_unit_function_and_council_are_added_with_their_events(app: Flask) -> None:
    municipality = make.municipality()
    with transaction():
        authority = commands.add_authority(municipality, name="Socialnämnden", short="sn", mailbox="sn@prova.example", actor=None, at=AT)
        unit = commands.add_unit(authority, name="Socialförvaltningen", actor=None, at=AT)
        function = commands.add_function(unit, title="Chef", holder="A", deputy="B", email="", phone="", actor=None, at=AT)
        commands.change_function(function, title="Chef", holder="C", deputy="", email="", phone="", actor=None, at=AT)
        commands.add_council(municipality, name="Pensionärsrådet", actor=None, at=AT)
        commands.change_authority(authority, name="Omsorgsnämnden", mailbox="on@prova.example", actor=None, at=AT)
    assert (authority.short, authority.slug, authority.name) == ("SN", "socialnamnden", "Omsorgsnämnden")
    assert function.holder == "C"
    assert names_of_events() == [
        "authority_added",
        "unit_added",
        "function_changed",
        "function_changed",
        "council_added",
        "authority_changed",
    ]
    assert set(db.session.scalars(sa.select(Event.municipality_id))) == {municipality.id}


@pytest.mark.parametrize("what", ["authority", "short", "unit", "function", "council"])
def test_the_same_thing_is_not_added_twice(app: Flask, what: str) -> None:
    municipality = make.municipality()
    with transaction():
        authority = commands.add_authority(municipality, name="Nämnden", short="N", mailbox="n@prova.example", actor=None, at=AT)
        unit = commands.add_unit(authority, name="Enheten", actor=None, at=AT)
        function = {"title": "Chef", "holder": "", "deputy": "", "email": "", "phone": "", "actor": None, "at": AT}
        commands.add_function(unit, **function)  # type: ignore[arg-type]
        commands.add_council(municipality, name="Rådet", actor=None, at=AT)
    again = {
        "authority": lambda: commands.add_authority(municipality, name="Nämnden", short="M", mailbox="n@prova.example", actor=None, at=AT),
        "short": lambda: commands.add_authority(municipality, name="Annan", short="n", mailbox="n@prova.example", actor=None, at=AT),
        "unit": lambda: commands.add_unit(authority, name="Enheten", actor=None, at=AT),
        "function": lambda: commands.add_function(unit, **function),  # type: ignore[arg-type]
        "council": lambda: commands.add_council(municipality, name="Rådet", actor=None, at=AT),
    }[what]
    with pytest.raises(Blocked), transaction():
        again()


def test_an_organisation_is_registered_with_a_slug_of_its_own(app: Flask) -> None:
    municipality = make.municipality()
    first = register(municipality=municipality, org_number="16802002-8711")
    second = register()
    assert (first.slug, second.slug) == ("ekhamra-kvinnojour", "ekhamra-kvinnojour-2")
    assert (first.org_number, first.email) == ("802002-8711", "info@jouren.example")
    event = db.session.scalars(sa.select(Event).order_by(Event.id)).first()
    assert event is not None
    assert (event.name, event.organisation_id, event.municipality_id) == (EventName.organisation_registered, first.id, municipality.id)


def test_no_organisation_takes_the_address_of_registering(app: Flask) -> None:
    assert register(name="Ny").slug == "ny-2"


def test_a_protected_organisation_holds_no_municipality(app: Flask) -> None:
    organisation = register(municipality=make.municipality(), protected=True)
    assert organisation.municipality_id is None
    assert db.session.scalar(sa.select(Event.municipality_id)) is None


def test_an_organisation_number_is_somebodys_only(app: Flask) -> None:
    register(org_number="802002-8711")
    with pytest.raises(Blocked) as refused:
        register(org_number="8020028711")
    assert [blocker.code for blocker in refused.value.blockers] == ["org_number_taken"]


def test_changing_keeps_the_address_and_ones_own_number(app: Flask) -> None:
    organisation = register(org_number="802002-8711")
    values = {"kind": OrganisationKind.network, "email": "ny@jouren.example", "municipality": None, "groups": [make.group()]}
    values |= {"voice_bearer": False, "provider": True, "description": "Vi", "added_value": "Tid", "protected": False}
    values |= {"subjects": [make.subject()], "area": "Norrby", "postal_address": "Box 1"}
    with transaction():
        commands.change_organisation(organisation, name="Nya namnet", org_number="802002-8711", **values, actor=None, at=AT)  # type: ignore[arg-type]
    assert (organisation.slug, organisation.name, organisation.area) == ("ekhamra-kvinnojour", "Nya namnet", "Norrby")
    assert (len(organisation.groups), len(organisation.subjects)) == (1, 1)
    assert names_of_events()[-1] == "organisation_changed"


def test_verifying_again_replaces_the_basis(app: Flask) -> None:
    municipality, organisation = make.municipality(), make.organisation()
    assert not queries.is_verified(organisation.id, municipality.id)
    for basis in (VerificationBasis.known, VerificationBasis.statutes):
        with transaction():
            verification = commands.verify_organisation(organisation, municipality, basis=basis, actor=None, at=AT)
    assert verification.basis is VerificationBasis.statutes
    assert queries.is_verified(organisation.id, municipality.id)
    assert not queries.is_verified(organisation.id, make.municipality().id)


def test_the_list_holds_those_that_the_municipality_has_to_do_with_waiting_first(app: Flask) -> None:
    here, elsewhere = make.municipality(), make.municipality()
    verified = make.organisation(verified_in=here, name="A")
    local = make.organisation(municipality_id=here.id, name="B")
    answered = make.organisation(name="C")
    make.organisation(verified_in=elsewhere, name="D")
    writing = make.organisation(name="E")
    make.save(
        Event(name="position_received", at=AT, municipality_id=here.id, organisation_id=answered.id, data={}),
        Event(name="draft_created", at=AT, municipality_id=here.id, organisation_id=writing.id, data={}),
    )
    rows, total, pages = list_register(here, Wanted())
    assert [row.slug for row in rows] == [local.slug, answered.slug, verified.slug], "nothing of the list comes from a draft"
    assert (total, pages) == (3, 1)
    assert [row.slug for row in list_register(here, Wanted(q="b"))[0]] == [local.slug]
