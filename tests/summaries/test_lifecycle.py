"""What stands between a summary and its publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.summaries.lifecycle import (
    AnswerRef,
    CorrectFacts,
    ParagraphRef,
    PointRef,
    PositionRef,
    PublishFacts,
    blockers_to_compile,
    blockers_to_correct,
    blockers_to_leave,
    blockers_to_mask,
    blockers_to_publish,
    blockers_to_take_up,
)
from sakrad.summaries.lifecycle_checking import CheckFacts

CLOSES = datetime(2027, 2, 18, 23, tzinfo=UTC)
OPENS = CLOSES - timedelta(days=30)
AFTER = CLOSES + timedelta(days=1)
DATES = Dates(announced_at=OPENS, opens_at=OPENS, closes_at=CLOSES)
CLEAR = PublishFacts(
    dates=DATES,
    findings=1,
    headless=(),
    in_short="Tre.",
    answers_left=(),
    points_left=(),
    paragraphs_left=(),
    unreviewed=(),
    outdated=(),
    check=CheckFacts(),
)
ANSWER = AnswerRef("Jouren", "jouren", 1)
POINT = PointRef(3, "Jouren", "jouren", 1)
PARAGRAPH = ParagraphRef(1, "Vägen in", 0, "Så är det")


def codes(facts: PublishFacts, at: datetime = AFTER) -> list[str]:
    return [blocker.code for blocker in blockers_to_publish(facts, at)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(CLEAR, [], id="nothing is left"),
        pytest.param(replace(CLEAR, answers_left=(ANSWER,)), ["summary_orphan_answers"], id="an answer with neither a point nor a reason"),
        pytest.param(replace(CLEAR, points_left=(POINT,)), ["summary_orphan_points"], id="a point neither cited nor set aside"),
        pytest.param(replace(CLEAR, paragraphs_left=(PARAGRAPH,)), ["summary_orphan_paragraphs"], id="a paragraph without a source"),
        pytest.param(replace(CLEAR, unreviewed=(PositionRef("Jouren", "jouren"),)), ["summary_unreviewed"], id="a review is undecided"),
        pytest.param(replace(CLEAR, outdated=(POINT,)), ["summary_outdated_points"], id="a cited version is replaced"),
        pytest.param(replace(CLEAR, findings=0), ["summary_without_finding"], id="no finding"),
        pytest.param(replace(CLEAR, headless=(2,)), ["summary_finding_headless"], id="a finding without a heading"),
        pytest.param(replace(CLEAR, in_short=" \n"), ["summary_without_in_short"], id="nothing in short"),
        pytest.param(
            replace(CLEAR, answers_left=(ANSWER,), points_left=(POINT,), paragraphs_left=(PARAGRAPH,), in_short=""),
            ["summary_orphan_answers", "summary_orphan_points", "summary_orphan_paragraphs", "summary_without_in_short"],
            id="all blockers are listed, not only the first",
        ),
    ],
)
def test_publishing_lists_everything_that_is_left(facts: PublishFacts, expected: list[str]) -> None:
    assert codes(facts) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(CLOSES - timedelta(microseconds=1), ["summary_before_closing"], id="the last instant before closing"),
        pytest.param(CLOSES, [], id="the instant of closing"),
        pytest.param(OPENS - timedelta(seconds=1), ["summary_not_open"], id="before opening"),
    ],
)
def test_publishing_waits_for_closing(at: datetime, expected: list[str]) -> None:
    assert codes(CLEAR, at) == expected


def test_blockers_say_exactly_which() -> None:
    blocker = blockers_to_publish(replace(CLEAR, points_left=(POINT, replace(POINT, number=4))), AFTER)[0]
    assert [point.number for point in blocker.args["points"]] == [3, 4]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param(Dates(), ["summary_not_open"], id="a draft"),
        pytest.param(DATES, [], id="closed"),
        pytest.param(replace(DATES, cancelled_at=CLOSES), ["summary_cancelled"], id="cancelled"),
        pytest.param(replace(DATES, summary_published_at=CLOSES), ["summary_frozen"], id="published"),
        pytest.param(replace(DATES, summary_published_at=CLOSES, feedback_published_at=AFTER), ["summary_frozen"], id="answered"),
        pytest.param(replace(DATES, ended_at=CLOSES), ["summary_frozen"], id="ended"),
    ],
)
def test_compiling_is_for_open_and_closed_consultations(dates: Dates, expected: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_compile(dates, AFTER)] == expected


def test_an_answer_is_taken_up_while_it_stands() -> None:
    assert blockers_to_take_up(current=True, stands=True) == []
    assert blockers_to_take_up(current=False, stands=True)
    assert blockers_to_take_up(current=True, stands=False)


def test_a_cited_point_is_not_left() -> None:
    assert blockers_to_leave([]) == []
    assert blockers_to_leave([3])[0].args == {"numbers": [3]}


def test_words_are_masked_in_what_is_published() -> None:
    assert blockers_to_mask(DATES)
    assert blockers_to_mask(replace(DATES, summary_published_at=CLOSES)) == []


PUBLISHED = replace(DATES, summary_published_at=CLOSES)
CORRECT = CorrectFacts(dates=PUBLISHED, reason="Fel tal.", changed=True, headless=(), in_short="Tre.", paragraphs_left=(), points_left=())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(CORRECT, [], id="words with a reason"),
        pytest.param(replace(CORRECT, dates=DATES), ["correction_unpublished"], id="before publication the text itself is changed"),
        pytest.param(replace(CORRECT, changed=False), ["correction_unchanged"], id="nothing is changed"),
        pytest.param(replace(CORRECT, reason=" \n"), ["correction_unexplained"], id="the reason is public"),
        pytest.param(replace(CORRECT, points_left=(POINT,)), ["correction_orphan_points"], id="a point would be left without an answer"),
        pytest.param(
            replace(CORRECT, headless=(1,), paragraphs_left=(PARAGRAPH,), in_short=""),
            ["summary_finding_headless", "summary_orphan_paragraphs", "summary_without_in_short"],
            id="the text holds what a published text holds",
        ),
    ],
)
def test_a_published_text_is_corrected_openly(facts: CorrectFacts, expected: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_correct(facts)] == expected
