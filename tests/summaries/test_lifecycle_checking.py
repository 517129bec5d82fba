"""When a round of faktakontroll may be opened, moved, answered and ended, and what stands between it and publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakrad.core import clock
from sakrad.core.red_days import is_workday
from sakrad.summaries import lifecycle_checking as rules
from sakrad.summaries.lifecycle_checking import CheckFacts, OrganisationRef

CLOSED = datetime(2027, 2, 18, 23, tzinfo=UTC)
AT = CLOSED + timedelta(days=2)  # Sunday 21 February
UNTIL = clock.end_of(date(2027, 3, 5))
JOUR, KLUBB = OrganisationRef("Jouren", "jouren"), OrganisationRef("Klubben", "klubben")
BEFORE = CheckFacts(answers_close_at=CLOSED, cited=(JOUR, KLUBB), unasked=(JOUR, KLUBB), to_ask=(JOUR, KLUBB))
OPEN = replace(BEFORE, opened_at=AT, closes_at=UNTIL, unasked=(), silent=(JOUR,))
OVER = replace(OPEN, closes_at=AT)


def codes(blockers: list[rules.Blocker]) -> list[str]:
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize(
    ("facts", "until", "expected"),
    [
        pytest.param(BEFORE, UNTIL, [], id="ten workdays"),
        pytest.param(BEFORE, None, [], id="no day chosen yet"),
        pytest.param(BEFORE, clock.end_of(date(2027, 2, 26)), [], id="five workdays are the fewest"),
        pytest.param(BEFORE, clock.end_of(date(2027, 2, 25)), ["check_short"], id="four are too few"),
        pytest.param(BEFORE, clock.end_of(date(2020, 1, 1)), ["check_short"], id="a day that has passed"),
        pytest.param(BEFORE, clock.end_of(date(2027, 9, 1)), ["check_long"], id="half a year"),
        pytest.param(replace(BEFORE, answers_close_at=AT + timedelta(days=1)), UNTIL, ["check_before_closing"], id="answers still come in"),
        pytest.param(replace(BEFORE, cited=(), to_ask=()), UNTIL, ["check_nobody_cited"], id="nobody is cited"),
        pytest.param(replace(OVER, to_ask=()), UNTIL, ["check_nobody_left"], id="all have replied about the present wording"),
        pytest.param(OPEN, UNTIL, ["check_open_already"], id="one is open"),
        pytest.param(OVER, UNTIL, [], id="another round"),
    ],
)
def test_a_round_is_opened(facts: CheckFacts, until: datetime | None, expected: list[str]) -> None:
    assert codes(rules.blockers_to_open(facts, AT, until)) == expected


@pytest.mark.parametrize(
    ("facts", "move", "ask", "end", "reply"),
    [
        pytest.param(BEFORE, ["check_not_open"], ["check_not_open"], ["check_not_open"], ["check_over"], id="before"),
        pytest.param(OPEN, [], [], ["check_silent"], [], id="open, somebody is silent"),
        pytest.param(replace(OPEN, silent=()), [], [], [], [], id="open, all have replied"),
        pytest.param(replace(OPEN, ended_at=AT), ["check_not_open"], ["check_not_open"], ["check_not_open"], ["check_over"], id="ended"),
        pytest.param(OVER, ["check_not_open"], ["check_not_open"], ["check_not_open"], ["check_over"], id="the instant that it closes"),
    ],
)
def test_what_an_open_round_allows(facts: CheckFacts, move: list[str], ask: list[str], end: list[str], reply: list[str]) -> None:
    later = UNTIL + timedelta(days=1)
    done = (rules.blockers_to_move(facts, AT, later), rules.blockers_to_ask(facts, AT), rules.blockers_to_end(facts, AT))
    assert (*map(codes, done), codes(rules.blockers_to_reply(facts, AT))) == (move, ask, end, reply)


def test_the_last_day_only_comes_later() -> None:
    assert codes(rules.blockers_to_move(OPEN, AT, UNTIL)) == codes(rules.blockers_to_move(OPEN, AT, AT)) == ["check_only_later"]
    assert codes(rules.blockers_to_move(OPEN, AT, AT + timedelta(days=200))) == ["check_long"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(CheckFacts(), [], id="nobody is cited, nobody is asked"),
        pytest.param(BEFORE, ["check_missing"], id="no round"),
        pytest.param(OPEN, ["check_still_open"], id="the round is open"),
        pytest.param(OVER, [], id="the round is over; silence does not block"),
        pytest.param(replace(OVER, to_ask=(JOUR,)), [], id="a stale confirmation does not block: it is printed"),
        pytest.param(replace(OPEN, ended_at=AT), [], id="ended before its time"),
        pytest.param(replace(OVER, unasked=(KLUBB,)), ["check_unasked"], id="one was cited later and not asked"),
        pytest.param(replace(OVER, unanswered=(KLUBB,)), ["check_unanswered"], id="a correction waits for its answer"),
        pytest.param(replace(OVER, unreviewed=(KLUBB,)), ["check_unreviewed"], id="an objection waits for its review"),
        pytest.param(replace(OVER, promised=(KLUBB,)), ["check_promised"], id="a correction is promised and not made"),
        pytest.param(
            replace(OPEN, unasked=(JOUR,), unanswered=(KLUBB,), unreviewed=(KLUBB,)),
            ["check_still_open", "check_unasked", "check_unanswered", "check_unreviewed"],
            id="everything is told",
        ),
    ],
)
def test_publishing_waits_for_the_faktakontroll(facts: CheckFacts, expected: list[str]) -> None:
    assert codes(rules.blockers_of_checking(facts, AT)) == expected


@pytest.mark.parametrize(
    ("words", "needed", "expected"),
    [
        pytest.param("", False, [], id="a confirmation needs none"),
        pytest.param("", True, ["check_words_missing"], id="a correction does"),
        pytest.param("\u200b\u2060 \ufeff\n", True, ["check_words_missing"], id="what cannot be seen is no words"),
        pytest.param("👩\u200d👧", True, [], id="what joins what is seen is"),
        pytest.param("å" * 500, True, [], id="as many as fit"),
        pytest.param("å" * 501, True, ["check_words_long"], id="one too many"),
    ],
)
def test_the_words_of_a_reply(words: str, needed: bool, expected: list[str]) -> None:
    assert codes(rules.blockers_to_words(words, needed=needed, most=rules.OBJECTION)) == expected


@given(st.dates(date(2025, 1, 1), date(2035, 1, 1)))
def test_ten_workdays_are_proposed_and_the_hint_is_for_fewer(today: date) -> None:
    last = rules.proposed_last_day(today)
    at = clock.start_of(today)
    assert is_workday(last) and rules.workdays_between(today, last) == rules.USUAL
    assert rules.hints_to_open(at, clock.end_of(last)) == []
    assert codes(rules.hints_to_open(at, clock.end_of(last - timedelta(days=1)))) == ["check_below_usual"]


@pytest.mark.parametrize(
    ("day", "due"), [(date(2027, 3, 1), False), (date(2027, 3, 2), True), (date(2027, 3, 5), True), (date(2027, 3, 6), False)]
)
def test_the_silent_are_reminded_three_workdays_before_friday_the_fifth(day: date, due: bool) -> None:
    assert rules.reminder_due(UNTIL, clock.start_of(day)) is due
