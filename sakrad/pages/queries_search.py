"""Finding: a page of results with what else can be chosen, suggestions while somebody types, and what is new to a saved search."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import aliased

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import phase_sql
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import search
from sakrad.core.db import db, lower_sv, order_sv
from sakrad.core.paging import PAGE, page_count
from sakrad.core.search import Wanted
from sakrad.core.search_index import SearchEntry
from sakrad.core.statements import built_once
from sakrad.directory.models import Authority, Municipality, OrganisationKind, Subject, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.pages.search import FACETS, Asked, Candidate, Of, Sifted, asked_in, marked, normalised, sift, snippet
from sakrad.pages.search_kinds import ResultKind

__all__ = ["find_new", "get_search_page", "list_suggestions", "normalised"]

MOST = 2_000  # candidates that are looked at: the newest
SUGGESTED = 8
SHORTEST = 2  # letters that suggest something
Lead = aliased(SearchEntry, name="lead")  # the consultation of a result


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: where it stands, and the words around what was found."""

    kind: ResultKind
    path: str  # without language
    name: str
    title: Markup  # the name, with what was found marked
    snippet: Markup
    at: datetime
    number: int | None  # of the question, finding or commitment
    unnamed: bool
    consultation: str
    municipality: str
    organisation_kind: OrganisationKind | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen, and how many results there would then be; None where that is not known."""

    value: str
    thing: Any  # a name, a Named or an enum's member
    count: int | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something chosen without which there would be results."""

    facet: str
    thing: Any
    count: int | None
    query: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """/sok. Without `valid_until`: what somebody searches for is not kept."""

    hits: tuple[Hit, ...]
    total: int
    vague: bool  # nothing but words that stand in every text
    more: bool  # there are more than were looked at
    meant: tuple[tuple[str, str], ...]  # what was written, and the name spelled much like it that was found instead
    facets: Mapping[str, tuple[Choice, ...]]
    dropped: tuple[Dropped, ...]
    page: int
    pages: int


def get_search_page(asked: Asked, page: int, at: datetime, *, most: int = MOST) -> SearchPage:
    """What is found. At most 6 statements.

    Args:
        most: how many candidates are looked at, the newest.
    """
    wanted = search.parse(asked.q)
    if not asked or (asked.q and not wanted):
        return SearchPage((), 0, vague=bool(asked.q), more=False, meant=(), facets={}, dropped=(), page=1, pages=1)
    things = _things(asked)
    pool = _candidates(wanted, at, things, most=most)
    beyond = len(pool) > most
    found = sift(pool[:most], asked.chosen)
    among, facets = found, functools.partial(_facets, asked, things)
    if beyond and asked.chosen:  # older ones pass as well
        pool = _candidates(wanted, at, things, *_passes(asked, at), most=most)
        found = sift(pool[:most], asked.chosen)
        facets = functools.partial(facets, instead=among)
    pages = page_count(len(found.ids))
    page = min(page, pages)
    hits = _hits(wanted, found.ids[(page - 1) * PAGE : page * PAGE])
    return SearchPage(
        hits=hits,
        total=len(found.ids),
        vague=False,
        more=len(pool) > most,
        meant=_meant(wanted, hits),
        facets=facets(found),
        dropped=() if hits else _dropped(asked, things, among, counted=not beyond),
        page=page,
        pages=pages,
    )


def find_new(query: str, since: datetime, at: datetime, limit: int) -> list[Hit]:
    """What a saved search (see `normalised`) finds at `at` that it could not find at `since`, newest first. At most 4 statements."""
    asked = asked_in(query)
    wanted = search.parse(asked.q)
    if not asked or (asked.q and not wanted):
        return []
    entry = SearchEntry
    new = sa.or_(entry.indexed_at > since, entry.visible_from > since)
    found = _found(wanted, at, entry.id, entry.at).where(new, *_passes(asked, at))
    return list(_hits(wanted, db.session.scalars(found.order_by(entry.at.desc(), entry.id.desc()).limit(limit)).all()))


def _found(wanted: Wanted, at: datetime, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """The entries with the words that readers may see at the instant."""
    entry = SearchEntry
    found = sa.select(*columns).where(sa.or_(entry.visible_from.is_(None), entry.visible_from <= at))
    return found.where(entry.id.in_(search.matching(wanted))) if wanted else found


def _candidates(wanted: Wanted, at: datetime, things: Things, *where: sa.ColumnElement[bool], most: int) -> list[Candidate]:
    """The newest, one more of them than are looked at, in one statement."""
    entry = SearchEntry
    columns = (
        entry.id,
        entry.title,
        entry.kind,
        entry.municipality_id,
        entry.unit_id,
        entry.groups,
        entry.subjects,
        entry.year,
        entry.organisation_kind,
    )
    newest = (
        _found(wanted, at, *columns, entry.consultation_id, entry.at)
        .where(*where)
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(most + 1)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(*(newest.c[column.key] for column in columns), phase_sql(at))
        .outerjoin(Consultation, Consultation.id == newest.c.consultation_id)
        .order_by(newest.c.at.desc(), newest.c.id.desc())
    )
    titled, of = functools.cache(functools.partial(_titled, wanted)), functools.cache(functools.partial(_of, things))
    return [Candidate(id_, facts[0], titled(title), of(*facts)) for id_, title, *facts in rows]


def _titled(wanted: Wanted, title: str) -> int:
    """Whether all the words stand in a title (2), or some (1)."""
    stems = search.stems(title)
    has = [any(map(word.found_in, stems)) for word in wanted.words]
    return all(has) + any(has)


def _of(
    things: Things,
    kind: str,
    municipality_id: int | None,
    unit_id: int | None,
    groups: str,
    subjects: str,
    year: int,
    organisation_kind: str,
    phase: str,
) -> Of:
    """What a candidate can be chosen by."""
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
        "ar": (str(year),) if year else (),
        "organisationsslag": (organisation_kind,) if organisation_kind else (),
    }


# -- what can be chosen


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, or the county that it lies in."""

    slug: str
    county_code: str


@dataclass(frozen=True, slots=True)
class Things:
    """What the ids of the entries are, and by facet and value what it is called, in the order in which it is shown."""

    places: dict[int | None, Place]
    units: dict[int | None, str]
    groups: dict[str, str]
    subjects: dict[str, str]
    named: dict[str, dict[str, Any]]


def _things(asked: Asked) -> Things:
    """Everything that has a name of its own, in one statement: some hundred municipalities, groups and subjects."""
    things = Things({}, {}, {}, {}, {name: {} for name in FACETS})
    counties: dict[str, str] = {}
    for row in db.session.execute(*_named(asked.kommun or None)):
        if row.facet == "kommun":
            things.places[row.id] = Place(row.value, row.more)
            counties[row.more] = row.county
        elif row.facet == "forvaltning":
            things.units[row.id] = row.value
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
        .where(Municipality.slug == kommun)
    )
    group = sa.select(
        sa.literal("grupp"), TargetGroup.id, TargetGroup.slug, TargetGroup.name, TargetGroup.name_en, empty, order_sv(TargetGroup.name)
    )
    subject = sa.select(sa.literal("amne"), Subject.id, Subject.slug, Subject.name, Subject.name_en, empty, order_sv(Subject.name))
    every = sa.union_all(place, *([unit] if kommun is not None else []), group, subject).subquery()
    return sa.select(every).order_by(every.c.order)


def _facets(asked: Asked, things: Things, found: Sifted, *, instead: Sifted | None = None) -> dict[str, tuple[Choice, ...]]:
    """What is left to choose, by facet; where there is a single thing to choose it makes no difference, and is left out.

    Args:
        instead: what there is to choose in the place of what is chosen, where it is not known how much of each.
    """
    shown: dict[str, tuple[Choice, ...]] = {}
    for facet in FACETS:
        own, known = asked.chosen.get(facet), found.counts[facet]
        others = instead.counts[facet] if instead and own else known
        named = things.named[facet] if facet != "ar" else {year: year for year in sorted({*others, *([own] if own else [])}, reverse=True)}
        choices = [
            Choice(value, thing, None if instead and own else known[value])
            for value, thing in named.items()
            if value in others or value == own
        ]
        if own or len(choices) > 1:
            shown[facet] = tuple(choices)
    return shown


def _dropped(asked: Asked, things: Things, among: Sifted, *, counted: bool) -> tuple[Dropped, ...]:
    named = things.named | {"ar": {asked.ar: asked.ar}}
    return tuple(
        Dropped(facet, named[facet].get(value, value), among.without[facet] if counted else None, asked.but(**{facet: ""}).query)
        for facet, value in asked.chosen.items()
        if among.without.get(facet)
    )


def _passes(asked: Asked, at: datetime) -> list[sa.ColumnElement[bool]]:
    """What is chosen, in SQL: for what lies beyond the newest candidates, and for what is new."""
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


# -- results


def _hits(wanted: Wanted, ids: Sequence[int]) -> tuple[Hit, ...]:
    """The results of a page, in their order, in one statement."""
    if not ids:
        return ()
    marks = functools.partial(search.marks, wanted)
    found: dict[int, Hit] = {}
    for row in db.session.execute(*_results(tuple(ids))):
        facts = json.loads(row.facts or "{}")
        found[row.id] = Hit(
            kind=ResultKind(row.kind),
            path=row.path,
            name=row.title,
            title=marked(row.title, list(marks(row.title))),
            snippet=snippet(row.text, marks),
            at=row.at,
            number=facts.get("number"),
            unnamed=bool(facts.get("unnamed")),
            consultation=row.consultation or "",
            municipality=row.municipality or "",
            organisation_kind=OrganisationKind(row.organisation_kind) if row.organisation_kind else None,
        )
    return tuple(found[one] for one in ids if one in found)


@built_once
def _results(ids: Sequence[int]) -> sa.Select[Any]:
    entry = SearchEntry
    return (
        sa.select(
            entry.id,
            entry.kind,
            entry.path,
            entry.title,
            entry.text,
            entry.facts,
            entry.at,
            entry.organisation_kind,
            Lead.title.label("consultation"),
            FULL_NAME.label("municipality"),
        )
        .outerjoin(Lead, Lead.key == sa.literal(f"{ResultKind.consultation}:").concat(sa.cast(entry.consultation_id, sa.String)))
        .outerjoin(Municipality, Municipality.id == entry.municipality_id)
        .where(entry.id.in_(ids))
    )


def _meant(wanted: Wanted, hits: Sequence[Hit]) -> tuple[tuple[str, str], ...]:
    """The words that were found in the place of others, as they stand in the results."""
    found: list[tuple[str, str]] = []
    for word in wanted.words:
        if word.close:
            alone = Wanted((word,))
            shown = (text for hit in hits for text in (hit.name, unescape(hit.snippet.striptags())))
            instead = (text[span.start : span.end] for text in shown for span in search.marks(alone, text))
            found += [(word.written, one) for one in itertools.islice(instead, 1)]
    return tuple(found)


# -- suggestions


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where somebody who has begun to type may be going."""

    kind: ResultKind | None  # None: a municipality
    path: str
    name: str


def list_suggestions(begun: str, at: datetime) -> list[Suggestion]:
    """Municipalities, consultations and organisations with a word in their name that begins so. One statement."""
    begun = " ".join(begun.split()).lower()
    if len(begun) < SHORTEST:
        return []
    entry = SearchEntry
    name, title = lower_sv(FULL_NAME), lower_sv(entry.title)
    place = sa.select(
        sa.literal("").label("kind"),
        sa.literal("/kommun/").concat(Municipality.slug).label("path"),
        FULL_NAME.label("name"),
        _place_of(name, begun).label("where"),
        sa.literal(0).label("order"),
    ).where(Municipality.active, _place_of(name, begun) < 2)
    other = sa.select(
        entry.kind,
        entry.path,
        entry.title,
        _place_of(title, begun),
        sa.case((entry.kind == ResultKind.consultation.value, 1), else_=2),
    ).where(
        entry.kind.in_((ResultKind.consultation.value, ResultKind.organisation.value)),
        sa.or_(entry.visible_from.is_(None), entry.visible_from <= at),
        _place_of(title, begun) < 2,
    )
    found = sa.union_all(place, other).subquery()
    order = (found.c.where, found.c.order, order_sv(found.c.name))
    rows = db.session.execute(sa.select(found).order_by(*order).limit(SUGGESTED))
    return [Suggestion(ResultKind(row.kind) if row.kind else None, row.path, row.name) for row in rows]


def _place_of(name: sa.ColumnElement[str], begun: str) -> sa.ColumnElement[int]:
    """0 when the name begins so, 1 when a later word of it does, 2 when none does."""
    return sa.case((name.startswith(begun, autoescape=True), 0), (name.contains(f" {begun}", autoescape=True), 1), else_=2)
