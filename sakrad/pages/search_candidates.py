"""The candidates of a search: the newest entries with its words, and what each can be chosen by."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import clock, search
from sakrad.core.db import db, order_sv
from sakrad.core.search import Wanted
from sakrad.core.search_index import SearchEntry
from sakrad.core.statements import built_once, read_columns, strings
from sakrad.directory.models import Authority, Municipality, OrganisationKind, Subject, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.pages.search import FACETS, Alike, Asked, Of
from sakrad.pages.search_kinds import ResultKind

LINE = "\n"
FEW = 200  # consultations of a phase that SQLite's index is asked for: more are looked up
FEWER = 20  # that PostgreSQL's is asked for, and SQLite's again where it is about titles


def is_seen(at: datetime) -> sa.ColumnElement[bool]:
    """Whether readers may see an entry at the instant."""
    return sa.or_(SearchEntry.visible_from.is_(None), SearchEntry.visible_from <= at)


def list_candidates(wanted: Wanted, at: datetime, things: Things, chosen: Asked, *, most: int) -> list[Alike]:
    """The newest that pass what is chosen, in one statement."""
    among, since, before = _tokens(chosen, things), *_year(chosen)
    rated = search.one_of_each(among)
    its = things.phased if chosen.skede else None
    if its is not None and len(its) <= (FEWER if db.engine.dialect.name == "postgresql" else FEW):
        among.append([search.facet("in", one) for one in its or ("-",)])
        rated = search.one_of_each(among) if len(its) <= FEWER else rated
        its = None
    index = (search.all_of(wanted), search.one_of_each(among), since, before)
    row = read_columns(*_candidates(*index, search.any_of(wanted), rated, its, at, most)).one()
    every, some = (frozenset(map(int, (numbers or "").split())) for numbers in row[:2])
    found = [Alike(tuple(map(int, numbers.split())), 0, of) for of, numbers in _told(row[2:], things)]
    return [part for alike in found for part in _parted(alike, every, some)] if every or some else found


def _parted(alike: Alike, every: frozenset[int], some: frozenset[int]) -> Iterator[Alike]:
    """By how many of the words stand in their titles."""
    parts: dict[int, list[int]] = {}
    for number in alike.numbers:
        parts.setdefault(2 if number in every else 1 if number in some else 0, []).append(number)
    return (Alike(tuple(numbers), titled, alike.of) for titled, numbers in parts.items())


def count_others(wanted: Wanted, at: datetime, things: Things, *, most: int) -> list[tuple[Of, int]]:
    """The newest whatever is chosen, in one statement: how many can be chosen by the same."""
    row = read_columns(*_others(search.all_of(wanted), at, most)).one()
    return [(of, int(many)) for of, many in _told(row, things)]


def _told(columns: Sequence[Any], things: Things) -> Iterator[tuple[Of, str]]:
    """What `_lines` tells."""
    for facts, phase, more in zip(*(column.split(LINE) if column else () for column in columns), strict=True):
        of = things.known.get((facts, phase))
        if of is None:
            of = things.known[facts, phase] = _of(things, facts, phase)
        yield of, more


@built_once
def _candidates(
    words: str | None,
    facets: str | None,
    since: int | None,
    before: int | None,
    some: str | None,
    rated: str | None,
    its: Sequence[int] | None,
    at: datetime,
    limit: int,
) -> sa.Select[Any]:
    """The newest entries: their numbers, and how their titles are.

    Args:
        words, facets, since, before, some: see core.search.
        rated: those of `facets` that narrow down whose titles are looked at.
        its: consultations, of which they are.
    """
    newest = _newest(search.numbered(words, facets, since, before), its, at, limit).cte("newest").prefix_with("MATERIALIZED")
    every, any_ = search.titled(words, some, newest, rated)
    whole = _lines(newest, at, strings(sa.cast(newest.c.newest, sa.String), " "))
    return sa.select(_text(every), _text(any_), whole.subquery())


def _text(numbers: sa.Select[int] | None) -> sa.ColumnElement[Any]:
    if numbers is None:
        return sa.null()
    found = numbers.subquery()
    return sa.select(strings(sa.cast(found.c.newest, sa.String), " ")).scalar_subquery()


@built_once
def _others(words: str | None, at: datetime, limit: int) -> sa.Select[Any]:
    """The newest entries with the words: how many they are."""
    return _lines(_newest(search.numbered(words), None, at, limit).subquery(), at, sa.cast(sa.func.count(), sa.String))


def _newest(numbered: sa.Select[Any], its: Any, at: datetime, limit: int) -> sa.Select[Any]:
    """The newest that readers may see, each with what it can be chosen by."""
    entry, index = SearchEntry, numbered.subquery()
    return (
        sa.select(entry.consultation_id, _facets().label("facets"), *index.c)
        .join(index, index.c.id == entry.id)
        .where(is_seen(at), *([entry.consultation_id.in_(its)] if its is not None else []))
        .order_by(index.c.newest.desc())
        .limit(limit)
    )


def _lines(entries: sa.FromClause, at: datetime, column: sa.ColumnElement[str]) -> sa.Select[Any]:
    """What they can be chosen by, the phase, and the column, by what is alike: a text of each, with a line for each group.

    That is a fraction of the work of as many rows.
    """
    alike = (entries.c.consultation_id, entries.c.facets)
    group = sa.select(*alike, column.label("told")).group_by(*alike).subquery()
    lines = (strings(one, LINE).label(f"lines{n}") for n, one in enumerate((group.c.facets, phase_sql(at), group.c.told)))
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


def _year(asked: Asked) -> tuple[int | None, int | None]:
    """The numbers between which the chosen year lies: PostgreSQL begins there, in place of walking the years after it."""
    if not asked.ar:
        return None, None
    since, before = (clock.start_of(date(int(asked.ar) + more, 1, 1)) for more in (0, 1))
    return search.number_of(0, since), search.number_of(0, before)


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
    phased: list[int]  # the consultations in the phase: by id, since PostgreSQL cannot guess how many they are, and takes them for few
    known: dict[tuple[str, str], Of] = field(default_factory=dict)  # what has been told of entries, by the texts of it


def list_things(asked: Asked, at: datetime) -> Things:
    """Everything that has a name of its own, in one statement: some hundred municipalities, groups and subjects."""
    things = Things({}, {}, {}, {}, {name: {} for name in FACETS}, [])
    counties: dict[str, str] = {}
    for row in read_columns(*_named(asked.kommun or None, asked.skede or None, at)):
        if row.facet == "skede":
            things.phased.append(row.id)
            continue
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
def _named(kommun: str | None, phase: str | None, at: datetime) -> sa.Select[Any]:
    """Municipalities, groups and subjects; the units of one municipality; the consultations in one phase."""
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
    phased = sa.select(sa.literal("skede"), Consultation.id, *(empty for _column in range(5))).where(phase_sql(at) == phase)
    some = [*([unit] if kommun is not None else []), *([phased] if phase is not None else [])]
    every = sa.union_all(place, *some, group, subject).subquery()
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
