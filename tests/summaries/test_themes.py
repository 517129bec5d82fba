"""Themes in a tree: whatever is done to them, each point keeps its number and words, and the history tells where it went."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Blocked
from sakrad.summaries import commands, queries_themes
from sakrad.summaries.models import Assignment, Point, PointChange, Theme, ThemeChange
from tests import factories as make
from tests.factories import do
from tests.factories import summaries as made


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.compiling, questions=1)


def theme_of(point: Point) -> str:
    db.session.expire_all()
    return db.session.scalars(sa.select(Theme.name).join(Point, Point.theme_id == Theme.id).where(Point.id == point.id)).one()


def history() -> list[tuple[str, str, str, list[int]]]:
    return [
        (change.kind, change.name, change.other, change.points)
        for change in db.session.scalars(sa.select(ThemeChange).order_by(ThemeChange.id))
    ]


def test_merging_keeps_both_names_and_tells_the_points_and_can_be_undone_once(consultation: Consultation) -> None:
    way, door = (do(commands.add_theme, consultation, name=name) for name in ("Vägen in", "Dörren"))
    points = [made.point(made.answer_of(make.position(consultation)), theme_id=door.id) for _ in range(2)]
    stays = made.point(made.answer_of(make.position(consultation)), theme_id=way.id)
    mine = make.user((Role.officer, consultation.authority))
    make.save(Assignment(consultation_id=consultation.id, theme_id=door.id, user_id=mine.id, assigned_at=clock.now()))
    assert do(commands.merge_themes, door, into=way, consultation=consultation) == [1, 2]
    assert [theme_of(point) for point in points] == ["Vägen in"] * 2
    assert history()[-1] == ("merged", "Dörren", "Vägen in", [1, 2])
    assert [(one.number, one.kind, one.theme) for one in db.session.scalars(sa.select(PointChange))] == [
        (1, "sorted", "Vägen in"),
        (2, "sorted", "Vägen in"),
    ]
    assert db.session.scalars(sa.select(Assignment.theme_id)).all() == [way.id]
    do(commands.rename_theme, way, name="Ingången", consultation=consultation)  # the undoing follows the name
    again = do(commands.undo_merge, consultation)
    assert again.name == "Dörren" and [theme_of(point) for point in points] == ["Dörren"] * 2 and theme_of(stays) == "Ingången"
    assert history()[-1] == ("split_off", "Ingången", "Dörren", [1, 2])
    with pytest.raises(Blocked):
        do(commands.undo_merge, consultation)
    assert [(point.number, point.start, point.end) for point in points] == [
        (1, 0, len(points[0].answer.text)),
        (2, 0, len(points[1].answer.text)),
    ]


def test_a_merged_theme_leaves_what_stood_under_it_to_the_other(consultation: Consultation) -> None:
    top, other = (do(commands.add_theme, consultation, name=name) for name in ("Vägen in", "Tolk"))
    part = do(commands.add_theme, consultation, name="Telefon", parent=top)
    do(commands.merge_themes, top, into=other, consultation=consultation)
    db.session.expire_all()
    assert [(row.name, [under.name for under in row.parts]) for row in queries_themes.list_tree(consultation)] == [("Tolk", ["Telefon"])]
    do(commands.merge_themes, other, into=part, consultation=consultation)  # the part takes its whole's place
    assert [(row.name, row.parts) for row in queries_themes.list_tree(consultation)] == [("Telefon", [])]


def test_the_tree_has_two_levels_and_an_order(consultation: Consultation) -> None:
    first, second, third = (do(commands.add_theme, consultation, name=name) for name in "ABC")
    do(commands.place_theme, second, parent=first, consultation=consultation)
    for theme, parent in ((third, second), (first, third), (third, third)):
        with pytest.raises(Blocked):
            do(commands.place_theme, theme, parent=parent, consultation=consultation)
    do(commands.order_theme, third, up=True, consultation=consultation)
    do(commands.order_theme, third, up=True, consultation=consultation)  # already first
    assert [(row.name, [part.name for part in row.parts]) for row in queries_themes.list_tree(consultation)] == [("C", []), ("A", ["B"])]
    with pytest.raises(Blocked):
        do(commands.remove_theme, first, consultation=consultation)
    do(commands.remove_theme, second, consultation=consultation)
    assert [change[:3] for change in history()[-2:]] == [("moved", "B", "A"), ("removed", "B", "")]


def test_a_split_theme_gives_the_chosen_points_to_a_new_one(consultation: Consultation) -> None:
    theme = do(commands.add_theme, consultation, name="Vägen in")
    points = [made.point(made.answer_of(make.position(consultation)), theme_id=theme.id) for _ in range(3)]
    new, numbers = do(commands.split_theme, theme, points=points[1:], name="Telefon", consultation=consultation)
    assert (new.name, numbers) == ("Telefon", [2, 3])
    assert [theme_of(point) for point in points] == ["Vägen in", "Telefon", "Telefon"]
    assert history()[-1] == ("split_off", "Vägen in", "Telefon", [2, 3])
    with pytest.raises(Blocked) as blocked:
        do(commands.remove_theme, new, consultation=consultation)
    assert blocked.value.blockers[0].args == {"points": [2, 3], "parts": 0}
