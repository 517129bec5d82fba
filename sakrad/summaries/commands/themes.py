"""The officers' themes: a tree of two levels, with its history. Nothing that is done to a theme changes a point's words or number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.summaries import lifecycle, lifecycle_themes, queries, queries_themes
from sakrad.summaries.commands import history
from sakrad.summaries.models import Assignment, Point, PointChangeKind, Suggestion, Theme, ThemeChange, ThemeChangeKind


def add_theme(
    consultation: Consultation,
    *,
    name: str,
    description: str = "",
    parent: Theme | None = None,
    actor: Actor | None,
    at: datetime,
) -> Theme:
    """The theme of that name: a new one last in order, or the one there is (names differ by more than case).

    Raises:
        Blocked: `parent` stands under another theme itself, or the summary is published.
    """
    _refuse_unless_compiling(consultation, at)
    themes = queries.list_themes(consultation)
    for theme in themes:
        if theme.name.casefold() == name.casefold():
            return theme
    if parent is not None:
        refuse_unless_clear(lifecycle_themes.blockers_to_place(is_self=False, has_parts=False, top=parent.parent_id is None))
    theme = Theme(
        consultation_id=consultation.id,
        name=name,
        description=description,
        parent_id=parent.id if parent else None,
        order=max((theme.order for theme in themes), default=0) + 1,
    )
    db.session.add(theme)
    db.session.flush()
    _record(ThemeChangeKind.added, theme, other=parent.name if parent else "", actor=actor, at=at)
    return theme


def rename_theme(theme: Theme, *, name: str, consultation: Consultation, actor: Actor | None, at: datetime) -> Theme:
    """Give the theme another name. When another theme has it already, the two become one."""
    _refuse_unless_compiling(consultation, at)
    for other in queries.list_themes(consultation):
        if other.id != theme.id and other.name.casefold() == name.casefold():
            merge_themes(theme, into=other, consultation=consultation, actor=actor, at=at)
            return other
    if name != theme.name:
        _record(ThemeChangeKind.renamed, theme, other=name, actor=actor, at=at)
        theme.name = name
        db.session.flush()
    return theme


def describe_theme(theme: Theme, *, description: str, consultation: Consultation, actor: Actor | None, at: datetime) -> None:
    """Say what belongs under the theme."""
    _refuse_unless_compiling(consultation, at)
    theme.description = description
    db.session.flush()


def place_theme(theme: Theme, *, parent: Theme | None, consultation: Consultation, actor: Actor | None, at: datetime) -> None:
    """Put the theme under another, or (None) by itself.

    Raises:
        Blocked: that would make a third level, or the summary is published.
    """
    _refuse_unless_compiling(consultation, at)
    if parent is not None:
        blockers = lifecycle_themes.blockers_to_place(
            is_self=parent.id == theme.id, has_parts=bool(_parts_of(theme, consultation)), top=parent.parent_id is None
        )
        refuse_unless_clear(blockers)
    if theme.parent_id != (parent.id if parent else None):
        theme.parent_id = parent.id if parent else None
        _record(ThemeChangeKind.moved, theme, other=parent.name if parent else "", actor=actor, at=at)


def order_theme(theme: Theme, *, up: bool, consultation: Consultation, actor: Actor | None, at: datetime) -> None:
    """Let the theme change places with its neighbour of the same level; the first and the last stay where they are."""
    _refuse_unless_compiling(consultation, at)
    themes = queries.list_themes(consultation)
    beside = [other for other in themes if other.parent_id == theme.parent_id]
    place = beside.index(theme) + (-1 if up else 1)
    if 0 <= place < len(beside):
        here, there = themes.index(theme), themes.index(beside[place])
        themes[here], themes[there] = themes[there], themes[here]
        for order, each in enumerate(themes, start=1):
            each.order = order
        db.session.flush()


def merge_themes(theme: Theme, *, into: Theme, consultation: Consultation, actor: Actor | None, at: datetime) -> list[int]:
    """Put everything of the theme under the other; the theme is no more. Both names stay in the history.

    Themes that stood under it then stand under the other, or under the one that the other stands under.

    Returns:
        The numbers of the points that went over.

    Raises:
        Blocked: the two are one and the same, or the summary is published.
    """
    _refuse_unless_compiling(consultation, at)
    refuse_unless_clear(lifecycle_themes.blockers_to_merge(is_self=theme.id == into.id))
    parts = _parts_of(theme, consultation)
    if into in parts:  # the part takes its whole's place
        into.parent_id = None
        _record(ThemeChangeKind.moved, into, actor=actor, at=at)
        parts.remove(into)
    top = into.parent or into
    for part in parts:
        part.parent_id = top.id
        _record(ThemeChangeKind.moved, part, other=top.name, actor=actor, at=at)
    numbers = _sort(_points_of(theme), into, actor=actor, at=at)
    db.session.execute(sa.update(Suggestion).where(Suggestion.theme_id == theme.id).values(theme_id=into.id))
    mine, theirs = (sa.select(Assignment).where(Assignment.theme_id == each.id) for each in (theme, into))
    if (assigned := db.session.scalar(mine)) is not None:
        if db.session.scalar(theirs) is None:
            assigned.theme_id = into.id
        else:
            db.session.delete(assigned)
    _record(ThemeChangeKind.merged, theme, other=into.name, points=numbers, actor=actor, at=at)
    db.session.flush()
    db.session.delete(theme)
    db.session.flush()
    return numbers


def undo_merge(consultation: Consultation, *, actor: Actor | None, at: datetime) -> Theme:
    """Undo the latest merge: the theme is made again, and those of its points that still stand where they went come back.

    Raises:
        Blocked: nothing is to be undone (none was merged, it is undone already, or the name is taken), or the summary is published.
    """
    _refuse_unless_compiling(consultation, at)
    found = queries_themes.find_undoable(consultation)
    refuse_unless_clear(lifecycle_themes.blockers_to_undo(found is not None))
    assert found is not None
    change, into = found
    again = Theme(consultation_id=consultation.id, name=change.name, parent_id=into.parent_id, order=into.order)
    db.session.add(again)
    db.session.flush()
    numbers = _sort([point for point in _points_of(into) if point.number in set(change.points)], again, actor=actor, at=at)
    _record(ThemeChangeKind.split_off, into, other=again.name, points=numbers, actor=actor, at=at)
    return again


def split_theme(
    theme: Theme, *, points: Iterable[Point], name: str, consultation: Consultation, actor: Actor | None, at: datetime
) -> tuple[Theme, list[int]]:
    """Make a theme of some of the theme's points, beside it; or put them under the one that has the name.

    Returns:
        The theme, and the numbers of the points that went there.
    """
    _refuse_unless_compiling(consultation, at)
    parent = theme.parent
    made = add_theme(consultation, name=name, parent=parent, actor=actor, at=at)
    numbers = _sort([point for point in points if point.theme_id == theme.id and made.id != theme.id], made, actor=actor, at=at)
    _record(ThemeChangeKind.split_off, theme, other=made.name, points=numbers, actor=actor, at=at)
    return made, numbers


def remove_theme(theme: Theme, *, consultation: Consultation, actor: Actor | None, at: datetime) -> None:
    """Take an empty theme away.

    Raises:
        Blocked: points or themes stand under it, or the summary is published.
    """
    _refuse_unless_compiling(consultation, at)
    points = [point.number for point in _points_of(theme)]
    refuse_unless_clear(lifecycle_themes.blockers_to_remove(points=points, parts=len(_parts_of(theme, consultation))))
    _record(ThemeChangeKind.removed, theme, actor=actor, at=at)
    db.session.execute(sa.delete(Assignment).where(Assignment.theme_id == theme.id))
    db.session.delete(theme)
    db.session.flush()


def _refuse_unless_compiling(consultation: Consultation, at: datetime) -> None:
    refuse_unless_clear(lifecycle.blockers_to_compile(dates_of(consultation), at))


def _parts_of(theme: Theme, consultation: Consultation) -> list[Theme]:
    return [other for other in queries.list_themes(consultation) if other.parent_id == theme.id]


def _points_of(theme: Theme) -> list[Point]:
    return list(db.session.scalars(sa.select(Point).where(Point.theme_id == theme.id).order_by(Point.number)))


def _sort(points: Sequence[Point], theme: Theme, *, actor: Actor | None, at: datetime) -> list[int]:
    """Put the points under the theme, each with a line in its history."""
    for point in points:
        point.theme = theme
        history.record(point, PointChangeKind.sorted, actor=actor, at=at)
    db.session.flush()
    return [point.number for point in points]


def _record(kind: ThemeChangeKind, theme: Theme, *, other: str = "", points: Sequence[int] = (), actor: Actor | None, at: datetime) -> None:
    change = ThemeChange(
        consultation_id=theme.consultation_id,
        kind=kind,
        name=theme.name,
        other=other,
        points=list(points),
        at=at,
        by_id=actor.id if actor else None,
    )
    db.session.add(change)
    db.session.flush()
