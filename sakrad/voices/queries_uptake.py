"""Uptake (genomslag): of the points that were raised, how many were answered how. Read from what is kept counted.

Contract for other pages: `uptake_of` gives one line of figures for a scope, `list_uptake` one line for each group, unit,
year, consultation or kind of organisation in it. 1 statement each, however many points there are. What a line holds is
safe to show (responses.uptake); whether it is shown as shares or as a list is `Uptake.few`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
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

    @property
    def suppressed(self) -> bool:
        return self.hidden > 0


def uptake_of(scope: Scope, at: datetime) -> Uptake:
    """The figures of the scope; all nought where nothing has been raised. 1 statement."""
    return next(iter(_lines(db.session.execute(_figures(scope, ())))), Uptake({}))


def list_uptake(by: By, scope: Scope, at: datetime, *, limit: int = PAGE, offset: int = 0) -> list[Uptake]:
    """A line for each, by name; years and consultations latest first. 1 statement.

    Args:
        limit: of the consultations; groups, units, years and kinds are all told.
    """
    if by == "group":
        columns: Sequence[Any] = (TargetGroup.name, TargetGroup.name_en, TargetGroup.slug)
        statement = _figures(scope, columns, every_group=True).join(TargetGroup, TargetGroup.id == UptakeCell.group_id)
        statement = statement.order_by(order_sv(TargetGroup.name), TargetGroup.id).group_by(TargetGroup.id)
    elif by == "unit":
        statement = _figures(scope, (Unit.name.label("unit"), Unit.id)).join(Unit, Unit.id == UptakeCell.unit_id)
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


def count_uptake(scope: Scope) -> int:
    """How many consultations `list_uptake("consultation", …)` has a line for."""
    own = UptakeCell.group_id.is_(None) if scope.group is None else UptakeCell.group_id == scope.group
    return db.session.scalar(sa.select(sa.func.count(sa.distinct(UptakeCell.consultation_id))).where(*within(scope), own)) or 0


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
    told = (Telling.alone,) if by_kind else (Telling.alone, Telling.summed)
    counted = cell.points - sa.case((cell.telling.in_(told), 0), else_=cell.shy_points)
    whole = scope.group is None and not every_group and not by_kind  # elsewhere even how many are left out would tell of somebody
    hidden = sa.func.sum(cell.points - counted) if whole else sa.literal(0)
    if scope.group is not None:
        group = cell.group_id == scope.group
    else:
        group = cell.group_id.is_not(None) if every_group else cell.group_id.is_(None)
    figures = (cell.outcome, sa.func.sum(counted).label("counted"), hidden.label("hidden"), sa.func.sum(cell.voices).label("voices"))
    return sa.select(*columns, *figures).select_from(cell).where(*within(scope), group).group_by(*columns, cell.outcome)


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
        year=about.get("year"),
        kind=about.get("kind"),
        title=about.get("title", ""),
        address={"kommun": about["kommun"], "slug": about["slug"]} if "kommun" in about else {},
        municipality=about.get("municipality", ""),
    )
