"""What may happen with a meeting, and when: the rules on their borders, without a database."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from sakrad.core import clock
from sakrad.meetings import forms, lifecycle
from sakrad.meetings.lifecycle import Facts, Other, Plan, Queued, Wish
from sakrad.meetings.models import MeetingForm, RegistrationState

START = datetime(2027, 2, 11, 16, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
PLAN = Plan(MeetingForm.hybrid, START, START + timedelta(hours=2), START - timedelta(days=2), 20, 2, "Folkets hus", "https://rum.example")
FACTS = Facts(MeetingForm.hybrid, START, START - timedelta(days=2), 20, 2, cancelled=False, announced=True, called_off=False)


def facts(**values: Any) -> Facts:
    return dataclasses.replace(FACTS, **values)


def codes(blockers: list[Any]) -> list[str]:
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"starts_at": START - timedelta(days=30), "register_until": START - timedelta(days=31)}, ["meeting_ends_before_start"]),
        ({"ends_at": START}, ["meeting_ends_before_start"]),
        ({"ends_at": START + timedelta(days=1)}, []),
        ({"ends_at": START + timedelta(days=1) + MOMENT}, ["meeting_ends_before_start"]),
        ({"register_until": START}, []),
        ({"register_until": START + MOMENT}, ["meeting_register_after_start"]),
        ({"place": ""}, ["meeting_place_missing"]),
        ({"place": "", "form": MeetingForm.digital}, []),
        ({"link": ""}, ["meeting_link_missing"]),
        ({"link": "", "form": MeetingForm.on_site}, []),
        ({"seats": 1}, ["meeting_seats_each"]),
        ({"seats": None}, []),
    ],
)
def test_a_plan_holds_together(change: dict[str, Any], expected: list[str]) -> None:
    at = START - timedelta(days=40)
    assert codes(lifecycle.blockers_to_plan(dataclasses.replace(PLAN, **change), called_off=False, at=at)) == expected


@pytest.mark.parametrize(("at", "expected"), [(START - MOMENT, []), (START, ["meeting_passed"])])
def test_a_meeting_is_planned_ahead(at: datetime, expected: list[str]) -> None:
    assert codes(lifecycle.blockers_to_plan(PLAN, called_off=False, at=at)) == expected


def test_nothing_is_planned_in_a_consultation_that_is_over() -> None:
    assert codes(lifecycle.blockers_to_plan(PLAN, called_off=True, at=START - timedelta(days=9))) == ["meeting_matter_over"]


@pytest.mark.parametrize(
    ("given", "at", "expected"),
    [
        (FACTS, START - MOMENT, []),
        (FACTS, START, ["meeting_begun"]),
        (facts(cancelled=True), START, ["meeting_cancelled"]),
        (facts(called_off=True), START - MOMENT, ["meeting_matter_over"]),
    ],
)
def test_it_is_changed_called_off_and_left_until_it_begins(given: Facts, at: datetime, expected: list[str]) -> None:
    for rule in (lifecycle.blockers_to_change, lifecycle.blockers_to_cancel, lifecycle.blockers_to_leave, lifecycle.blockers_to_ask):
        assert codes(rule(given, at)) == expected


@pytest.mark.parametrize(
    ("given", "wish", "at", "expected"),
    [
        (FACTS, Wish(2, digital=True), FACTS.register_until - MOMENT, []),
        (FACTS, Wish(1), FACTS.register_until, ["meeting_registration_closed"]),
        (FACTS, Wish(1), START, ["meeting_begun"]),
        (FACTS, Wish(3), START - timedelta(days=9), ["meeting_people_each"]),
        (FACTS, Wish(0), START - timedelta(days=9), ["meeting_people_each"]),
        (facts(form=MeetingForm.on_site), Wish(1, digital=True), START - timedelta(days=9), ["meeting_not_digital"]),
        (facts(announced=False), Wish(1), START - timedelta(days=9), ["not_announced"]),
        (facts(cancelled=True), Wish(1), START - timedelta(days=9), ["meeting_cancelled"]),
        (facts(called_off=True), Wish(1), START - timedelta(days=9), ["meeting_matter_over"]),
        (facts(taken=20, waiting=7), Wish(1), START - timedelta(days=9), []),
    ],
)
def test_one_registers_until_the_last_day_is_over_and_full_is_no_hindrance(
    given: Facts, wish: Wish, at: datetime, expected: list[str]
) -> None:
    assert codes(lifecycle.blockers_to_register(given, wish, at)) == expected


@pytest.mark.parametrize(
    ("given", "wish", "expected"),
    [
        (facts(taken=18), Wish(2), RegistrationState.registered),
        (facts(taken=19), Wish(2), RegistrationState.waiting),
        (facts(taken=2, waiting=1), Wish(1), RegistrationState.waiting),  # somebody stands before
        (facts(taken=900, seats=None), Wish(2), RegistrationState.registered),
        (facts(taken=20, waiting=1), Wish(2, digital=True), RegistrationState.registered),  # needs no chair
        (facts(taken=20, form=MeetingForm.digital), Wish(2, digital=True), RegistrationState.waiting),  # the seats are the digital room's
    ],
)
def test_the_first_who_come_get_the_seats(given: Facts, wish: Wish, expected: RegistrationState) -> None:
    assert lifecycle.state_for(given, wish) is expected


@pytest.mark.parametrize(
    ("before", "wish", "taken", "waiting", "expected"),
    [
        (Wish(1), Wish(2), 18, 0, []),
        (Wish(1), Wish(2), 19, 0, ["meeting_seats_taken"]),
        (Wish(1), Wish(2), 3, 1, ["meeting_seats_taken"]),
        (Wish(2), Wish(1), 30, 4, []),
        (Wish(2), Wish(2), 30, 4, []),
        (Wish(1), Wish(2, digital=True), 30, 4, []),
        (Wish(1, digital=True), Wish(1), 20, 0, ["meeting_seats_taken"]),
    ],
)
def test_more_seats_only_where_there_are_some_and_fewer_always(
    before: Wish, wish: Wish, taken: int, waiting: int, expected: list[str]
) -> None:
    found = lifecycle.blockers_to_enlarge(facts(taken=taken, waiting=waiting), before, wish, START - timedelta(days=9))
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("queue", "seats", "taken", "expected"),
    [
        ([(1, 1), (2, 1)], 10, 9, [1]),
        ([(1, 2), (2, 1)], 10, 9, []),  # nobody is passed
        ([(1, 1), (2, 2), (3, 1)], 10, 8, [1]),
        ([(1, 2), (2, 0), (3, 1)], 10, 9, [2]),  # the second takes part by the link
        ([(1, 1), (2, 2)], None, 100, [1, 2]),
        ([], 10, 0, []),
    ],
)
def test_the_queue_moves_in_order(queue: list[tuple[int, int]], seats: int | None, taken: int, expected: list[int]) -> None:
    assert lifecycle.promoted([Queued(*each) for each in queue], seats, taken) == expected


@pytest.mark.parametrize(
    ("queue", "seats", "each", "taken", "expected"),
    [
        ([(1, 5), (2, 2)], 4, 4, 0, [2]),  # larger than the room
        ([(1, 5), (2, 2)], 9, 4, 0, [2]),  # larger than what one may have
        ([(1, 5), (2, 2)], None, 4, 9, [2]),
        ([(1, 4), (2, 2)], 4, 4, 1, []),  # it could, when others leave: nobody passes it
        ([(1, 4), (2, 2)], 4, 4, 0, [1]),
    ],
)
def test_who_waits_for_more_than_there_could_ever_be_holds_nobody_up(
    queue: list[tuple[int, int]], seats: int | None, each: int, taken: int, expected: list[int]
) -> None:
    assert lifecycle.promoted([Queued(*one) for one in queue], seats, taken, each) == expected


@pytest.mark.parametrize(
    ("given", "at", "expected"),
    [(FACTS, START, []), (FACTS, START - MOMENT, ["meeting_not_begun"]), (facts(cancelled=True), START, ["meeting_cancelled"])],
)
def test_who_came_is_noted_once_it_has_begun(given: Facts, at: datetime, expected: list[str]) -> None:
    assert codes(lifecycle.blockers_to_note_attendance(given, at)) == expected


@pytest.mark.parametrize(
    ("now", "opens", "expected"),
    [
        (date(2026, 11, 23), None, date(2026, 12, 8)),
        (date(2026, 11, 23), date(2026, 11, 2), date(2026, 12, 8)),  # it opened long ago
        (date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 15)),
        (date(2026, 11, 18), None, date(2026, 12, 3)),
        (date(2026, 11, 19), None, date(2026, 12, 7)),  # a Friday is no evening for a meeting
        (date(2026, 12, 9), None, date(2027, 1, 11)),
        (date(2027, 4, 20), None, date(2027, 5, 10)),  # neither the eve of a holiday nor one
        (date(2027, 6, 16), None, date(2027, 8, 2)),
    ],
)
def test_the_day_that_is_proposed_is_a_weekday_evening_two_weeks_after_the_invitation(
    now: date, opens: date | None, expected: date
) -> None:
    at = clock.at_hour(now, time(23, 30))
    found = forms.proposed(at, clock.start_of(opens) if opens else None)
    assert found["on"] == expected and clock.at_hour(found["on"], found["begins"]) >= at + timedelta(days=14)


@pytest.mark.parametrize(
    ("more", "at", "expected"),
    [
        ({}, START - timedelta(days=14), []),
        ({"holiday": "Alla hjärtans dag"}, START - timedelta(days=30), ["hint_meeting_holiday"]),
        ({"others": [Other("Annat", START - timedelta(hours=1), START + MOMENT)]}, START - timedelta(days=30), ["hint_meeting_clash"]),
        ({"others": [Other("Annat", START - timedelta(hours=1), START)]}, START - timedelta(days=30), []),
        ({}, START - timedelta(days=14) + MOMENT, ["hint_meeting_soon"]),
        ({"closes_at": START}, START - timedelta(days=30), ["hint_meeting_after_closing"]),
        ({"closes_at": START + MOMENT}, START - timedelta(days=30), []),
    ],
)
def test_what_one_is_reminded_of(more: dict[str, Any], at: datetime, expected: list[str]) -> None:
    given: dict[str, Any] = {"holiday": "", "closes_at": None, "others": []} | more
    assert codes(lifecycle.hints(PLAN, at=at, **given)) == expected


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (date(2027, 3, 28), time(1, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (date(2027, 3, 28), time(3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),  # an hour of the wall clock later, none in fact
        (date(2027, 10, 31), time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # the first of the two
        (date(2027, 10, 31), time(3, 0), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
        (date(2028, 2, 29), time(23, 59), datetime(2028, 2, 29, 22, 59, tzinfo=UTC)),
        (date(2027, 7, 1), time(0, 0), datetime(2027, 6, 30, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_wall_clock_in_stockholm_is_what_counts(day: date, hour: time, expected: datetime) -> None:
    assert clock.at_hour(day, hour) == expected


def test_an_hour_that_is_skipped_is_none() -> None:
    with pytest.raises(ValueError, match="no 02:30"):
        clock.at_hour(date(2027, 3, 28), time(2, 30))
