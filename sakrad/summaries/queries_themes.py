"""Reads about themes: the tree with its points, one theme's points, and what has become of themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.summaries import queries
from sakrad.summaries.models import Assignment, Citation, Finding, Point, Theme, ThemeChange, ThemeChangeKind
from sakrad.summaries.queries import of_consultation

PAGE = 50  # points of one theme, and changes
WITHOUT = 0  # stands for no theme


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in the tree."""

    id: int
    name: str
    description: str
    points: int  # directly under it, of answers that stand
    left: int  # of them, neither cited nor set aside
    organisations: int  # behind them
    assigned: str  # who takes care of it
    assigned_id: int | None
    parent_id: int | None
    parts: list[ThemeRow] = field(default_factory=list)

    @property
    def total(self) -> int:
        """With those under its parts."""
        return self.points + sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class PointOfTheme:
    """A point with its exact words and whose they are."""

    point: Point
    organisation: str
    slug: str
    question: int
    version: int | None
    cited_in: list[int]  # the findings' numbers


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history."""

    kind: ThemeChangeKind
    name: str
    other: str
    points: list[int]
    at: datetime
    by: str


def list_tree(consultation: Consultation) -> list[ThemeRow]:
    """The themes that stand by themselves, each with those under it, in their order. Two statements."""
    left = sa.func.sum(sa.case((queries.UNUSED, 1), else_=0))
    counted = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).group_by(Point.theme_id)
    organisations = sa.func.count(sa.distinct(Position.organisation_id))
    rows = db.session.execute(counted.with_only_columns(Point.theme_id, sa.func.count(), left, organisations))
    counts = {theme_id: (points, unused, who) for theme_id, points, unused, who in rows}
    themes = (
        sa.select(Theme, User.name, User.id)
        .outerjoin(Assignment, Assignment.theme_id == Theme.id)
        .outerjoin(User, User.id == Assignment.user_id)
        .where(Theme.consultation_id == consultation.id)
        .order_by(Theme.order, Theme.id)
    )
    found = [
        ThemeRow(theme.id, theme.name, theme.description, *counts.get(theme.id, (0, 0, 0)), name or "", user_id, theme.parent_id)
        for theme, name, user_id in db.session.execute(themes)
    ]
    tops = {row.id: row for row in found if row.parent_id is None}
    for row in found:
        if row.parent_id is not None:
            tops[row.parent_id].parts.append(row)
    return list(tops.values())


def choices(themes: Sequence[Theme]) -> list[tuple[str, str]]:
    """The themes as a list to choose from: those under another stand after it and tell where they belong."""
    found: list[tuple[str, str]] = []
    for theme in (theme for theme in themes if theme.parent_id is None):
        found.append((str(theme.id), theme.name))
        found += [(str(part.id), f"{theme.name} › {part.name}") for part in themes if part.parent_id == theme.id]
    return found


def count_without(consultation: Consultation) -> int:
    """How many points stand under no theme."""
    statement = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation)
    return db.session.scalar(statement.where(Point.theme_id.is_(None)).with_only_columns(sa.func.count())) or 0


def list_points(consultation: Consultation, theme: Theme | None, page: int) -> tuple[list[PointOfTheme], int]:
    """One page of the points that stand directly under the theme (None: under none), and how many they are. Four statements."""
    under = Point.theme_id == theme.id if theme else Point.theme_id.is_(None)
    statement = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).where(under)
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    statement = statement.options(
        selectinload(Point.groups),
        contains_eager(Point.answer).options(
            contains_eager(Answer.question),
            contains_eager(Answer.version)
            .contains_eager(PositionVersion.position)
            .options(joinedload(Position.organisation), joinedload(Position.consultation)),
        ),
    ).order_by(Question.number, PositionVersion.organisation_name, Point.number)
    points = list(db.session.scalars(statement.limit(PAGE).offset((page - 1) * PAGE)))
    cited: dict[int, list[int]] = {}
    wanted = sa.select(Citation.point_id, Finding.number).join(Finding, Finding.id == Citation.finding_id).order_by(Finding.number)
    for point_id, number in db.session.execute(wanted.where(Citation.point_id.in_([point.id for point in points]))):
        cited.setdefault(point_id, []).append(number)
    rows = []
    for point in points:
        version = point.answer.version
        rows.append(
            PointOfTheme(
                point,
                version.organisation_name,
                version.position.organisation.slug,
                point.answer.question.number,
                version.number if version.is_view else None,
                cited.get(point.id, []),
            )
        )
    return rows, total


def list_changes(consultation: Consultation, page: int) -> tuple[list[Change], int]:
    """One page of the history, the latest first, and how many changes there are. Two statements."""
    of = ThemeChange.consultation_id == consultation.id
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ThemeChange).where(of)) or 0
    statement = sa.select(ThemeChange, User.name).outerjoin(User, User.id == ThemeChange.by_id).where(of).order_by(ThemeChange.id.desc())
    rows = db.session.execute(statement.limit(PAGE).offset((page - 1) * PAGE))
    return [Change(one.kind, one.name, one.other, list(one.points), one.at, name or "") for one, name in rows], total


def find_undoable(consultation: Consultation) -> tuple[ThemeChange, Theme] | None:
    """The latest merge and the theme that it went into, by its present name; None when there is none, or it is undone or cannot be."""
    latest = (
        sa.select(ThemeChange)
        .where(ThemeChange.consultation_id == consultation.id, ThemeChange.kind == ThemeChangeKind.merged)
        .order_by(ThemeChange.id.desc())
        .limit(1)
    )
    merged = db.session.scalar(latest)
    if merged is None:
        return None
    into = merged.other
    since = sa.select(ThemeChange).where(ThemeChange.consultation_id == consultation.id, ThemeChange.id > merged.id)
    for change in db.session.scalars(since.order_by(ThemeChange.id)):
        if change.kind is ThemeChangeKind.renamed and change.name == into:
            into = change.other
        elif change.kind is ThemeChangeKind.split_off and (change.name, change.other) == (into, merged.name):
            return None
    themes = {theme.name.casefold(): theme for theme in queries.list_themes(consultation)}
    if merged.name.casefold() in themes or into.casefold() not in themes:
        return None
    return merged, themes[into.casefold()]
