"""Uptake (genomslag): of the points that were raised, how many were answered how. Read from what is kept counted.

Contract for other pages: `uptake_of` gives one line of figures for a scope, `list_uptake` one line for each group, unit,
year, consultation or kind of organisation in it. 1 statement each, however many points there are. What a line holds is
safe to show (responses.uptake); whether it is shown as shares or as a list is `Uptake.few`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db, order_sv
from sakrad.core.paging import PAGE
from sakrad.directory.models import Municipality, OrganisationKind, TargetGroup, Unit
from sakrad.directory.queries_public import Named
from sakrad.responses.models import Outcome, Telling, UptakeCell
from sakrad.responses.uptake import ORDER

By = Literal["group", "unit", "year", "consultation", "kind"]
SHARES = 20  # points from which shares say something; below it they are listed (PRACTICE.md 26)
WHOLE = (None, None)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which points: ids, and a year as the one in which the summary was published. None: all."""

    municipality: int | None = None
    unit: int | None = None
    year: int | None = None
    group: int | None = None
    kind: OrganisationKind | None = None
    consultation: int | None = None


@dataclass(frozen=True, slots=True)
class Uptake:
    """A line of figures. What it is about stands in the one of the fields that `list_uptake` was asked for."""

    counts: dict[Outcome | None, int]  # None: not answered
    hidden: int = 0  # points that are in no figure above, since it would tell whose they are; known of all groups and kinds only
    contributors: int = 0  # organisations told by name, once in each consultation
    group: Named | None = None
    unit: str = ""
    unit_reference: str = ""
    year: int | None = None
    kind: OrganisationKind | None = None
    title: str = ""  # of the consultation
    address: dict[str, str] = field(default_factory=dict)  # its, for url_for
    municipality: str = ""

    @property
    def rows(self) -> list[tuple[Outcome | None, int]]:
        """Every outcome in its order, then what is not answered."""
        return [(outcome, self.counts.get(outcome, 0)) for outcome in ORDER]

    @property
    def told(self) -> int:
        """How many points the figures hold."""
        return sum(self.counts.values())

    @property
    def total(self) -> int:
        return self.told + self.hidden

    @property
    def unanswered(self) -> int:
        return self.counts.get(None, 0)

    @property
    def few(self) -> bool:
        """Too few for shares."""
        return self.told < SHARES


def uptake_of(scope: Scope) -> Uptake:
    """The figures of the scope; all nought where nothing has been raised. 1 statement."""
    return next(iter(_lines(db.session.execute(_figures(scope, ())))), Uptake({}))


def list_uptake(by: By, scope: Scope, *, limit: int = PAGE, offset: int = 0) -> list[Uptake]:
    """A line for each, by name; years and consultations latest first. 1 statement.

    Args:
        limit: of the consultations; groups, units, years and kinds are all told.
    """
    if by == "group":
        columns: Sequence[Any] = (TargetGroup.name, TargetGroup.name_en, TargetGroup.slug)
        statement = _figures(scope, columns, every_group=True).join(TargetGroup, TargetGroup.id == UptakeCell.group_id)
        statement = statement.order_by(order_sv(TargetGroup.name), TargetGroup.id).group_by(TargetGroup.id)
    elif by == "unit":
        columns = (Unit.name.label("unit"), Unit.reference.label("unit_reference"), Unit.id)
        statement = _figures(scope, columns).join(Unit, Unit.id == UptakeCell.unit_id)
        statement = statement.order_by(order_sv(Unit.name), Unit.id)
    elif by == "year":
        statement = _figures(scope, (UptakeCell.year,)).order_by(UptakeCell.year.desc())
    elif by == "kind":
        statement = _figures(scope, (UptakeCell.kind,), every_kind=True).order_by(UptakeCell.kind)
    else:
        columns = (Consultation.title, Consultation.slug, Municipality.slug.label("kommun"), Municipality.name.label("municipality"))
        latest = sa.select(UptakeCell.consultation_id).join(Consultation).where(*within(scope), UptakeCell.group_id == scope.group)
        if scope.group is None:
            latest = sa.select(UptakeCell.consultation_id).join(Consultation).where(*within(scope), UptakeCell.group_id.is_(None))
        latest = latest.group_by(UptakeCell.consultation_id, Consultation.summary_published_at)
        page = latest.order_by(Consultation.summary_published_at.desc(), UptakeCell.consultation_id).limit(limit).offset(offset).subquery()
        statement = (
            _figures(scope, columns)
            .join(page, page.c.consultation_id == UptakeCell.consultation_id)
            .join(Consultation, Consultation.id == UptakeCell.consultation_id)
            .join(Municipality, Municipality.id == UptakeCell.municipality_id)
            .group_by(Consultation.id)
            .order_by(Consultation.summary_published_at.desc(), Consultation.id)
        )
    return _lines(db.session.execute(statement))


def count_unnamed(scope: Scope, *where: sa.ColumnElement[bool]) -> int:
    """How many points are counted in the figures though readers may not know whose they are. 1 statement."""
    cell = UptakeCell
    own = cell.group_id.is_(None) if scope.group is None else cell.group_id == scope.group
    counted = sa.select(sa.func.sum(cell.shy_points)).where(*within(scope), own, cell.telling.in_(_told(scope.kind is not None)), *where)
    return int(db.session.scalar(counted) or 0)


def list_latest(scope: Scope, enough: int, *where: sa.ColumnElement[bool]) -> list[int]:
    """The latest consultations of the scope, as many as hold `enough` points said by name: those that readers may surely read. 1 statement.

    So that what was said last is looked for there, and not among all that has been said.
    """
    cell = UptakeCell
    own = cell.group_id.is_(None) if scope.group is None else cell.group_id == scope.group
    order = (Consultation.summary_published_at.desc(), Consultation.id)
    told = sa.func.sum(cell.points - cell.shy_points)
    each = (
        sa.select(Consultation.id, (sa.func.sum(told).over(order_by=order) - told).label("before"))
        .join(cell, cell.consultation_id == Consultation.id)
        .where(*within(scope), own, Consultation.announced_at.is_not(None), *where)
        .group_by(Consultation.id)
        .subquery()
    )
    return list(db.session.scalars(sa.select(each.c.id).where(each.c.before < enough)))


def within(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The scope but its group, as the columns of the cell say it. Only of municipalities whose pages are on."""
    cell = UptakeCell
    where = [cell.municipality_id.in_(sa.select(Municipality.id).where(Municipality.active))]
    asked = (
        (cell.municipality_id, scope.municipality),
        (cell.unit_id, scope.unit),
        (cell.year, scope.year),
        (cell.kind, scope.kind),
        (cell.consultation_id, scope.consultation),
    )
    return where + [column == value for column, value in asked if value is not None]


def _figures(scope: Scope, columns: Sequence[Any], *, every_group: bool = False, every_kind: bool = False) -> sa.Select[*tuple[Any, ...]]:
    """Sums over the cells by `columns` and outcome. A cell's shy points are in them as far as its telling goes."""
    cell = UptakeCell
    by_kind = every_kind or scope.kind is not None
    counted = cell.points - sa.case((cell.telling.in_(_told(by_kind)), 0), else_=cell.shy_points)
    whole = scope.group is None and not every_group and not by_kind  # elsewhere even how many are left out would tell of somebody
    hidden = sa.func.sum(cell.points - counted) if whole else sa.literal(0)
    if scope.group is not None:
        group = cell.group_id == scope.group
    else:
        group = cell.group_id.is_not(None) if every_group else cell.group_id.is_(None)
    figures = (cell.outcome, sa.func.sum(counted).label("counted"), hidden.label("hidden"), sa.func.sum(cell.voices).label("voices"))
    return sa.select(*columns, *figures).select_from(cell).where(*within(scope), group).group_by(*columns, cell.outcome)


def _told(by_kind: bool) -> tuple[Telling, ...]:
    """The cells whose shy points stand in figures."""
    return (Telling.alone,) if by_kind else (Telling.alone, Telling.summed)


FIGURES = ("outcome", "counted", "hidden", "voices")


def _lines(rows: Any) -> list[Uptake]:
    """The rows gathered, a line for each of what they are about; a line in which nothing may be told is left out."""
    lines: dict[tuple[Any, ...], list[Any]] = {}
    names = [name for name in rows.keys() if name not in FIGURES]  # noqa: SIM118 - of a result, which is no mapping
    for row in rows:
        lines.setdefault(tuple(row._mapping[name] for name in names), []).append(row)
    return [line for about, gathered in lines.items() if (line := _line(dict(zip(names, about, strict=True)), gathered)).total]


def _line(about: dict[str, Any], rows: list[Any]) -> Uptake:
    return Uptake(
        counts={row.outcome: int(row.counted) for row in rows if row.counted},
        hidden=sum(int(row.hidden) for row in rows),
        contributors=sum(int(row.voices) for row in rows),
        group=Named(about["name"], about["name_en"], about["slug"]) if "name_en" in about else None,
        unit=about.get("unit", ""),
        unit_reference=about.get("unit_reference", ""),
        year=about.get("year"),
        kind=about.get("kind"),
        title=about.get("title", ""),
        address={"kommun": about["kommun"], "slug": about["slug"]} if "kommun" in about else {},
        municipality=about.get("municipality", ""),
    )
