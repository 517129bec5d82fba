"""The dates of a consultation, proposed backwards from the authority's meeting (PRACTICE.md 12). Pure."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sakrad.consultations.lifecycle import ANSWERING, COMPILING, TELLING, Facts
from sakrad.core import clock
from sakrad.core.red_days import is_workday, workday_from, workday_until, workdays_before

PAPERS = timedelta(days=14)  # handlingsstopp: the authority's papers are ready so long before its meeting
FACT_CHECK = 10  # workdays, inside the five weeks to the summary
FOLLOWING_UP = timedelta(days=182)
DAY = timedelta(days=1)


class Milestone(enum.StrEnum):
    """What happens on a day of the plan, in order."""

    opening = "opening"
    closing = "closing"
    fact_check = "fact_check"
    summary = "summary"
    papers = "papers"
    decision = "decision"
    feedback = "feedback"
    follow_up = "follow_up"


@dataclass(frozen=True, slots=True)
class Plan:
    """Proposed days; the names are the fields of the officers' form."""

    opens_on: date
    closes_on: date
    summary_due_on: date
    decision_on: date | None  # the earliest possible meeting, where the one wished for is too near
    feedback_due_on: date
    follow_up_on: date
    too_near: bool = False

    def days(self) -> dict[str, date | None]:
        """The days by field."""
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name != "too_near"}


def is_july(day: date) -> bool:
    """When few associations meet."""
    return day.month == 7


def is_christmas(day: date) -> bool:
    """From the week before to Epiphany's morrow."""
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 7)


def is_calm(day: date) -> bool:
    """A day on which one can both finish an answer and get help with it."""
    return is_workday(day) and not is_july(day) and not is_christmas(day)


def calm_from(day: date) -> date:
    """The day itself, or the next calm one."""
    while not is_calm(day):
        day += DAY
    return day


def calm_until(day: date) -> date:
    """The day itself, or the calm one before."""
    while not is_calm(day):
        day -= DAY
    return day


def dates_towards(decision_on: date | None, at: datetime, *, answering: timedelta = ANSWERING, compiling: timedelta = COMPILING) -> Plan:
    """Days that lead to the authority's meeting; forward from now where it is too near, or not known.

    Six weeks to answer and five to the summary unless told, which is ready when the papers of the meeting are to be.
    """
    today = clock.day_of(at)
    if decision_on is None:
        return _forward(today, answering, compiling, meets=False)
    summary_due_on = papers_before(decision_on)
    closes_on = calm_until(min(summary_due_on - compiling, fact_check_before(summary_due_on) - DAY))
    opens_on = workday_until(closes_on - answering)
    if opens_on >= today:
        return _told(opens_on, closes_on, summary_due_on, decision_on)
    soonest = _forward(today, answering, compiling, meets=True)
    assert soonest.decision_on is not None
    if soonest.decision_on <= decision_on:  # July or Christmas stood in the way backwards only
        return _told(soonest.opens_on, soonest.closes_on, soonest.summary_due_on, decision_on)
    return dataclasses.replace(soonest, too_near=True)


def papers_before(decision_on: date) -> date:
    """Handlingsstopp of a meeting."""
    return workday_until(decision_on - PAPERS)


def fact_check_before(summary_due_on: date) -> date:
    """The first of ten workdays in which organisations check their passages."""
    return workdays_before(summary_due_on, FACT_CHECK)


def earliest_summary(closes_on: date) -> date:
    """The first workday before which the organisations can check their passages after the last day to answer."""
    day = workday_from(closes_on + DAY)
    while fact_check_before(day) <= closes_on:
        day = workday_from(day + DAY)
    return day


def meeting_after(summary_due_on: date) -> date:
    """The first workday whose papers are not due before the summary."""
    day = workday_from(summary_due_on + PAPERS)
    while papers_before(day) < summary_due_on:
        day = workday_from(day + DAY)
    return day


def following(facts: Facts, compiling: timedelta = COMPILING) -> dict[str, date]:
    """The days after the last day to answer, by field, moved only where they no longer follow; those that are not settled stay so."""
    closes_at, summary, decision = facts.dates.closes_at, facts.summary_due_on, facts.decision_on
    if closes_at is None:
        return {}
    closes_on = clock.last_day(closes_at)
    if summary is not None and fact_check_before(summary) <= closes_on:
        fits = papers_before(decision) if decision else None
        soonest = earliest_summary(closes_on)
        wished = max(workday_from(closes_on + compiling), soonest)
        summary = min(wished, fits) if fits is not None and fits >= soonest else wished
    if decision is not None and papers_before(decision) < max(summary or closes_on, closes_on):
        decision = meeting_after(max(summary or closes_on, closes_on + DAY))
    feedback, follow_up = facts.feedback_due_on, facts.dates.follow_up_on
    if feedback is not None and feedback < max(day for day in (closes_on, summary, decision) if day):
        feedback = workday_from((decision or (summary or closes_on) + COMPILING) + TELLING)
    if follow_up is not None and feedback is not None and follow_up <= feedback:
        follow_up = calm_from(feedback + FOLLOWING_UP)
    days = {"summary_due_on": summary, "decision_on": decision, "feedback_due_on": feedback, "follow_up_on": follow_up}
    return {name: day for name, day in days.items() if day is not None}


def milestones(facts: Facts, at: datetime) -> list[tuple[Milestone, date]]:
    """The days of the plan as they stand, in order; those that are not settled left out."""
    closes_at, summary, decision = facts.dates.closes_at, facts.summary_due_on, facts.decision_on
    known = {
        Milestone.opening: clock.day_of(facts.dates.opens_at or at),
        Milestone.closing: clock.last_day(closes_at) if closes_at else None,
        Milestone.fact_check: fact_check_before(summary) if summary else None,
        Milestone.summary: summary,
        Milestone.papers: papers_before(decision) if decision else None,
        Milestone.decision: decision,
        Milestone.feedback: facts.feedback_due_on,
        Milestone.follow_up: facts.dates.follow_up_on,
    }
    return sorted(((what, day) for what, day in known.items() if day is not None), key=lambda each: each[1])  # stable: same day in order


def _forward(today: date, answering: timedelta, compiling: timedelta, *, meets: bool) -> Plan:
    opens_on = workday_from(today)
    closes_on = calm_from(opens_on + answering)
    summary_due_on = max(workday_from(closes_on + compiling), earliest_summary(closes_on))
    return _told(opens_on, closes_on, summary_due_on, meeting_after(summary_due_on) if meets else None)


def _told(opens_on: date, closes_on: date, summary_due_on: date, decision_on: date | None) -> Plan:
    feedback_due_on = workday_from((decision_on or summary_due_on + COMPILING) + TELLING)
    return Plan(opens_on, closes_on, summary_due_on, decision_on, feedback_due_on, calm_from(feedback_due_on + FOLLOWING_UP))
