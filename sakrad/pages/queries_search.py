"""Finding: a page of results with what else can be chosen, suggestions while somebody types, and what is new to a saved search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import clock, i18n, search
from sakrad.core.db import db, lower_sv, order_sv, planned_for_values
from sakrad.core.paging import PAGE, page_count
from sakrad.core.search_index import SearchEntry
from sakrad.directory.models import Municipality
from sakrad.pages.search import FACETS, Asked, Sifted, asked_in, newest, normalised, sift
from sakrad.pages.search_candidates import Things, count_others, is_seen, list_candidates, list_things, passes
from sakrad.pages.search_hits import Hit, Meant, list_hits, meant
from sakrad.pages.search_kinds import ResultKind
from sakrad.pages.search_proposals import Alone, propose
from sakrad.pages.setup import named

__all__ = ["find_new", "get_new_page", "get_search_page", "list_suggestions", "name_of", "normalised"]

MOST = 2_000  # candidates that are looked at: the newest
SUGGESTED = 8
SHORTEST = 2  # letters that suggest something


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
    meant: tuple[Meant, ...]  # names spelled much like what was written, that were found instead
    facets: Mapping[str, tuple[Choice, ...]]
    dropped: tuple[Dropped, ...]
    page: int
    pages: int
    alone: tuple[Alone, ...] = ()  # when there is nothing: the words that would find something alone
    near: tuple[str, ...] = ()  # and the searches that may have been meant
    since: date | None = None  # only what is new since then


def get_search_page(asked: Asked, page: int, at: datetime, *, most: int = MOST) -> SearchPage:
    """What is found. At most 8 statements.

    Args:
        most: how many candidates are looked at, the newest.
    """
    wanted = search.parse(asked.q)
    if not asked or (asked.q and not wanted):
        return SearchPage((), 0, vague=bool(asked.q), more=False, meant=(), facets={}, dropped=(), page=1, pages=1)
    things = list_things(asked, at)
    with planned_for_values():
        pool, more = newest(list_candidates(wanted, at, things, asked, most=most + 1), most)
        others = count_others(wanted, at, things, most=most + 1) if asked.chosen else []
    beyond = sum(many for _of, many in others) > most  # what else there is to choose is then seen from the newest
    found = sift(pool, asked.chosen, others)
    alone, near = propose(asked.q, wanted, at) if wanted and not pool and not others else ((), ())
    pages = page_count(len(found.numbers))
    page = min(page, pages)
    hits = list_hits(wanted, [search.id_of(number) for number in found.numbers[(page - 1) * PAGE : page * PAGE]])
    return SearchPage(
        hits=hits,
        total=len(found.numbers),
        vague=False,
        more=more,
        meant=meant(asked.q, wanted, hits),
        facets=_facets(asked, things, found, counted=not beyond),
        dropped=() if hits else _dropped(asked, things, found, counted=not beyond),
        page=page,
        pages=pages,
        alone=alone,
        near=near,
    )


def get_new_page(asked: Asked, since: date, page: int, at: datetime, *, most: int = MOST) -> SearchPage:
    """What is found that could not be found before that day, newest first. At most 4 statements."""
    wanted = search.parse(asked.q)
    ids = _list_new(asked, wanted, clock.start_of(since), at, most + 1)
    pages = page_count(len(ids[:most]))
    page = min(page, pages)
    hits = list_hits(wanted, ids[:most][(page - 1) * PAGE : page * PAGE])
    return SearchPage(
        hits=hits,
        total=len(ids[:most]),
        vague=False,
        more=len(ids) > most,
        meant=meant(asked.q, wanted, hits),
        facets={},
        dropped=(),
        page=page,
        pages=pages,
        since=since,
    )


def find_new(query: str, since: datetime, at: datetime, limit: int) -> list[Hit]:
    """What a saved search (see `normalised`) finds at `at` that it could not find at `since`, newest first. At most 4 statements."""
    asked = asked_in(query)
    wanted = search.parse(asked.q)
    return list(list_hits(wanted, _list_new(asked, wanted, since, at, limit)))


def _list_new(asked: Asked, wanted: search.Wanted, since: datetime, at: datetime, limit: int) -> Sequence[int]:
    if not asked or (asked.q and not wanted):
        return []
    entry = SearchEntry
    new = sa.or_(entry.indexed_at > since, entry.visible_from > since)
    found = sa.select(entry.id, entry.at).where(is_seen(at), new, *passes(asked, at))
    if wanted:
        found = found.where(entry.id.in_(search.matching(wanted)))
    with planned_for_values():
        return db.session.scalars(found.order_by(entry.at.desc(), entry.id.desc()).limit(limit)).all()


def name_of(query: str) -> str:
    """A saved search in words, inside a sentence: ”ensamhet” i Ekhamra kommun, öppet. At most one statement."""
    asked = asked_in(query)
    what = f"”{asked.q}”" if asked.q else gettext("allt")
    if not asked.chosen:
        return what
    things = list_things(asked.but(skede=""), clock.now()).named
    called = {facet: things[facet].get(value, value) for facet, value in asked.chosen.items()}
    place = ", ".join(called[facet] for facet in ("forvaltning", "kommun", "lan") if facet in called)
    rest = [
        *(i18n.inline(i18n.label(called[facet])) for facet in ("slag", "skede", "organisationsslag") if facet in called),
        *(i18n.inline(named(called[facet])) for facet in ("grupp", "amne") if facet in called),
        *(called[facet] for facet in ("ar",) if facet in called),
    ]
    return ", ".join([gettext("%(what)s i %(place)s", what=what, place=place) if place else what, *rest])


# -- what can be chosen


def _facets(asked: Asked, things: Things, found: Sifted, *, counted: bool) -> dict[str, tuple[Choice, ...]]:
    """What is left to choose, by facet; where there is a single thing to choose it makes no difference, and is left out.

    Args:
        counted: whether it is known how much there is of what could be chosen instead of what is.
    """
    shown: dict[str, tuple[Choice, ...]] = {}
    for facet in FACETS:
        own, known = asked.chosen.get(facet), found.counts[facet]
        named = things.named[facet] if facet != "ar" else {year: year for year in sorted({*known, *([own] if own else [])}, reverse=True)}
        choices = [
            Choice(value, thing, known[value] if counted or own in (None, value) else None)
            for value, thing in named.items()
            if value in known or value == own
        ]
        if own or len(choices) > 1:
            shown[facet] = tuple(choices)
    return shown


def _dropped(asked: Asked, things: Things, found: Sifted, *, counted: bool) -> tuple[Dropped, ...]:
    named = things.named | {"ar": {asked.ar: asked.ar}}
    return tuple(
        Dropped(facet, named[facet].get(value, value), found.without[facet] if counted else None, asked.but(**{facet: ""}).query)
        for facet, value in asked.chosen.items()
        if found.without.get(facet)
    )


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
