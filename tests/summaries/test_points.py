"""Taking up exact words, setting them aside, carrying them to a new version."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.text import Span
from sakrad.positions.models import Answer, Position
from sakrad.summaries import commands, queries
from sakrad.summaries.models import NothingToTakeUp, Point
from tests import factories as make
from tests.factories import do
from tests.factories import summaries as made
from tests.factories.summaries import new_version
from tests.summaries.test_citations import TEXTS

pytestmark = pytest.mark.usefixtures("app")
TEXT = "Vägen in är lång. 🙂 Det behövs ett nummer.\n\nTack för att ni frågar."


@pytest.fixture
def position(app: Flask) -> Position:
    return make.position(make.consultation(Phase.compiling), texts={1: TEXT, 3: "Nej."})


@pytest.fixture
def answer(position: Position) -> Answer:
    return made.answer_of(position)


def test_an_answer_is_one_point_until_it_is_split(answer: Answer) -> None:
    (point,) = do(commands.take_up, answer, spans=None)
    assert (point.number, point.quotation) == (1, TEXT)
    assert do(commands.take_up, answer, spans=None) == [point], "a double click makes no second point"


def test_splitting_narrows_the_whole_and_keeps_its_number(answer: Answer) -> None:
    (whole,) = do(commands.take_up, answer, spans=None)
    first, second = do(commands.take_up, answer, spans=[Span(0, 18), Span(20, 43)])
    assert (first.id, first.number, first.quotation) == (whole.id, 1, "Vägen in är lång.")
    assert (second.number, second.quotation) == (2, "Det behövs ett nummer.")


def test_splitting_leaves_a_cited_whole_as_it_is(answer: Answer) -> None:
    (whole,) = do(commands.take_up, answer, spans=None)
    finding = made.finding(made.summary(answer.version.position.consultation), f"Så.[{whole.number}]")
    (part,) = do(commands.take_up, answer, spans=[Span(0, 17)])
    assert part.id != whole.id and whole.quotation == TEXT and finding.citations[0].point_id == whole.id


def test_a_point_is_about_the_groups_that_the_version_speaks_for(answer: Answer) -> None:
    group, other = make.group(), make.group()
    with transaction():
        answer.version.groups = [group]
    (point,) = do(commands.take_up, answer, spans=[Span(0, 8)])
    assert point.groups == [group]
    (point,) = do(commands.take_up, answer, spans=[Span(9, 16)], groups=[other])
    assert point.groups == [other]


@pytest.mark.parametrize(
    "span",
    [
        pytest.param(Span(5, 5), id="nothing"),
        pytest.param(Span(-1, 4), id="before the text"),
        pytest.param(Span(0, len(TEXT) + 1), id="after the text"),
        pytest.param(Span(17, 18), id="only white space"),
    ],
)
def test_a_span_must_hold_words_of_the_answer(answer: Answer, span: Span) -> None:
    with pytest.raises(commands.BadSpan):
        do(commands.take_up, answer, spans=[span])
    assert db.session.query(Point).count() == 0


def test_taking_up_withdraws_that_nothing_is_taken_up(answer: Answer) -> None:
    do(commands.nothing_to_take_up, answer, reason="En hälsning.")
    do(commands.take_up, answer, spans=None)
    assert db.session.query(NothingToTakeUp).count() == 0


def test_nothing_to_take_up_needs_a_reason_and_removes_unused_points(answer: Answer) -> None:
    do(commands.take_up, answer, spans=None)
    with pytest.raises(commands.ReasonMissing):
        do(commands.nothing_to_take_up, answer, reason="  ")
    do(commands.nothing_to_take_up, answer, reason="En hälsning.")
    assert db.session.query(Point).count() == 0
    assert db.session.query(NothingToTakeUp).one().reason == "En hälsning."


def test_many_are_set_aside_with_one_reason_and_one_is_taken_back(position: Position) -> None:
    points = [point for n in (1, 3) for point in do(commands.take_up, made.answer_of(position, n), spans=None)]
    do(commands.set_aside, points, reason="Hör till regionen.")
    assert {point.set_aside_reason for point in points} == {"Hör till regionen."}
    do(commands.take_back, points[0])
    assert points[0].set_aside_at is None and points[1].set_aside_at is not None


def test_a_cited_point_is_neither_set_aside_nor_removed(answer: Answer) -> None:
    (point,) = do(commands.take_up, answer, spans=None)
    made.finding(made.summary(answer.version.position.consultation), "Så.[1]")
    for command, thing, values in [(commands.set_aside, [point], {"reason": "Nej."}), (commands.remove_point, point, {})]:
        with pytest.raises(Blocked) as blocked:
            do(command, thing, **values)
        assert blocked.value.blockers[0].args == {"numbers": [1]}


def test_themes_of_the_same_name_are_one(position: Position) -> None:
    consultation = position.consultation
    theme = do(commands.add_theme, consultation, name="Vägen in")
    assert do(commands.add_theme, consultation, name="vägen in").id == theme.id
    other = do(commands.add_theme, consultation, name="Tolk")
    (point,) = do(commands.take_up, made.answer_of(position), spans=None, theme=other)
    assert do(commands.rename_theme, other, name="Vägen in", consultation=consultation).id == theme.id
    db.session.expire(point)
    assert point.theme_id == theme.id


@pytest.mark.parametrize("phase", [Phase.announced, Phase.summarised, Phase.cancelled])
def test_nothing_is_taken_up_outside_compiling(app: Flask, phase: Phase) -> None:
    position = make.position(make.consultation(phase))
    with pytest.raises(Blocked):
        do(commands.take_up, made.answer_of(position), spans=None)


def test_an_answer_of_a_replaced_or_disowned_version_is_not_taken_up(position: Position, answer: Answer) -> None:
    new_version(position, {1: "Nytt."})
    with pytest.raises(Blocked, match="answer_outdated"):
        do(commands.take_up, answer, spans=None)
    with transaction():
        position.disowned_at = clock.now()
    with pytest.raises(Blocked, match="answer_outdated"):
        do(commands.take_up, made.answer_of(position), spans=None)


def test_points_are_carried_to_the_same_words_and_the_rest_have_vanished(position: Position, answer: Answer) -> None:
    way, number, thanks = do(commands.take_up, answer, spans=[Span(0, 17), Span(20, 43), Span(45, len(TEXT))])
    finding = made.finding(made.summary(position.consultation), f"Ett nummer.[{number.number}]")
    new_version(position, {1: "Inledning. Det behövs ett nummer. Vägen in är lång."})
    carried = do(commands.carry_points, position.consultation)
    assert (carried.moved, carried.vanished) == ([way.number, number.number], [thanks.number])
    assert number.answer_id == made.answer_of(position).id
    assert number.quotation == "Det behövs ett nummer."
    assert number.carried_from_id is not None
    assert db.session.get(Point, number.carried_from_id).answer_id == answer.id
    assert [citation.point_id for citation in finding.citations] == [number.id], "the finding still rests on it"
    assert [point.number for point in queries.list_left_behind(position.consultation)] == [thanks.number]


def test_carrying_again_moves_nothing_and_removing_forgets_the_earlier_places(position: Position, answer: Answer) -> None:
    (point,) = do(commands.take_up, answer, spans=[Span(0, 17)])
    for text in ("A. Vägen in är lång.", "B. B. Vägen in är lång."):
        new_version(position, {1: text})
        assert do(commands.carry_points, position.consultation).moved == [1]
    assert do(commands.carry_points, position.consultation).moved == []
    do(commands.remove_point, point)
    assert db.session.query(Point).count() == 0


@given(text=TEXTS.filter(str.strip), spans=st.lists(st.tuples(st.integers(0, 80), st.integers(1, 30)), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_points_quotation_is_the_texts_slice(app: Flask, text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the writing: emoji, joined emoji, combining marks; in Python and in both databases."""
    answer = made.answer_of(make.position(make.consultation(Phase.compiling, questions=1), texts={1: text}))
    wanted = [Span(start, min(start + length, len(text))) for start, length in spans if text[start : start + length].strip()]
    for point in do(commands.take_up, answer, spans=wanted or None):
        db.session.refresh(point)
        there = db.func.substr(Answer.text, point.start + 1, point.end - point.start)
        in_sql = db.session.execute(db.select(there).where(Answer.id == point.answer_id)).scalar_one()
        assert point.quotation == text[point.start : point.end] == in_sql
        assert point.quotation == point.quotation.strip()
