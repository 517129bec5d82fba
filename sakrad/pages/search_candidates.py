"""The candidates of a search: the newest entries with its words, and what each can be chosen by."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import search
from sakrad.core.db import db, order_sv
from sakrad.core.search import Wanted
from sakrad.core.search_index import SearchEntry
from sakrad.core.statements import built_once, strings
from sakrad.directory.models import Authority, Municipality, OrganisationKind, Subject, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.pages.search import FACETS, Alike, Asked, Of
from sakrad.pages.search_kinds import ResultKind

LINE = "\n"
FEW = 200  # consultations of a phase that the index is asked for: more are looked up
FEWER = 20  # that it is asked for again, where it is about titles


def is_seen(at: datetime) -> sa.ColumnElement[bool]:
    """Whether readers may see an entry at the instant."""
    return sa.or_(SearchEntry.visible_from.is_(None), SearchEntry.visible_from <= at)


def list_candidates(wanted: Wanted, at: datetime, things: Things, *, most: int) -> list[Alike]:
    """The newest, in one statement."""
    return _read(wanted, things, None, None, None, None, at, most)


def list_older(wanted: Wanted, at: datetime, things: Things, chosen: Asked, next_: int, *, most: int) -> list[Alike]:
    """The newest that pass what is chosen, from that number on, in two statements at most."""
    among = _tokens(chosen, things)
    rated = search.one_of_each(among)
    its: Sequence[int] | None = None
    if chosen.skede:  # their ids, since PostgreSQL cannot guess how many consultations are in a phase, and takes it for few
        its = db.session.scalars(*_in_phase(chosen.skede, at)).all()
        if len(its) <= FEW:
            among.append([search.facet("in", one) for one in its or ("-",)])
            rated = search.one_of_each(among) if len(its) <= FEWER else rated
            its = None
    return _read(wanted, things, search.one_of_each(among), rated, its, next_ + 1, at, most)


def _read(wanted: Wanted, things: Things, *which: Any) -> list[Alike]:
    told = db.session.execute(*_newest(search.all_of(wanted), search.any_of(wanted), *which)).one()
    of = functools.cache(functools.partial(_of, things))
    return [
        Alike(tuple(map(int, numbers.split())), int(titled), of(facts, phase))
        for facts, titled, phase, numbers in zip(*(column.split(LINE) if column else () for column in told), strict=True)
    ]


@built_once
def _in_phase(phase: str, at: datetime) -> sa.Select[int]:
    return sa.select(Consultation.id).where(phase_sql(at) == phase)


@built_once
def _newest(
    words: str | None,
    some: str | None,
    facets: str | None,
    rated: str | None,
    its: Sequence[int] | None,
    before: int | None,
    at: datetime,
    limit: int,
) -> sa.Select[Any]:
    """The newest entries, by what they can be chosen by and how their titles are: of each column a text with a line for each such group.

    Args:
        words, some, facets, before: see core.search.
        rated: those of `facets` that narrow down whose titles are looked at.
        its: consultations, of which they are.
    """
    entry = SearchEntry
    index = search.numbered(words, facets, before).subquery()
    newest = (
        sa.select(entry.consultation_id, _facets().label("facets"), index.c.id, index.c.newest)
        .join(index, index.c.id == entry.id)
        .where(is_seen(at), *([entry.consultation_id.in_(its)] if its is not None else []))
        .order_by(index.c.newest.desc())
        .limit(limit)
        .cte("newest")
        .prefix_with("MATERIALIZED")
    )
    title = search.titled(words, some, newest, rated) if words is not None else sa.literal_column("0")
    told = sa.select(newest, title.label("titled")).cte("told").prefix_with("MATERIALIZED")  # or else rated twice, to be grouped
    alike = (told.c.consultation_id, told.c.facets, told.c.titled)
    numbers = strings(sa.cast(told.c.newest, sa.String), " ").label("numbers")
    group = sa.select(*alike, numbers).group_by(*alike).subquery()
    columns = (group.c.facets, sa.cast(group.c.titled, sa.String), phase_sql(at), group.c.numbers)
    lines = (strings(column, LINE) for column in columns)  # a fraction of the work of as many rows
    said: Any = sa.select(*lines).outerjoin_from(group, Consultation, Consultation.id == group.c.consultation_id)
    whole: sa.Select[Any] = said
    return whole


def _facets() -> sa.ColumnElement[str]:
    """What an entry can be chosen by (core.search.Entry.facets), also of entries that were written before they held it as one text."""
    entry = SearchEntry
    numbers = (entry.municipality_id, entry.unit_id, sa.func.nullif(entry.year, 0))
    said: list[Any] = [entry.kind, *(sa.func.coalesce(sa.cast(one, sa.String), "") for one in numbers)]
    whole = functools.reduce(
        lambda text, one: text.concat(search.BETWEEN).concat(one), [*said, entry.groups, entry.subjects, entry.organisation_kind]
    )
    return sa.func.coalesce(entry.facets, whole)


def _of(things: Things, facts: str, phase: str) -> Of:
    """What a candidate can be chosen by."""
    kind, municipality_id, unit_id, year, groups, subjects, organisation_kind = facts.split(search.BETWEEN)
    place = things.places.get(municipality_id)
    unit = things.units.get(unit_id)
    return {
        "slag": (kind,),
        "kommun": (place.slug,) if place else (),
        "lan": (place.county_code,) if place else (),
        "forvaltning": (unit,) if unit else (),
        "skede": (phase,) if phase != Phase.draft else (),  # what belongs to no consultation
        "grupp": tuple(things.groups[number] for number in groups.split() if number in things.groups),
        "amne": tuple(things.subjects[number] for number in subjects.split() if number in things.subjects),
        "ar": (year,) if year else (),
        "organisationsslag": (organisation_kind,) if organisation_kind else (),
    }


def _tokens(asked: Asked, things: Things) -> list[list[str]]:
    """What is chosen, as the index knows it: all but the phase, which changes by itself."""
    ids = {
        "place": [one for one, place in things.places.items() if asked.kommun in ("", place.slug) and asked.lan in ("", place.county_code)],
        "unit": [one for one, reference in things.units.items() if reference == asked.forvaltning],
        "group": [one for one, slug in things.groups.items() if slug == asked.grupp],
        "subject": [one for one, slug in things.subjects.items() if slug == asked.amne],
        "kind": [asked.slag],
        "year": [asked.ar],
        "is": [asked.organisationsslag],
    }
    chosen = {
        "place": asked.kommun or asked.lan,
        "unit": asked.forvaltning,
        "group": asked.grupp,
        "subject": asked.amne,
        "kind": asked.slag,
        "year": asked.ar,
        "is": asked.organisationsslag,
    }
    return [[search.facet(name, one) for one in ids[name] or ["-"]] for name, value in chosen.items() if value]


# -- what can be chosen


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, or the county that it lies in."""

    slug: str
    county_code: str


@dataclass(frozen=True, slots=True)
class Things:
    """What the ids of the entries are, and by facet and value what it is called, in the order in which it is shown."""

    places: dict[str, Place]
    units: dict[str, str]
    groups: dict[str, str]
    subjects: dict[str, str]
    named: dict[str, dict[str, Any]]


def list_things(asked: Asked) -> Things:
    """Everything that has a name of its own, in one statement: some hundred municipalities, groups and subjects."""
    things = Things({}, {}, {}, {}, {name: {} for name in FACETS})
    counties: dict[str, str] = {}
    for row in db.session.execute(*_named(asked.kommun or None)):
        if row.facet == "kommun":
            things.places[str(row.id)] = Place(row.value, row.more)
            counties[row.more] = row.county
        elif row.facet == "forvaltning":
            things.units[str(row.id)] = row.value
        else:
            (things.groups if row.facet == "grupp" else things.subjects)[str(row.id)] = row.value
        things.named[row.facet][row.value] = Named(row.name, row.more, row.value) if row.facet in ("grupp", "amne") else row.name
    things.named["lan"] = dict(sorted(counties.items(), key=lambda county: county[1].casefold()))
    for facet, kind in (("slag", ResultKind), ("skede", Phase), ("organisationsslag", OrganisationKind)):
        things.named[facet] = {member.value: member for member in kind}
    return things


@built_once
def _named(kommun: str | None) -> sa.Select[Any]:
    """Municipalities, groups and subjects; and the units of one municipality."""
    empty = sa.literal("")
    place = sa.select(
        sa.literal("kommun").label("facet"),
        Municipality.id.label("id"),
        Municipality.slug.label("value"),
        FULL_NAME.label("name"),
        Municipality.county_code.label("more"),
        Municipality.county.label("county"),
        order_sv(Municipality.name).label("order"),
    ).where(Municipality.active)
    unit = (
        sa.select(sa.literal("forvaltning"), Unit.id, Unit.reference, Unit.name, empty, empty, order_sv(Unit.name))
        .join(Authority, Authority.id == Unit.authority_id)
        .join(Municipality, Municipality.id == Authority.municipality_id)
        .where(Municipality.slug == kommun, Municipality.active)
    )
    group = sa.select(
        sa.literal("grupp"), TargetGroup.id, TargetGroup.slug, TargetGroup.name, TargetGroup.name_en, empty, order_sv(TargetGroup.name)
    )
    subject = sa.select(sa.literal("amne"), Subject.id, Subject.slug, Subject.name, Subject.name_en, empty, order_sv(Subject.name))
    every = sa.union_all(place, *([unit] if kommun is not None else []), group, subject).subquery()
    return sa.select(every).order_by(every.c.order)


def passes(asked: Asked, at: datetime) -> list[sa.ColumnElement[bool]]:
    """What is chosen, in SQL: for what is new."""
    entry = SearchEntry
    where: list[sa.ColumnElement[bool]] = []
    if asked.slag:
        where.append(entry.kind == asked.slag)
    if asked.kommun:
        where.append(entry.municipality_id.in_(_active(Municipality.slug == asked.kommun)))
    if asked.lan:
        where.append(entry.municipality_id.in_(_active(Municipality.county_code == asked.lan)))
    if asked.forvaltning:
        where.append(entry.unit_id.in_(sa.select(Unit.id).where(Unit.reference == asked.forvaltning)))
    if asked.skede:
        where.append(entry.consultation_id.in_(sa.select(Consultation.id).where(phase_sql(at) == asked.skede)))
    if asked.grupp:
        where.append(entry.groups.like(_held(TargetGroup, asked.grupp)))
    if asked.amne:
        where.append(entry.subjects.like(_held(Subject, asked.amne)))
    if asked.ar:
        where.append(entry.year == int(asked.ar))
    if asked.organisationsslag:
        where.append(entry.organisation_kind == asked.organisationsslag)
    return where


def _active(where: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(Municipality.id).where(Municipality.active, where)


def _held(kind: Any, slug: str) -> sa.ScalarSelect[str]:
    """The pattern of an id among ids between spaces; NULL, which nothing is like, when there is no such thing."""
    return sa.select(sa.literal("% ").concat(sa.cast(kind.id, sa.String)).concat(" %")).where(kind.slug == slug).scalar_subquery()
