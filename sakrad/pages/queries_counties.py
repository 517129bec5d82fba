"""Where: the municipalities that use Sakråd, on a map and by county, and a page for each county."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import is_open_sql, phase_sql
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db, order_sv
from sakrad.core.statements import built_once
from sakrad.directory.models import Municipality, MunicipalityKind
from sakrad.directory.queries_public import county_slug
from sakrad.pages import maps
from sakrad.pages.maps import Map
from sakrad.pages.queries import SHORT, WITH_SUMMARY
from sakrad.pages.queries_names import get_county
from sakrad.positions.queries_coverage import Row, list_rows
from sakrad.responses.models import Commitment
from sakrad.responses.queries_commitments import is_state
from sakrad.responses.told import is_told, join_released

MANY = 60  # municipalities; where there are more, the map and the list lead to the counties
OPEN = 10  # consultations of a county


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality or region in a list."""

    code: str
    slug: str
    name: str
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class CountyPlaces:
    """A county and those in it that use Sakråd."""

    slug: str
    name: str
    code: str
    places: tuple[Place, ...]

    @property
    def open(self) -> int:
        return sum(place.open for place in self.places)

    @property
    def total(self) -> int:
        return sum(place.total for place in self.places)


@dataclass(frozen=True, slots=True)
class Where:
    """/kommun: the active municipalities by county, and the map of them."""

    counties: tuple[CountyPlaces, ...]
    map: Map
    many: bool  # too many to be told one by one here
    valid_until: datetime

    @property
    def by_code(self) -> dict[str, Place]:
        return {place.code: place for county in self.counties for place in county.places}

    def paths(self, county: CountyPlaces) -> str:
        """The outlines of those in the county that use Sakråd, as one."""
        codes = {place.code for place in county.places}
        return "".join(shape.path for shape in self.map.used if shape.code in codes)


@dataclass(frozen=True, slots=True)
class CountyPage:
    """/lan/<lan>"""

    county: CountyPlaces
    map: Map | None
    open: tuple[Row, ...]
    summaries: tuple[Row, ...]
    summarised: int
    overdue: int
    valid_until: datetime

    @property
    def by_code(self) -> dict[str, Place]:
        return {place.code: place for place in self.county.places}


def get_where(at: datetime) -> Where:
    """One statement; there are at most 311 of them."""
    counties = _list_counties(at)
    codes = {place.code for county in counties for place in county.places}
    return Where(counties, maps.country(codes), len(codes) > MANY, clock.valid_until(at))


def get_county_page(lan: str, at: datetime) -> CountyPage:
    """A county in which somebody uses Sakråd. 4 statements. Raises Missing."""
    code, _name = get_county(lan)
    here, phase = Municipality.county_code == code, phase_sql(at)
    (county,) = _list_counties(at, code)
    open_ = list_rows(at, here, phase.in_((Phase.announced.value, Phase.open.value)), order=[Consultation.closes_at], limit=OPEN)
    summaries = list_rows(
        at, here, WITH_SUMMARY, Consultation.cancelled_at.is_(None), order=[Consultation.summary_published_at.desc()], limit=SHORT
    )
    counted = db.session.execute(sa.select(_summarised(code).label("summarised"), _overdue(code, at).label("overdue"))).one()
    return CountyPage(
        county=county,
        map=maps.county(code, {place.code for place in county.places}),
        open=tuple(open_),
        summaries=tuple(summaries),
        summarised=counted.summarised,
        overdue=counted.overdue,
        valid_until=clock.valid_until(at, *(border for row in open_ for border in (row.opens_at, row.closes_at))),
    )


@built_once
def _by_county(at: datetime, county_code: str | None) -> sa.Select[*tuple[Any, ...]]:
    def count(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        of = sa.select(sa.func.count()).where(
            Consultation.municipality_id == Municipality.id, Consultation.announced_at.is_not(None), *which
        )
        return of.correlate(Municipality).scalar_subquery()

    places = sa.select(
        *(Municipality.scb_code.label("code"), Municipality.slug, FULL_NAME.label("name"), Municipality.county, Municipality.county_code),
        count(is_open_sql(at)).label("open"),
        count().label("total"),
    ).where(Municipality.active)
    return (places if county_code is None else places.where(Municipality.county_code == county_code)).order_by(
        order_sv(Municipality.county), (Municipality.kind == MunicipalityKind.region), order_sv(Municipality.name)
    )


def _list_counties(at: datetime, county_code: str | None = None) -> tuple[CountyPlaces, ...]:
    return tuple(_counties(db.session.execute(*_by_county(at, county_code))))


def _counties(rows: Iterable[Any]) -> Iterable[CountyPlaces]:
    found: dict[tuple[str, str], list[Place]] = {}
    for row in rows:
        found.setdefault((row.county, row.county_code), []).append(Place(row.code, row.slug, row.name, row.open, row.total))
    return (CountyPlaces(county_slug(name), name, code, tuple(places)) for (name, code), places in found.items())


def _summarised(county_code: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Consultation)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(IS_PUBLIC, Municipality.county_code == county_code, WITH_SUMMARY)
        .scalar_subquery()
    )


def _overdue(county_code: str, at: datetime) -> sa.ScalarSelect[int]:
    return (
        join_released(sa.select(sa.func.count()).select_from(Commitment))
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(IS_PUBLIC, Municipality.county_code == county_code, is_told(), is_state("overdue", at))
        .scalar_subquery()
    )
