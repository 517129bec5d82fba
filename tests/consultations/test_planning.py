"""Dates backwards from the authority's meeting: a plan never breaks a gate, and keeps what the method asks for. Pure."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sakrad.consultations import lifecycle, planning
from sakrad.consultations.lifecycle import ANSWERING, COMPILING, Dates
from sakrad.consultations.planning import Milestone, Plan
from sakrad.core import clock
from sakrad.core.red_days import is_workday
from tests.consultations.test_lifecycle import READY

TODAY = st.dates(date(2026, 1, 1), date(2034, 12, 31))
AHEAD = st.integers(1, 500)


def at(day: date):
    return clock.start_of(day) + timedelta(hours=9)


def test_six_weeks_five_and_handlingsstopp_backwards_from_the_meeting():
    plan = planning.dates_towards(date(2028, 5, 18), at(date(2027, 11, 1)))
    assert plan == Plan(
        opens_on=date(2028, 2, 17),
        closes_on=date(2028, 3, 30),
        summary_due_on=date(2028, 5, 4),
        decision_on=date(2028, 5, 18),
        feedback_due_on=date(2028, 6, 1),
        follow_up_on=date(2028, 11, 30),
    )


def test_a_meeting_too_near_is_told_and_the_days_are_counted_forward():
    plan = planning.dates_towards(date(2027, 11, 18), at(date(2027, 9, 20)))
    assert plan.too_near
    assert (plan.opens_on, plan.closes_on, plan.summary_due_on) == (date(2027, 9, 20), date(2027, 11, 1), date(2027, 12, 6))
    assert plan.decision_on == date(2027, 12, 20)


def test_without_a_meeting_the_days_are_counted_forward():
    plan = planning.dates_towards(None, at(date(2027, 9, 20)))
    assert plan.decision_on is None
    assert not plan.too_near
    assert plan.closes_on == date(2027, 11, 1)


def test_a_template_may_ask_for_less_time():
    plan = planning.dates_towards(None, at(date(2027, 9, 20)), answering=timedelta(28), compiling=timedelta(28))
    assert (plan.closes_on, plan.summary_due_on) == (date(2027, 10, 18), date(2027, 11, 15))


def test_the_last_day_is_not_in_july():
    assert planning.dates_towards(date(2028, 9, 14), at(date(2028, 1, 10))).closes_on == date(2028, 6, 30)


@given(TODAY, AHEAD)
def test_a_plan_breaks_no_gate_and_its_meeting_is_reached(today, ahead):
    meeting = today + timedelta(days=ahead)
    plan = planning.dates_towards(meeting, at(today))
    dates = Dates(opens_at=clock.start_of(plan.opens_on), closes_at=clock.end_of(plan.closes_on), follow_up_on=plan.follow_up_on)
    facts = dataclasses.replace(
        READY, dates=dates, summary_due_on=plan.summary_due_on, decision_on=plan.decision_on, feedback_due_on=plan.feedback_due_on
    )
    assert lifecycle.gates(facts, at(today)) == []
    assert plan.decision_on is not None
    assert plan.decision_on > meeting if plan.too_near else plan.decision_on == meeting
    assert plan.closes_on - plan.opens_on >= ANSWERING
    assert plan.summary_due_on - plan.closes_on >= COMPILING
    assert planning.is_calm(plan.closes_on)
    assert all(is_workday(day) for day in (plan.opens_on, plan.summary_due_on, plan.feedback_due_on, plan.follow_up_on))
    assert planning.papers_before(plan.decision_on) >= plan.summary_due_on


@given(TODAY, AHEAD)
def test_the_organisations_have_ten_workdays_inside_the_five_weeks(today, ahead):
    plan = planning.dates_towards(today + timedelta(days=ahead), at(today))
    first = planning.fact_check_before(plan.summary_due_on)
    days = [first + timedelta(days=n) for n in range((plan.summary_due_on - first).days)]
    assert sum(map(is_workday, days)) == 10
    assert first > plan.closes_on


def test_the_plan_is_shown_in_order_with_what_follows_from_it():
    shown = planning.milestones(READY, at(date(2027, 9, 20)))
    assert [what for what, _day in shown] == [*Milestone]
    assert [day for _what, day in shown] == sorted(day for _what, day in shown)
    assert dict(shown)[Milestone.fact_check] == date(2027, 12, 6)
    assert planning.milestones(lifecycle.Facts(), at(date(2027, 9, 20))) == [(Milestone.opening, date(2027, 9, 20))]
