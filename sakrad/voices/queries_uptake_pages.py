"""The pages about uptake: of a consultation, of a municipality, of all. What may be told stands in queries_uptake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import days_to_answer, days_to_feedback
from sakrad.consultations.models import Consultation, consultation_group
from sakrad.consultations.queries_public import FULL_NAME, Head, get_head
from sakrad.core import clock
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Municipality, OrganisationKind, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.positions.queries_coverage import has_answer_for
from sakrad.responses.models import UptakeCell
from sakrad.summaries.models import Summary, summary_not_heard
from sakrad.voices.queries_first import count_first_timers
from sakrad.voices.queries_uptake import By, Scope, Uptake, list_uptake, uptake_of, within
from sakrad.voices.report import Year

# What the address calls a breakdown, and what it is by.
VIEWS: Mapping[str, By] = {"grupp": "group", "enhet": "unit", "ar": "year", "slag": "kind", "sakrad": "consultation"}


MANY = 40  # municipalities: more are found by their first letter


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, in words of the address; what it does not know is passed over."""

    view: str = "grupp"
    year: int | None = None
    unit: str = ""  # its reference
    group: str = ""  # its slug
    kind: OrganisationKind | None = None
    letter: str = ""  # with which the municipalities' names begin

    @property
    def filters(self) -> dict[str, str]:
        """For url_for, without the breakdown."""
        said = {"ar": str(self.year or ""), "enhet": self.unit, "grupp": self.group, "slag": self.kind.value if self.kind else ""}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose from, where anything has been counted."""

    years: tuple[int, ...]
    units: tuple[tuple[str, str], ...]  # reference and name
    groups: tuple[Named, ...]
    kinds: tuple[OrganisationKind, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """How long things took, over the consultations whose summary is published: medians in days, None where nothing is known."""

    consultations: int
    answering: float | None  # from opening to closing
    feedback: float | None  # from closing to the authority's answer
    answered: int  # consultations with such an answer


@dataclass(frozen=True, slots=True)
class UptakePage:
    """…/genomslag and /statistik"""

    head: Head | None  # of the consultation
    kommun: str
    municipality: str
    place: str  # its name alone
    asked: Asked
    views: tuple[str, ...]  # the breakdowns that there are
    options: Options
    whole: Uptake
    lines: tuple[Uptake, ...]
    times: Times
    newcomers: int | None  # organisations that answered for the first time; None where no span is asked for
    unheard: tuple[tuple[Named, int], ...]  # groups concerned for which nobody answered, and in how many consultations
    page: int
    pages: int
    valid_until: datetime
    letters: tuple[str, ...] = ()  # of the municipalities, where there are many
    municipalities: tuple[tuple[str, str], ...] = ()  # name and slug: all, or those of the letter that is asked for


def get_consultation_uptake(kommun: str, slug: str, asked: Asked, at: datetime) -> UptakePage:
    """…/genomslag of a consultation. 6 statements. Raises Missing: also before its summary is published."""
    head, _more = get_head(kommun, slug, at)
    if head.summary_published_at is None:
        raise Missing("uptake")
    asked = Asked(view="slag" if asked.view == "slag" else "grupp")
    scope = Scope(consultation=head.id)
    lines = list_uptake(VIEWS[asked.view], scope)
    return UptakePage(
        head=head,
        kommun=head.kommun,
        municipality=head.municipality,
        place=head.place,
        asked=asked,
        views=("grupp", "slag"),
        options=Options((), (), (), ()),
        whole=uptake_of(scope),
        lines=tuple(lines),
        times=_times([(head.opens_at, head.closes_at, head.feedback_published_at)]),
        newcomers=count_first_timers(head.municipality_id, at, Consultation.id == head.id),
        unheard=_unheard(Consultation.id == head.id),
        page=1,
        pages=1,
        valid_until=head.valid_until,
    )


def get_municipality_uptake(kommun: str, asked: Asked, page: int, at: datetime) -> UptakePage:
    """…/genomslag of a municipality. At most 8 statements. Raises Missing."""
    statement = sa.select(Municipality.id, FULL_NAME.label("name"), Municipality.name.label("place")).where(
        Municipality.slug == kommun, Municipality.active
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise Missing("municipality")
    asked = replace(asked, view=asked.view if asked.view in VIEWS else "grupp")
    options, ids = _options(Scope(municipality=found.id))
    scope, asked = _scope(Scope(municipality=found.id), asked, options, ids)
    view = _page(scope, asked, page, at, options)
    own = [Consultation.municipality_id == found.id, Consultation.id.in_(_spoken(scope))]
    spanned = scope == Scope(municipality=found.id, year=scope.year)
    return replace(
        view,
        kommun=kommun,
        municipality=found.name,
        place=found.place,
        views=tuple(VIEWS),
        newcomers=_first_timers(found.id, scope.year, at) if spanned else None,
        unheard=_unheard(*own),
    )


def get_statistics(asked: Asked, page: int, at: datetime) -> UptakePage:
    """/statistik: all municipalities together. 6 statements."""
    asked = replace(asked, view=asked.view if asked.view in ("grupp", "ar", "slag") else "grupp", unit="")
    options, ids = _options(Scope())
    options = replace(options, units=())
    scope, asked = _scope(Scope(), asked, options, ids)
    view = _page(scope, asked, page, at, options)
    letters, municipalities = _municipalities(asked.letter)
    return replace(
        view,
        views=("grupp", "ar", "slag"),
        unheard=_unheard(Consultation.id.in_(_spoken(scope))),
        letters=letters,
        municipalities=municipalities,
    )


def _municipalities(letter: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Those about which there are figures, by the alphabet; where there are many, by their first letter. 1 statement."""
    counted = sa.exists().where(UptakeCell.municipality_id == Municipality.id)
    statement = sa.select(Municipality.name, Municipality.slug).where(Municipality.active, counted)
    found = [(row.name, row.slug) for row in db.session.execute(statement.order_by(order_sv(Municipality.name), Municipality.id))]
    if len(found) <= MANY:
        return (), tuple(found)
    return tuple(dict.fromkeys(name[:1] for name, _slug in found)), tuple(one for one in found if one[0][:1] == letter)


def _page(scope: Scope, asked: Asked, page: int, at: datetime, options: Options) -> UptakePage:
    times = _times(_dates(scope))
    by = VIEWS[asked.view]
    if by == "consultation":
        pages = page_count(times.consultations)
        page = min(page, pages)
        found = list_uptake(by, scope, offset=(page - 1) * PAGE) if page else list_uptake(by, scope, limit=times.consultations)
    else:  # groups, units, years and kinds are few
        found, page, pages = list_uptake(by, scope), 1, 1
    return UptakePage(
        head=None,
        kommun="",
        municipality="",
        place="",
        asked=asked,
        views=(),
        options=options,
        whole=uptake_of(scope),
        lines=tuple(found),
        times=times,
        newcomers=None,
        unheard=(),
        page=page,
        pages=pages,
        valid_until=clock.valid_until(at),
    )


Span = tuple[datetime | None, datetime | None, datetime | None]  # opened, closed, answered
Ids = Mapping[tuple[str, str], int]  # what the address calls a unit or a group → its id


def _options(scope: Scope) -> tuple[Options, Ids]:
    """1 statement."""
    own, none = sa.select(sa.literal(1)).where(*within(scope)).correlate_except(UptakeCell), sa.literal("")

    def part(what: str, key: Any, name: Any, name_en: Any = none, number: Any = sa.literal(0), order: Any = none) -> Any:  # noqa: B008
        columns = (sa.literal(what).label("what"), key.label("key"), name.label("name"), name_en.label("name_en"))
        return sa.select(*columns, number.label("number"), order.label("sorted"))

    text = sa.cast(UptakeCell.year, sa.String)
    parts = (
        part("year", text, none).where(*within(scope)).distinct(),
        part("kind", sa.cast(UptakeCell.kind, sa.String), none).where(*within(scope)).distinct(),
        part("unit", Unit.reference, Unit.name, none, Unit.id, order_sv(Unit.name)).where(
            own.where(UptakeCell.unit_id == Unit.id).exists()
        ),
        part("group", TargetGroup.slug, TargetGroup.name, TargetGroup.name_en, TargetGroup.id, order_sv(TargetGroup.name)).where(
            own.where(UptakeCell.group_id == TargetGroup.id).exists()
        ),
    )
    rows = db.session.execute(sa.union_all(*parts)).all()
    found = {what: [row for row in rows if row.what == what] for what in ("year", "kind", "unit", "group")}
    named = {what: sorted(found[what], key=lambda row: (row.sorted, row.number)) for what in ("unit", "group")}
    options = Options(
        years=tuple(sorted((int(row.key) for row in found["year"]), reverse=True)),
        units=tuple((row.key, row.name) for row in named["unit"]),
        groups=tuple(Named(row.name, row.name_en, row.key) for row in named["group"]),
        kinds=tuple(kind for kind in OrganisationKind if kind.value in {row.key for row in found["kind"]}),
    )
    return options, {(what, row.key): row.number for what in named for row in named[what]}


def _scope(scope: Scope, asked: Asked, options: Options, ids: Ids) -> tuple[Scope, Asked]:
    """The scope narrowed by what is asked for, where there is such a thing."""
    unit, group = ids.get(("unit", asked.unit)), ids.get(("group", asked.group))
    year = asked.year if asked.year in options.years else None
    kind = asked.kind if asked.kind in options.kinds else None
    known = replace(asked, unit=asked.unit if unit else "", group=asked.group if group else "", year=year, kind=kind)
    return replace(scope, unit=unit, group=group, year=year, kind=kind), known


def _spoken(scope: Scope) -> sa.Select[int]:
    """The consultations that the figures of the scope are about."""
    group = UptakeCell.group_id.is_(None) if scope.group is None else UptakeCell.group_id == scope.group
    return sa.select(UptakeCell.consultation_id).where(*within(scope), group)


def _dates(scope: Scope) -> list[Span]:
    """When each consultation of the scope opened, closed and was answered. 1 statement."""
    columns = (Consultation.opens_at, Consultation.closes_at, Consultation.feedback_published_at)
    return [
        (row.opens_at, row.closes_at, row.feedback_published_at)
        for row in db.session.execute(sa.select(*columns).where(Consultation.id.in_(_spoken(scope))))
    ]


def _times(dates: list[Span]) -> Times:
    answering = [days_to_answer(opens, closes) for opens, closes, _answered in dates if opens and closes]
    feedback = [days_to_feedback(closes, answered) for _opens, closes, answered in dates if closes and answered]
    return Times(len(dates), median(answering) if answering else None, median(feedback) if feedback else None, len(feedback))


def _first_timers(municipality_id: int, year: int | None, at: datetime) -> int | None:
    """Those of the consultations that closed in the year: the yearly report's own figure. 1 statement."""
    if year is None:
        return None
    asked = Year(year, at)
    return count_first_timers(municipality_id, at, Consultation.closes_at > asked.begins, Consultation.closes_at <= asked.until)


def _unheard(*which: sa.ColumnElement[bool]) -> tuple[tuple[Named, int], ...]:
    """The groups concerned for which nobody answered, and those that the summaries name as not heard. 1 statement."""
    concerned = (
        sa.select(Consultation.id, consultation_group.c.target_group_id)
        .join(consultation_group, consultation_group.c.consultation_id == Consultation.id)
        .where(Consultation.summary_published_at.is_not(None), *which, sa.not_(has_answer_for(consultation_group.c.target_group_id)))
    )
    named = (
        sa.select(Consultation.id, summary_not_heard.c.target_group_id)
        .join(Summary, Summary.consultation_id == Consultation.id)
        .join(summary_not_heard, summary_not_heard.c.summary_id == Summary.id)
        .where(Summary.published_at.is_not(None), *which, sa.not_(has_answer_for(summary_not_heard.c.target_group_id)))
    )
    silent = sa.union(concerned, named).subquery()
    rows = db.session.execute(
        sa.select(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, sa.func.count())
        .join(silent, silent.c.target_group_id == TargetGroup.id)
        .group_by(TargetGroup.id)
        .order_by(order_sv(TargetGroup.name), TargetGroup.id)
    )
    return tuple((Named(name, name_en, slug), number) for name, name_en, slug, number in rows)
