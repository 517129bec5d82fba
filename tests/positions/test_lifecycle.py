"""When an answer may be received and published: one row a rule."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import QuestionKind
from sakrad.positions.lifecycle import Publication, Submission, Written, blockers_to_publish, blockers_to_submit, minutes_to_answer
from sakrad.positions.models import ANSWER_LIMIT, AnchoringLevel, PublicationWish, Stance

OPENS = datetime(2027, 9, 1, 6, tzinfo=UTC)
CLOSES = datetime(2027, 10, 14, 22, tzinfo=UTC)
DATES = Dates(announced_at=OPENS - timedelta(days=5), opens_at=OPENS, closes_at=CLOSES)
EXPERIENCE = Written(number=1, kind=QuestionKind.experience, required=False, length=40)
PROPOSAL = Written(number=2, kind=QuestionKind.proposal, required=False)
WHOLE = Submission(dates=DATES, answers=(EXPERIENCE, PROPOSAL), anchoring=AnchoringLevel.board, wish=PublicationWish.named)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        pytest.param(OPENS - TICK, ["position_before_opening"], id="not before it opens"),
        pytest.param(OPENS, [], id="from the instant it opens"),
        pytest.param(CLOSES - TICK, [], id="until the last instant"),
        pytest.param(CLOSES, ["position_closed"], id="closing is exclusive, without grace"),
        pytest.param(CLOSES + timedelta(seconds=1), ["position_closed"], id="one second late is late"),
    ],
)
def test_received_only_while_open(at: datetime, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_submit(WHOLE, at)] == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        pytest.param({"dates": dataclasses.replace(DATES, cancelled_at=OPENS)}, ["position_cancelled"], id="a cancelled one takes nothing"),
        pytest.param({"dates": Dates()}, ["position_not_announced"], id="a draft takes nothing"),
        pytest.param({"answers": (PROPOSAL,)}, ["position_nothing_written"], id="something must be answered"),
        pytest.param({"anchoring": None}, ["position_anchoring_missing"], id="the anchoring must be said"),
        pytest.param({"wish": None}, ["position_wish_missing"], id="the wish must be said"),
        pytest.param({"already_sent": True}, ["position_already_sent"], id="the same words are not sent twice"),
        pytest.param({"dissent_length": ANSWER_LIMIT + 1}, ["position_dissent_too_long"], id="dissent has a limit"),
        pytest.param({"confirm_by_on": OPENS.date()}, ["position_confirm_by_passed"], id="a preliminary one is confirmed on a day to come"),
        pytest.param({"confirm_by_on": OPENS.date() + timedelta(days=1)}, [], id="tomorrow is a day to come"),
        pytest.param(
            {"answers": (dataclasses.replace(PROPOSAL, stance=Stance.supports_with_reservations),)},
            ["position_reason_missing"],
            id="reservations need a reason",
        ),
        pytest.param(
            {"answers": (dataclasses.replace(PROPOSAL, stance=Stance.opposes),)},
            ["position_reason_missing"],
            id="opposition needs a reason",
        ),
        pytest.param({"answers": (dataclasses.replace(PROPOSAL, stance=Stance.supports),)}, [], id="support needs none"),
        pytest.param({"answers": (dataclasses.replace(PROPOSAL, stance=Stance.no_position),)}, [], id="no position needs none"),
        pytest.param(
            {"answers": (EXPERIENCE, dataclasses.replace(PROPOSAL, required=True))},
            ["position_required_empty"],
            id="a required question must be answered",
        ),
        pytest.param(
            {"answers": (dataclasses.replace(EXPERIENCE, length=ANSWER_LIMIT + 1),)}, ["position_too_long"], id="an answer has a limit"
        ),
        pytest.param({"answers": (dataclasses.replace(EXPERIENCE, length=ANSWER_LIMIT),)}, [], id="the limit itself is within"),
    ],
)
def test_what_stands_in_the_way_of_sending(changes: dict[str, Any], codes: list[str]) -> None:
    facts = dataclasses.replace(WHOLE, **changes)
    assert [blocker.code for blocker in blockers_to_submit(facts, OPENS)] == codes


def test_every_reason_is_listed_at_once() -> None:
    nothing = dataclasses.replace(WHOLE, answers=(dataclasses.replace(PROPOSAL, required=True),), anchoring=None, wish=None)
    assert [blocker.code for blocker in blockers_to_submit(nothing, CLOSES)] == [
        "position_closed",
        "position_nothing_written",
        "position_required_empty",
        "position_anchoring_missing",
        "position_wish_missing",
    ]


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(Publication(True, PublicationWish.named, False), [], id="verified, wished and owned"),
        pytest.param(Publication(False, PublicationWish.named, False), ["position_unverified"], id="not while unverified"),
        pytest.param(Publication(True, PublicationWish.municipality_only, False), ["position_wish_private"], id="not against the wish"),
        pytest.param(Publication(True, PublicationWish.named, True), ["position_disowned"], id="not when disowned"),
    ],
)
def test_what_stands_in_the_way_of_publishing(facts: Publication, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_publish(facts)] == codes


def test_the_estimate_is_rounded_up_to_five_minutes() -> None:
    assert minutes_to_answer([QuestionKind.experience, QuestionKind.open], "ord " * 200) == 15
