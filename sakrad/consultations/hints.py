"""What one would mend if one had the time: private, and never in the way (PRACTICE.md 10 and 12). Pure.

A hint's args may hold `mend`: the day that would mend it in the hint's field, offered only where that undoes nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _

from sakrad.consultations import lifecycle, planning
from sakrad.consultations.lifecycle import SHORTEST, Facts
from sakrad.consultations.lifecycle_load import hints_of_load
from sakrad.core import clock, readability
from sakrad.core.errors import Blocker
from sakrad.core.red_days import SATURDAY, name_of

FEWEST_GOOD = 35  # days
MANY_QUESTIONS = 7  # besides the open one, which makes eight
LONG_BACKGROUND = 1_000  # words: two pages
COUNCIL_ITEM = "rad_fragat"  # the checklist's item: "Ska rådet behandla frågan först?"
ANNUAL_MEETINGS = 3  # the last month of them
# What the texts are called in a sentence; the fields of the officers' form that people read.
READ = {
    "lead": _("saken i en mening"),
    "purpose": _("syftet"),
    "background": _("bakgrunden"),
    "can_influence": _("det som går att påverka"),
    "already_decided": _("det som inte går att påverka"),
    "selection_rationale": _("skälet till urvalet"),
    "questions": _("frågorna"),
    "use_of_views": _("hur synpunkterna tas om hand"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """What the hints judge by besides the gates' facts (queries_preparing.around_of)."""

    texts: tuple[tuple[str, str], ...] = ()  # the form's field, and what is written there
    use_of_views: str = ""
    blanks: tuple[str, ...] = ()  # [hakparenteser] of a template that nobody has filled in
    blank_field: str = ""  # where the first of them stands
    ticked: frozenset[str] = frozenset()  # items of the checklists
    councils: int = 0
    hearings: int = 0
    preview_approved: bool = False  # somebody has approved it as it stands


def hints(facts: Facts, around: Around, at: datetime) -> list[Blocker]:
    """Every hint that applies, as Blockers: code, arguments and the field that mends it."""
    unfilled = [Blocker("hint_blanks", {"blanks": around.blanks}, around.blank_field)] if around.blanks else []
    return [*unfilled, *_of_time(facts, at), *hints_of_order(facts, at), *_of_matter(facts, around, at), *_of_words(around)]


def _of_time(facts: Facts, at: datetime) -> Iterator[Blocker]:
    closes_at = facts.dates.closes_at
    if closes_at is None:
        return
    opening = facts.dates.opens_at or at
    first, last = clock.day_of(opening), clock.last_day(closes_at)
    days = lifecycle.days_to_answer(opening, closes_at)
    mend = _mender(facts, at)
    if SHORTEST <= days < FEWEST_GOOD:
        longer = planning.calm_from(first + timedelta(days=FEWEST_GOOD - 1))
        yield Blocker("hint_short_time", {"days": days, "mend": mend(longer)}, "closes_on")
    if planning.is_july(last) or (planning.is_july(first) and last < date(first.year, 8, 15)):
        yield Blocker("hint_july", {"mend": mend(planning.calm_from(date(last.year, 8, 20)), planning.calm_until(last))}, "closes_on")
    if planning.is_christmas(last):
        yield Blocker("hint_christmas", {"mend": mend(planning.calm_from(last), planning.calm_until(last))}, "closes_on")
    elif last.month <= ANNUAL_MEETINGS:
        yield Blocker("hint_annual_meetings", field="closes_on")
    if holiday := name_of(last):
        yield Blocker("hint_holiday", {"name": holiday, "mend": mend(planning.calm_from(last))}, "closes_on")
    elif last.weekday() >= SATURDAY:
        yield Blocker("hint_weekend", {"mend": mend(planning.calm_from(last))}, "closes_on")


def hints_of_order(facts: Facts, at: datetime) -> Iterator[Blocker]:
    """The dates after the last day to answer: in order, as the gates ask, but too close. `mend`: the day of the summary."""
    summary, decision = facts.summary_due_on, facts.decision_on
    if summary is None or facts.dates.closes_at is None:
        return
    last = clock.last_day(facts.dates.closes_at)
    soonest = planning.earliest_summary(last)
    if last < summary < soonest:
        mend, least = _summary_on(soonest, facts, at), planning.meeting_after(soonest)
        near = decision is not None and planning.papers_before(decision) < soonest
        begins = planning.fact_check_before(summary)
        args = {"begins": begins, "soonest": soonest, "meeting": least if near else None, "mend": mend}
        yield Blocker("hint_fact_check_early", args, "summary_due_on")
    if decision is not None and last < summary <= decision and (papers := planning.papers_before(decision)) < summary:
        mend = _summary_on(papers, facts, at) if papers >= soonest else None
        args = {"papers": papers, "meeting": planning.meeting_after(max(summary, soonest)), "mend": mend}
        yield Blocker("hint_summary_after_papers", args, "summary_due_on")


def _summary_on(day: date, facts: Facts, at: datetime) -> date | None:
    """The day, where the summary can be ready on it without bringing up a gate or coming after the papers."""
    if facts.decision_on is not None and planning.papers_before(facts.decision_on) < day:
        return None
    moved = dataclasses.replace(facts, summary_due_on=day)
    return day if {gate.code for gate in lifecycle.gates(moved, at)} <= {gate.code for gate in lifecycle.gates(facts, at)} else None


def _of_matter(facts: Facts, around: Around, at: datetime) -> Iterator[Blocker]:
    if facts.questions > MANY_QUESTIONS:
        yield Blocker("hint_many_questions", {"questions": facts.questions}, "questions")
    if not facts.groups:
        yield Blocker("hint_no_groups", field="groups")
    if not facts.invitations:
        yield Blocker("hint_nobody_invited", field="invitations")
    yield from hints_of_load(facts.asked_elsewhere, opens_at=facts.dates.opens_at, closes_at=facts.dates.closes_at, at=at)
    if not around.use_of_views.strip():
        yield Blocker("hint_use_of_views", field="use_of_views")
    if around.councils and not around.hearings and COUNCIL_ITEM not in around.ticked:
        yield Blocker("hint_council", field="groups")
    if not around.preview_approved:
        yield Blocker("hint_preview", field="preview")


def _of_words(around: Around) -> Iterator[Blocker]:
    for field, text in around.texts:
        reading = readability.read(text)
        if field == "background" and reading.words > LONG_BACKGROUND:
            yield Blocker("hint_long_background", {"words": reading.words}, field)
        if reading.is_hard:
            yield Blocker("hint_hard_text", {"name": READ[field], "lix": reading.lix}, field)
        if reading.long:
            yield Blocker("hint_long_sentences", {"name": READ[field], "number": len(reading.long)}, field)


def _mender(facts: Facts, at: datetime) -> Callable[..., date | None]:
    """Finds the first of some days that would bring up no gate which does not stand there already, and no shorter time than is good."""

    def gates(closes_at: datetime) -> set[str]:
        moved = dataclasses.replace(facts, dates=dataclasses.replace(facts.dates, closes_at=closes_at))
        return {gate.code for gate in lifecycle.gates(moved, at)}

    def first_good(*days: date) -> date | None:
        assert facts.dates.closes_at is not None
        standing = gates(facts.dates.closes_at)
        return next((day for day in days if gates(clock.end_of(day)) <= standing), None)

    return first_good
