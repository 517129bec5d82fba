"""When a round of faktakontroll may be opened, moved, answered and ended, and what of it stands between a summary and its readers.

Pure. Whether anything may be compiled at all is asked first (`lifecycle.blockers_to_compile`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.core.red_days import is_workday, workdays_before
from sakrad.core.text import is_blank

USUAL, FEWEST = 10, 5  # workdays
LONGEST = timedelta(days=90)
REMINDED = 3  # workdays before the last day
OBJECTION, CORRECTION = 500, 4_000  # code points
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """An organisation, named as officials know it."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What the steps of the faktakontroll depend on. What an organisation replied last is what counts."""

    answers_close_at: datetime | None = None
    opened_at: datetime | None = None  # of the latest round; None: there has been none
    closes_at: datetime | None = None  # exclusive
    ended_at: datetime | None = None
    cited: tuple[OrganisationRef, ...] = ()
    unasked: tuple[OrganisationRef, ...] = ()  # cited, and asked in no round
    to_ask: tuple[OrganisationRef, ...] = ()  # cited, and have not replied about the present wording
    silent: tuple[OrganisationRef, ...] = ()  # asked in the latest round, without a reply to it
    unanswered: tuple[OrganisationRef, ...] = ()  # the correction that they ask for waits for its answer
    unreviewed: tuple[OrganisationRef, ...] = ()  # their objection waits for its review
    promised: tuple[OrganisationRef, ...] = ()  # the correction that they ask for is accepted, and their text is still the same
    outdated: tuple[OrganisationRef, ...] = ()  # confirmed an earlier wording


def is_open(facts: CheckFacts, at: datetime) -> bool:
    """Whether organisations may reply at the instant."""
    return facts.closes_at is not None and facts.ended_at is None and at < facts.closes_at


def workdays_between(first: date, last: date) -> int:
    """How many workdays come after the first day, the last one counted."""
    return sum(is_workday(first + DAY * n) for n in range(1, (last - first).days + 1))


def proposed_last_day(today: date) -> date:
    """The tenth workday from tomorrow."""
    day, left = today, USUAL
    while left:
        day += DAY
        left -= is_workday(day)
    return day


def reminder_due(closes_at: datetime, at: datetime) -> bool:
    """Whether those who are silent are to be reminded: from three workdays before the last day until it is over."""
    return workdays_before(clock.last_day(closes_at), REMINDED) <= clock.day_of(at) and at < closes_at


def blockers_to_open(facts: CheckFacts, at: datetime, until: datetime | None = None) -> list[Blocker]:
    """Why the organisations may not be asked, to reply before the instant `until` (None: not chosen yet)."""
    if is_open(facts, at):
        return [Blocker("check_open_already", {"until": facts.closes_at})]
    found = []
    if facts.answers_close_at is None or at < facts.answers_close_at:
        found.append(Blocker("check_before_closing", {"closes_at": facts.answers_close_at}))
    if not facts.cited:
        found.append(Blocker("check_nobody_cited"))
    elif not facts.to_ask:
        found.append(Blocker("check_nobody_left"))
    return found + _bad_day(until, at)


def _bad_day(until: datetime | None, at: datetime) -> list[Blocker]:
    if until is None:
        return []
    if workdays_between(clock.day_of(at), clock.last_day(until)) < FEWEST:
        return [Blocker("check_short", {"fewest": FEWEST}, field="until")]
    latest = clock.end_of(clock.day_of(at) + LONGEST)
    return [Blocker("check_long", {"until": latest}, field="until")] if until > latest else []


def hints_to_open(at: datetime, until: datetime) -> list[Blocker]:
    """What is worth a thought and stops nothing: volunteers meet in the evenings, and their boards monthly."""
    days = workdays_between(clock.day_of(at), clock.last_day(until))
    return [Blocker("check_below_usual", {"days": days, "usual": USUAL})] if days < USUAL else []


def blockers_to_move(facts: CheckFacts, at: datetime, until: datetime | None = None) -> list[Blocker]:
    """Why the last day may not be another: the round is over, or the day would come earlier than was promised."""
    if facts.closes_at is None or not is_open(facts, at):
        return [Blocker("check_not_open")]
    if until is not None and until <= facts.closes_at:
        return [Blocker("check_only_later", {"until": facts.closes_at}, field="until")]
    latest = clock.end_of(clock.day_of(at) + LONGEST)
    return [Blocker("check_long", {"until": latest}, field="until")] if until is not None and until > latest else []


def blockers_to_ask(facts: CheckFacts, at: datetime) -> list[Blocker]:
    """Why one more organisation may not be asked, or one of them anew. When the round is over another one is opened."""
    return [] if is_open(facts, at) else [Blocker("check_not_open")]


def blockers_to_end(facts: CheckFacts, at: datetime) -> list[Blocker]:
    """Why the round may not end before its time: nobody's days are taken away."""
    if not is_open(facts, at):
        return [Blocker("check_not_open")]
    return [Blocker("check_silent", {"organisations": facts.silent, "until": facts.closes_at})] if facts.silent else []


def blockers_to_reply(facts: CheckFacts, at: datetime) -> list[Blocker]:
    """Why an organisation may not reply."""
    return [] if is_open(facts, at) else [Blocker("check_over")]


def blockers_to_words(words: str, *, needed: bool, most: int) -> list[Blocker]:
    """Why these words will not do for a reply."""
    if needed and is_blank(words):
        return [Blocker("check_words_missing", field="text")]
    return [Blocker("check_words_long", {"most": most}, field="text")] if len(words) > most else []


def blockers_of_checking(facts: CheckFacts, at: datetime) -> list[Blocker]:
    """What of the faktakontroll stands between the summary and its publication. A stale confirmation does not: it is printed."""
    found = []
    if facts.cited and facts.opened_at is None:
        return [Blocker("check_missing", {"count": len(facts.cited)})]
    if is_open(facts, at):
        found.append(Blocker("check_still_open", {"until": facts.closes_at}))
    if facts.unasked:
        found.append(Blocker("check_unasked", {"organisations": facts.unasked}))
    if facts.unanswered:
        found.append(Blocker("check_unanswered", {"organisations": facts.unanswered}))
    if facts.promised:
        found.append(Blocker("check_promised", {"organisations": facts.promised}))
    if facts.unreviewed:
        found.append(Blocker("check_unreviewed", {"organisations": facts.unreviewed}))
    return found
