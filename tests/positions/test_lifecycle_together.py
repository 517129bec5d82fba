"""When one may concur, name others and stand behind: one row a rule. And that each organisation counts once."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import QuestionKind
from sakrad.positions.lifecycle import Submission, Written, blockers_to_submit
from sakrad.positions.lifecycle_together import (
    MOST_PARTIES,
    Agreed,
    How,
    Joined,
    Joining,
    Naming,
    Own,
    Target,
    blockers_to_concur,
    blockers_to_name,
    blockers_to_stand_behind,
    blockers_to_step_back,
    each_once,
)
from sakrad.positions.models import AnchoringLevel, PublicationWish
from sakrad.positions.models.together import RESERVATION_LIMIT

OPENS = datetime(2027, 9, 1, 6, tzinfo=UTC)
CLOSES = datetime(2027, 10, 14, 22, tzinfo=UTC)
DATES = Dates(announced_at=OPENS - timedelta(days=5), opens_at=OPENS, closes_at=CLOSES)
TARGET = Target(dates=DATES, own=False, answered=frozenset({1, 2}))
TICK = timedelta(microseconds=1)


def codes(blockers: list[Any]) -> list[str]:
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize(
    ("changes", "question", "length", "at", "expected"),
    [
        pytest.param({}, None, 0, OPENS, [], id="with the whole, while it is open"),
        pytest.param({}, 1, RESERVATION_LIMIT, OPENS, [], id="with one answer, with a reservation as long as it may be"),
        pytest.param({}, None, 0, OPENS - TICK, ["concurrence_not_open"], id="not before it opens"),
        pytest.param({}, None, 0, CLOSES, ["concurrence_not_open"], id="not after it closes"),
        pytest.param({"own": True}, None, 0, OPENS, ["concurrence_with_oneself"], id="not with oneself"),
        pytest.param({}, 3, 0, OPENS, ["concurrence_nothing_answered"], id="not with what was not answered"),
        pytest.param({}, None, RESERVATION_LIMIT + 1, OPENS, ["reservation_too_long"], id="a reservation has a limit"),
        pytest.param(
            {"own": True}, 3, 5_000, CLOSES,
            ["concurrence_not_open", "concurrence_with_oneself", "concurrence_nothing_answered", "reservation_too_long"],
            id="every reason is told",
        ),
    ],
)  # fmt: skip
def test_who_may_be_agreed_with(changes: dict[str, Any], question: int | None, length: int, at: datetime, expected: list[str]) -> None:
    assert codes(blockers_to_concur(dataclasses.replace(TARGET, **changes), question, length, at)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(Naming(is_lead=False, already=False, named=0), [], id="another organisation"),
        pytest.param(Naming(is_lead=True, already=False, named=0), ["party_is_lead"], id="never oneself"),
        pytest.param(Naming(is_lead=False, already=True, named=1), ["party_already_named"], id="each once"),
        pytest.param(Naming(is_lead=False, already=False, named=MOST_PARTIES), ["parties_too_many"], id="each of them gets a mail"),
    ],
)
def test_who_may_be_named(facts: Naming, expected: list[str]) -> None:
    assert codes(blockers_to_name(facts)) == expected


JOINING = Joining(dates=DATES, named=True, position_stands=True, is_lead=False)
PUBLISHED = dataclasses.replace(DATES, summary_published_at=CLOSES + timedelta(days=5))


@pytest.mark.parametrize(
    ("changes", "at", "expected"),
    [
        pytest.param({}, OPENS, [], id="while it is open"),
        pytest.param({}, CLOSES + timedelta(days=3), [], id="also when the answers are being compiled"),
        pytest.param({"dates": PUBLISHED}, CLOSES + timedelta(days=6), ["party_summary_published"], id="until the summary is published"),
        pytest.param({"dates": dataclasses.replace(DATES, cancelled_at=OPENS)}, OPENS, ["consultation_cancelled"], id="not when cancelled"),
        pytest.param({"named": False}, OPENS, ["party_dropped"], id="not when a newer version names it no more"),
        pytest.param({"position_stands": False}, OPENS, ["party_answer_gone"], id="not an answer that is taken back"),
        pytest.param({"is_lead": True}, OPENS, ["party_is_lead"], id="not one's own answer"),
        pytest.param({"sealed": True}, OPENS, ["party_merged"], id="not for an organisation that is merged into another"),
    ],
)
def test_who_may_stand_behind(changes: dict[str, Any], at: datetime, expected: list[str]) -> None:
    assert codes(blockers_to_stand_behind(dataclasses.replace(JOINING, **changes), at)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="at any time"),
        pytest.param({"dates": PUBLISHED, "position_stands": False}, [], id="also when it is too late to confirm"),
        pytest.param({"named": False}, ["party_dropped"], id="nobody is named any more"),
    ],
)
def test_nobody_stays_named_against_their_will(changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(blockers_to_step_back(dataclasses.replace(JOINING, **changes))) == expected


REQUIRED = Written(number=1, kind=QuestionKind.experience, required=True)
ONLY = Submission(dates=DATES, answers=(REQUIRED,), anchoring=AnchoringLevel.board, wish=PublicationWish.named)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, ["position_nothing_written", "position_required_empty"], id="nothing at all"),
        pytest.param({"agreements": 1}, ["position_required_empty"], id="a concurrence is something, though not to the required question"),
        pytest.param(
            {"agreements": 1, "answers": (dataclasses.replace(REQUIRED, agreed=True),)},
            [],
            id="a concurrence answers what the other answers",
        ),
        pytest.param(
            {"agreements": 1, "agreements_gone": ("Jouren",), "answers": (dataclasses.replace(REQUIRED, agreed=True),)},
            ["concurrence_gone"],
            id="not with what is published no longer",
        ),
    ],
)
def test_a_draft_that_only_concurs(changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(blockers_to_submit(dataclasses.replace(ONLY, **changes), OPENS)) == expected


# -- each organisation counts once

numbers = st.integers(1, 6)
worlds = st.tuples(
    st.dictionaries(st.integers(1, 6), st.tuples(st.integers(1, 8), st.sampled_from(["ja", "nej", None])), max_size=6),
    st.lists(st.tuples(numbers, st.integers(1, 8), st.integers(1, 9)), max_size=8),
    st.lists(st.tuples(numbers, numbers), max_size=8),
)


@given(worlds)
def test_every_organisation_counts_once_by_its_own_words_before_joint_before_concurring(world: Any) -> None:
    answers, parties, concurrences = world
    by_organisation = {organisation: position for position, (organisation, _value) in answers.items()}
    own = {by_organisation[organisation]: Own(organisation, answers[by_organisation[organisation]][1]) for organisation in by_organisation}
    said = {position: one.value for position, one in own.items() if one.value is not None}
    joined = [Joined(*party) for party in parties]
    agreed = [Agreed(*pair) for pair in concurrences]
    counted = each_once(own, joined, agreed)

    organisations = [one.organisation for one in counted]
    assert len(organisations) == len(set(organisations))
    for one in counted:
        mine = by_organisation.get(one.organisation)
        jointly = [party for party in joined if party.organisation == one.organisation and party.position in said]
        with_others = [said[pair.target] for pair in agreed if pair.position == mine and mine in own and pair.target in said]
        if mine in said:
            assert (one.how, one.value) == (How.own, said[mine])
        elif jointly:
            latest = max(party.order for party in jointly)
            assert one.how is How.joint
            assert one.value in {said[party.position] for party in jointly if party.order == latest}
        else:
            assert one.how is How.concurrence
            assert one.value in with_others
    everybody = {own[position].organisation for position in said}
    everybody |= {party.organisation for party in joined if party.position in said}
    everybody |= {own[pair.position].organisation for pair in agreed if pair.position in own and pair.target in said}
    assert set(organisations) == everybody
