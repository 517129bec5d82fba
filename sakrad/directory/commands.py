"""Every write in the directory. Those about organisations are in commands_organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.db import Base, db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName, record
from sakrad.directory import reference
from sakrad.directory.commands_addresses import change_address
from sakrad.directory.commands_importing import choose_rows, forget_imports, give_up_import, match_columns, start_import, take_in
from sakrad.directory.commands_organisations import (
    ask_if_right,
    change_organisation,
    check_organisation,
    describe_on_behalf,
    keep_words,
    register_organisation,
    set_approval_rule,
    verify_organisation,
)
from sakrad.directory.lifecycle import NameFacts, blockers_to_add, blockers_to_change
from sakrad.directory.models import Authority, Council, Function, Municipality, MunicipalityKind, Subject, TargetGroup, Unit

__all__ = [
    "add_authority",
    "add_council",
    "add_function",
    "add_sample_municipality",
    "add_unit",
    "ask_if_right",
    "change_address",
    "change_authority",
    "change_function",
    "change_mailbox",
    "change_organisation",
    "change_unit",
    "check_organisation",
    "choose_rows",
    "describe_on_behalf",
    "forget_imports",
    "give_up_import",
    "keep_words",
    "load_reference_data",
    "match_columns",
    "register_organisation",
    "set_approval_rule",
    "start_import",
    "switch_off",
    "switch_on",
    "take_in",
    "verify_organisation",
]


def load_reference_data() -> None:
    """Add the municipalities, regions, target groups and subjects that are not there yet. May be run again at any time."""
    _add_missing(Municipality, Municipality.scb_code, reference.municipalities())
    _add_missing(TargetGroup, TargetGroup.slug, reference.rows("target_groups"))
    _add_missing(Subject, Subject.slug, reference.rows("subjects"))


def _add_missing(model: type[Base], key: Any, rows: Any) -> None:
    known = set(db.session.scalars(sa.select(key)))
    db.session.add_all(model(**row) for row in rows if row[key.key] not in known)
    db.session.flush()


def add_sample_municipality(*, scb_code: str, name: str, county_code: str, county: str, slug: str | None = None) -> Municipality:
    """Add an invented municipality for the sample data; it is switched on like any other."""
    municipality = Municipality(
        scb_code=scb_code,
        kind=MunicipalityKind.municipality,
        name=name,
        slug=slug or ids.slugify(name),
        county_code=county_code,
        county=county,
        sample=True,
    )
    db.session.add(municipality)
    db.session.flush()
    return municipality


def switch_on(municipality: Municipality, *, mailbox: str, actor: Actor | None, at: datetime) -> None:
    """Let the municipality take part. `mailbox` is its official address (the registrar's)."""
    municipality.active = True
    municipality.mailbox = mailbox
    record(EventName.municipality_switched_on, at=at, actor=actor, municipality_id=municipality.id)


def switch_off(municipality: Municipality, *, actor: Actor | None, at: datetime) -> None:
    """Take the municipality's pages away; nothing is deleted."""
    municipality.active = False
    record(EventName.municipality_switched_off, at=at, actor=actor, municipality_id=municipality.id)


def change_mailbox(municipality: Municipality, *, mailbox: str, actor: Actor | None, at: datetime) -> None:
    """Change the municipality's official mailbox."""
    municipality.mailbox = mailbox
    record(EventName.municipality_changed, at=at, actor=actor, municipality_id=municipality.id)


def add_authority(
    municipality: Municipality, *, name: str, short: str, mailbox: str, actor: Actor | None, at: datetime, slug: str | None = None
) -> Authority:
    """Add a nämnd. `short` begins its receipt numbers and never changes.

    Raises:
        Blocked: the name or the short name stands there already.
    """
    a = Authority
    here = a.municipality_id == municipality.id
    short = short.upper()
    refuse_unless_clear(blockers_to_add(NameFacts(name_taken=_exists(here, a.name == name), short_taken=_exists(here, a.short == short))))
    slug = ids.free_slug(slug or name, lambda tried: _exists(here, a.slug == tried))
    authority = Authority(municipality=municipality, name=name, short=short, mailbox=mailbox, slug=slug)
    db.session.add(authority)
    db.session.flush()
    record(EventName.authority_added, at=at, actor=actor, municipality_id=municipality.id, authority_id=authority.id)
    return authority


def change_authority(authority: Authority, *, name: str, mailbox: str, actor: Actor | None, at: datetime) -> None:
    """Change a nämnd's name and official mailbox; its address and short name stay.

    Raises:
        Blocked: another of the municipality's authorities has the name.
    """
    a = Authority
    taken = _exists(a.municipality_id == authority.municipality_id, a.name == name, a.id != authority.id)
    refuse_unless_clear(blockers_to_add(NameFacts(name_taken=taken)))
    authority.name, authority.mailbox = name, mailbox
    record(EventName.authority_changed, at=at, actor=actor, municipality_id=authority.municipality_id, authority_id=authority.id)


def add_unit(authority: Authority, *, name: str, head_email: str = "", actor: Actor | None, at: datetime) -> Unit:
    """Add a förvaltning or enhet under the authority.

    Raises:
        Blocked: it stands there already.
    """
    refuse_unless_clear(blockers_to_add(NameFacts(name_taken=_exists(Unit.authority_id == authority.id, Unit.name == name))))
    unit = Unit(authority=authority, name=name, head_email=head_email)
    db.session.add(unit)
    db.session.flush()
    _record_unit(EventName.unit_added, unit, actor, at)
    return unit


def change_unit(unit: Unit, *, name: str, head_email: str, actor: Actor | None, at: datetime) -> None:
    """Change a unit's name, and the address of its head, who is told of what is long overdue.

    Raises:
        Blocked: the authority has another unit with the name, or the unit has ended.
    """
    taken = _exists(Unit.authority_id == unit.authority_id, Unit.name == name, Unit.id != unit.id)
    refuse_unless_clear([*blockers_to_change(unit.ended_on), *blockers_to_add(NameFacts(name_taken=taken))])
    unit.name, unit.head_email = name, head_email
    _record_unit(EventName.unit_changed, unit, actor, at)


def add_function(
    unit: Unit,
    *,
    title: str,
    holder: str,
    deputy: str,
    email: str,
    phone: str,
    deputy_email: str = "",
    actor: Actor | None,
    at: datetime,
) -> Function:
    """Add a function that can own matters, with its holder and deputy.

    Raises:
        Blocked: the unit has the function already, or has ended.
    """
    refuse_unless_clear(blockers_to_change(unit.ended_on))
    _refuse_taken_title(unit, title)
    function = Function(unit=unit, title=title, holder=holder, deputy=deputy, email=email, phone=phone, deputy_email=deputy_email)
    db.session.add(function)
    db.session.flush()
    _record_function(function, actor, at)
    return function


def change_function(
    function: Function,
    *,
    title: str,
    holder: str,
    deputy: str,
    email: str,
    phone: str,
    deputy_email: str = "",
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change a function: who holds it, who deputises, how it is reached. What it owns follows.

    Raises:
        Blocked: the unit has another function with the title, or the function has ended.
    """
    refuse_unless_clear(blockers_to_change(function.ended_on))
    _refuse_taken_title(function.unit, title, besides=function)
    function.deputy_email = deputy_email
    function.title, function.holder, function.deputy, function.email, function.phone = title, holder, deputy, email, phone
    _record_function(function, actor, at)


def add_council(municipality: Municipality, *, name: str, actor: Actor | None, at: datetime) -> Council:
    """Add a råd of the municipality's own.

    Raises:
        Blocked: it stands there already.
    """
    taken = _exists(Council.municipality_id == municipality.id, Council.name == name)
    refuse_unless_clear(blockers_to_add(NameFacts(name_taken=taken)))
    council = Council(municipality_id=municipality.id, name=name)
    db.session.add(council)
    db.session.flush()
    record(EventName.council_added, at=at, actor=actor, subject_id=council.id, municipality_id=municipality.id)
    return council


def _refuse_taken_title(unit: Unit, title: str, besides: Function | None = None) -> None:
    conditions = [Function.unit_id == unit.id, Function.title == title]
    if besides is not None:
        conditions.append(Function.id != besides.id)
    refuse_unless_clear(blockers_to_add(NameFacts(name_taken=_exists(*conditions), field="title")))


def _record_unit(name: EventName, unit: Unit, actor: Actor | None, at: datetime) -> None:
    authority = unit.authority
    record(name, at=at, actor=actor, subject_id=unit.id, municipality_id=authority.municipality_id, authority_id=authority.id)


def _record_function(function: Function, actor: Actor | None, at: datetime) -> None:
    authority = function.unit.authority
    record(
        EventName.function_changed,
        at=at,
        actor=actor,
        subject_id=function.id,
        municipality_id=authority.municipality_id,
        authority_id=authority.id,
    )


def _exists(*conditions: sa.ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(*conditions))))
