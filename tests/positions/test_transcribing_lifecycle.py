"""What came in by other ways: when it may be entered, and when its sender may confirm or correct it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import QuestionKind
from sakrad.positions.lifecycle import Publication, Written, blockers_to_publish
from sakrad.positions.lifecycle_transcribing import (
    Entry,
    ReadBack,
    blockers_to_begin,
    blockers_to_confirm,
    blockers_to_correct,
    blockers_to_send_read_back,
    blockers_to_transcribe,
)
from sakrad.positions.models import ANSWER_LIMIT, PublicationWish

OPENS, CLOSES = datetime(2027, 3, 1, 8, tzinfo=UTC), datetime(2027, 4, 14, 22, tzinfo=UTC)
OPEN = Dates(announced_at=OPENS, opens_at=OPENS, closes_at=CLOSES)
LATER = CLOSES + timedelta(days=5)
TICK = timedelta(microseconds=1)
SAID = (Written(number=5, kind=QuestionKind.open, required=False, length=20),)
SUMMARISED = dataclasses.replace(OPEN, summary_published_at=LATER)
CANCELLED = dataclasses.replace(OPEN, cancelled_at=LATER)
ENDED = dataclasses.replace(OPEN, ended_at=LATER)


def codes(found: Any) -> list[str]:
    return [blocker.code for blocker in found]


def entry(dates: Dates = OPEN, received_at: datetime = OPENS + timedelta(days=2), **values: Any) -> Entry:
    return Entry(dates, received_at, **{"answers": SAID} | values)


@pytest.mark.parametrize(
    ("facts", "at", "expected"),
    [
        pytest.param(entry(), OPENS + timedelta(days=4), [], id="two days later"),
        pytest.param(entry(), LATER, [], id="after closing, since it came in before"),
        pytest.param(entry(received_at=OPENS), LATER, [], id="at the opening"),
        pytest.param(entry(received_at=OPENS - TICK), LATER, ["transcription_before_opening"], id="just before the opening"),
        pytest.param(entry(received_at=CLOSES - TICK), LATER, [], id="just before closing"),
        pytest.param(entry(received_at=CLOSES), LATER, ["transcription_after_closing"], id="at closing, which is exclusive"),
        pytest.param(entry(received_at=LATER), LATER - TICK, ["transcription_to_come"], id="a time to come"),
        pytest.param(entry(received_at=LATER), LATER, ["transcription_after_closing"], id="now is no time to come"),
        pytest.param(entry(Dates()), LATER, ["position_not_announced"], id="not announced"),
        pytest.param(entry(CANCELLED), LATER, ["transcription_cancelled"], id="cancelled"),
        pytest.param(entry(SUMMARISED), LATER, ["transcription_after_summary"], id="the summary is published"),
        pytest.param(entry(ENDED), LATER, ["transcription_after_summary"], id="ended"),
        pytest.param(entry(theirs_at=OPENS + timedelta(days=2)), LATER, [], id="sent by web at the very same time"),
        pytest.param(entry(theirs_at=OPENS + timedelta(days=2) + TICK), LATER, ["transcription_older"], id="sent by web later"),
        pytest.param(entry(answers=()), LATER, ["transcription_empty"], id="nothing said"),
        pytest.param(
            entry(answers=(dataclasses.replace(SAID[0], length=ANSWER_LIMIT + 1),)),
            LATER,
            ["position_too_long"],
            id="one code point too long",
        ),
        pytest.param(entry(dissent_length=ANSWER_LIMIT + 1), LATER, ["position_dissent_too_long"], id="dissent too long"),
        pytest.param(
            entry(received_at=OPENS - TICK, answers=()), LATER, ["transcription_before_opening", "transcription_empty"], id="every reason"
        ),
    ],
)
def test_what_may_be_entered(facts: Entry, at: datetime, expected: list[str]) -> None:
    assert codes(blockers_to_transcribe(facts, at)) == expected


def test_neither_anchoring_nor_wish_nor_every_answer_is_asked_for() -> None:
    required = Written(number=1, kind=QuestionKind.experience, required=True)
    assert blockers_to_transcribe(entry(answers=(required, *SAID)), LATER) == []


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param(OPEN, [], id="open or closed"),
        pytest.param(Dates(), ["position_not_announced"], id="draft"),
        pytest.param(CANCELLED, ["transcription_cancelled"], id="cancelled"),
        pytest.param(SUMMARISED, ["transcription_after_summary"], id="summarised"),
    ],
)
def test_the_form_is_shown_only_where_something_may_be_entered(dates: Dates, expected: list[str]) -> None:
    assert codes(blockers_to_begin(dates)) == expected


def facts(dates: Dates = OPEN, *, current: bool = True, stands: bool = True) -> ReadBack:
    return ReadBack(dates, current=current, stands=stands)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(facts(), [], id="until the summary, also after closing"),
        pytest.param(facts(current=False), ["read_back_replaced"], id="something newer has come in"),
        pytest.param(facts(stands=False), ["read_back_disowned"], id="disowned or withdrawn"),
        pytest.param(facts(SUMMARISED), ["read_back_over"], id="the summary is published"),
        pytest.param(facts(ENDED), ["read_back_over"], id="ended"),
        pytest.param(facts(CANCELLED), ["transcription_cancelled"], id="cancelled"),
    ],
)
def test_what_may_be_confirmed_or_corrected(of: ReadBack, expected: list[str]) -> None:
    assert codes(blockers_to_confirm(of)) == expected
    assert codes(blockers_to_correct(of, SAID)) == expected
    assert codes(blockers_to_correct(of, ())) == [*expected, "transcription_empty"]


def test_a_link_is_mailed_only_to_an_address_and_only_for_what_is_not_confirmed() -> None:
    assert blockers_to_send_read_back(facts(), has_address=True, confirmed=False) == []
    assert codes(blockers_to_send_read_back(facts(), has_address=False, confirmed=True)) == ["read_back_confirmed", "read_back_no_address"]


def test_an_unknown_wish_is_not_published() -> None:
    asked = Publication(verified=True, wish=None, disowned=False)
    assert codes(blockers_to_publish(asked)) == ["position_wish_unknown"]
    assert blockers_to_publish(dataclasses.replace(asked, wish=PublicationWish.named)) == []
