"""Splitting, merging and rewording points, with their history; and what holds whatever is done to them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked
from sakrad.core.text import Span, masked
from sakrad.positions.models import Answer, Position
from sakrad.records.models import Mask, MaskGround, Review, ReviewDecision, ReviewKind, TextKind
from sakrad.records.queries import masks_over
from sakrad.summaries import citations, commands, queries, queries_carrying, queries_history
from sakrad.summaries.models import Finding, Point, PointChange, PointChangeKind
from sakrad.summaries.queries_carrying import Fate
from sakrad.summaries.queries_public import list_points, words_of
from tests import factories as make
from tests.factories import do
from tests.factories import summaries as made
from tests.factories.summaries import new_version
from tests.summaries.test_marking import WORD
from tests.summaries.test_points import TEXT

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def position(app: Flask) -> Position:
    return make.position(make.consultation(Phase.compiling), texts={1: TEXT, 3: "Nej."})


@pytest.fixture
def answer(position: Position) -> Answer:
    return made.answer_of(position)


def test_a_point_is_split_and_its_findings_cite_all_the_parts(answer: Answer) -> None:
    group, theme = make.group(), made.theme(answer.version.position.consultation)
    (point,) = do(commands.take_up, answer, spans=None, theme=theme, groups=[group], note="Fråga Eva.")
    finding = made.finding(made.summary(answer.version.position.consultation), "Så.[1]\n\n[citat 1]")
    parts = do(commands.split_point, point, spans=[Span(20, 43)])
    assert [(part.number, part.quotation) for part in parts] == [
        (1, "Vägen in är lång. 🙂"),
        (2, "Det behövs ett nummer."),
        (3, "Tack för att ni frågar."),
    ]
    assert {(part.theme_id, tuple(part.groups), part.note) for part in parts} == {(theme.id, (group,), "Fråga Eva.")}
    assert finding.body == "Så.[1][2][3]\n\n[citat 1]\n\n[citat 2]\n\n[citat 3]"
    assert [citation.point_id for citation in finding.citations] == [part.id for part in parts]
    with pytest.raises(commands.BadSpan):  # all of it is no part of it
        do(commands.split_point, parts[1], spans=[Span(20, 43)])


def test_points_are_merged_into_the_first_which_keeps_its_number_and_gains_their_citations(answer: Answer) -> None:
    consultation, group, other = answer.version.position.consultation, make.group(), make.group()
    last = do(commands.take_up, answer, spans=[Span(45, len(TEXT))], groups=[other], note="Artigt.")[0]
    first = do(commands.take_up, answer, spans=[Span(0, 17)], groups=[group], theme=made.theme(consultation))[0]
    summary = made.summary(consultation)
    finding = made.finding(summary, f"Så.[{last.number}][{first.number}]\n\n[citat {last.number}]")
    kept = do(commands.merge_points, [last, first])
    assert (kept.number, kept.quotation, kept.note) == (first.number, TEXT, "Artigt.")
    assert (kept.theme.name, set(kept.groups)) == ("Vägen in", {group, other})
    assert finding.body == f"Så.[{kept.number}]\n\n[citat {kept.number}]"
    assert [citation.point_id for citation in finding.citations] == [kept.id]
    assert do(commands.take_up, made.answer_of(answer.version.position, 3), spans=None)[0].number == 3, "1 is gone, and never given again"
    history = [(change.number, change.kind, change.other) for change in queries_history.list_changes(answer, [])]
    assert (last.number, PointChangeKind.merged, kept.number) in history


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("set aside", "point_set_aside"),
        ("long notes", "point_notes_too_long"),
        ("the same words", "point_same_words"),
        ("replaced", "answer_outdated"),
    ],
)
def test_what_would_lose_something_is_not_merged(position: Position, answer: Answer, case: str, code: str) -> None:
    points = do(commands.take_up, answer, spans=[Span(0, 17), Span(20, 43)], note="x" * (300 if case == "long notes" else 3))
    with transaction():
        if case == "long notes":
            points[1].note = "y" * 300
    if case == "set aside":
        do(commands.set_aside, points[:1], reason="Hör till regionen.")
    if case == "the same words":
        made.point(answer, start=0, end=42)
    if case == "replaced":
        new_version(position, {1: "Nytt."})
    with pytest.raises(Blocked, match=code):
        do(commands.merge_points, points)


def test_only_points_of_the_same_answer_are_merged(position: Position, answer: Answer) -> None:
    points = [do(commands.take_up, made.answer_of(position, number), spans=None)[0] for number in (1, 3)]
    for some in (points, points[:1], []):
        with pytest.raises(commands.Apart):
            do(commands.merge_points, some)


def test_words_are_widened_and_narrowed_but_never_to_those_of_another_point(answer: Answer) -> None:
    point, other = do(commands.take_up, answer, spans=[Span(0, 8), Span(20, 43)])
    do(commands.change_words, point, answer=answer, span=Span(0, 18))
    assert point.quotation == "Vägen in är lång."
    with pytest.raises(Blocked, match="point_same_words"):
        do(commands.change_words, point, answer=answer, span=Span(20, 43))
    assert other.quotation == "Det behövs ett nummer."


def test_what_moving_would_do_is_shown_before_and_after_and_lost_words_are_chosen_anew(position: Position, answer: Answer) -> None:
    way, number, thanks = do(commands.take_up, answer, spans=[Span(0, 17), Span(20, 43), Span(45, len(TEXT))])
    made.finding(made.summary(position.consultation), f"Ett nummer.[{number.number}] Tack.[{thanks.number}]")
    new_version(position, {1: "Vägen in är lång. Ni ska få tack! Det behövs ett nummer."})
    (pair,) = queries_carrying.list_to_carry(position.consultation)
    assert pair.numbers == (1, 2) and pair.left
    assert [(point.number, point.fate, point.cited_in) for point in pair.points] == [
        (way.number, Fate.stays, ()),
        (number.number, Fate.moves, (1,)),
        (thanks.number, Fate.vanishes, (1,)),
    ]
    carried = do(commands.carry_points, position.consultation)
    assert (carried.moved, carried.vanished) == ([way.number, number.number], [thanks.number])
    (lost,) = queries_carrying.list_to_carry(position.consultation)
    assert [point.number for point in lost.points] == [thanks.number]
    now = made.answer_of(position)
    do(commands.change_words, thanks, answer=now, span=Span(18, 33))
    assert thanks.quotation == "Ni ska få tack!"
    assert queries_carrying.list_to_carry(position.consultation) == []
    (after,) = queries_carrying.list_carried(position.consultation)
    assert [(point.number, point.fate) for point in after.points] == [
        (way.number, Fate.stays),
        (number.number, Fate.moves),
        (thanks.number, Fate.reworded),
    ]


def test_the_history_tells_all_that_was_done_also_to_points_that_are_gone(answer: Answer) -> None:
    theme = made.theme(answer.version.position.consultation)
    (point,) = do(commands.take_up, answer, spans=[Span(0, 17)])
    do(commands.sort_point, point, theme=theme, groups=[], note="Se över.")
    do(commands.set_aside, [point], reason="Hör till regionen.")
    do(commands.take_back, point)
    do(commands.remove_point, point)
    changes = queries_history.list_changes(answer, [])
    kinds = [change.kind for change in changes]
    k = PointChangeKind
    assert kinds == [k.taken_up, k.sorted, k.set_aside, k.taken_back, k.removed]
    assert {change.words for change in changes} == {"Vägen in är lång."} and changes[1].theme == theme.name


SPAN = st.tuples(st.integers(0, 60), st.integers(1, 40))
DONE = st.one_of(
    st.tuples(st.sampled_from(["take up", "split", "reword"]), st.integers(0, 3), SPAN),
    st.tuples(st.sampled_from(["merge", "cite", "set aside", "remove"]), st.integers(0, 3), SPAN),
    st.tuples(st.just("new version"), st.integers(0, 9), SPAN),
)


@given(deeds=st.lists(DONE, min_size=3, max_size=9), hidden=st.lists(SPAN, max_size=3))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_a_quotation_is_the_texts_slice_and_a_public_one_the_masked_slice(
    app: Flask, deeds: list[tuple[str, int, tuple[int, int]]], hidden: list[tuple[int, int]]
) -> None:
    """Take up, split, merge, reword, cite, set aside, remove, carry to a new version: and every citation leads to a point."""
    position = make.position(make.consultation(Phase.compiling, questions=1), texts={1: WORD})
    consultation, masks = position.consultation, [Span(at, at + many) for at, many in hidden]
    finding = made.finding(made.summary(consultation), "Så.")
    _hide(position, masks)
    for verb, which, (start, length) in deeds:
        answer = made.answer_of(position)
        points = queries.list_points_of(answer)
        span = Span(min(start, len(answer.text)), min(start + length, len(answer.text)))
        point = points[which % len(points)] if points else None
        try:
            if verb == "new version":
                text = answer.text
                new_version(position, {1: f"{text[span.start :]} 🇸🇪 {text[: span.end]}".strip()})
                _hide(position, masks)
                said = {point.number: point.quotation for point in points}
                do(commands.carry_points, consultation)
                assert {point.number: point.quotation for point in points} == said, "what is moved is the same words"
            else:
                _do(verb, answer, point, points[: which + 1], span, finding)
        except (commands.BadSpan, commands.Apart, Blocked):
            db.session.rollback()
        _holds(consultation.id, masks)


def _do(verb: str, answer: Answer, point: Point | None, some: list[Point], span: Span, finding: Finding) -> Any:
    match verb:
        case "take up":
            return do(commands.take_up, answer, spans=[span])
        case "merge":
            return do(commands.merge_points, some)
        case _ if point is None:
            return None
        case "split":
            return do(commands.split_point, point, spans=[span])
        case "reword":
            return do(commands.change_words, point, answer=answer, span=span)
        case "cite":
            return do(commands.cite, finding, point)
        case "set aside":
            return do(commands.set_aside, [point], reason="Skäl.")
        case _:
            return do(commands.remove_point, point)


def _hide(position: Position, masks: list[Span]) -> None:
    """The latest version is published, with these masks over its answer."""
    assert position.current is not None
    about = {"kind": TextKind.answer, "text_id": made.answer_of(position).id, "ground": MaskGround.secrecy, "created_at": clock.now()}
    make.save(
        Review(kind=ReviewKind.position, subject_id=position.current.id, decision=ReviewDecision.publish, decided_at=clock.now()),
        *(Mask(start=mask.start, end=mask.end, **about) for mask in masks),
    )
    with transaction():
        position.published_id = position.current.id


def _holds(consultation_id: int, masks: list[Span]) -> None:
    """What readers get of each point is cut from the masked text, and each mark leads to a point that is there."""
    rows = list_points(clock.now(), Point.consultation_id == consultation_id)
    laid = masks_over({TextKind.answer: {row.answer_id for row in rows}})
    points = {point.id: point for point in db.session.scalars(sa.select(Point).where(Point.consultation_id == consultation_id))}
    assert {row.point_id for row in rows} == points.keys()
    for row in rows:
        point = points[row.point_id]
        assert row.words == point.quotation == point.quotation.strip() != "", "the database counts as Python does"
        assert words_of(row, laid) == masked(point.answer.text, masks)[point.start : point.end]
    numbers = {point.number for point in points.values()}
    gone = {PointChangeKind.removed, PointChangeKind.merged}
    ended = set(
        db.session.scalars(sa.select(PointChange.number).where(PointChange.consultation_id == consultation_id, PointChange.kind.in_(gone)))
    )
    assert not numbers & ended, "a number is never given again"
    for finding in db.session.scalars(sa.select(Finding).where(Finding.summary.has(consultation_id=consultation_id))):
        assert [citation.point.number for citation in finding.citations] == citations.cited(finding.body)
