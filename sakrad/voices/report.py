"""A municipality's year in numbers: what was asked, who answered, what was answered and what was kept. Pure.

Everything is told as it stood when the year ended; of the present year, as it stands now.
"""

from __future__ import annotations

import enum
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sakrad.consultations.lifecycle import SHORTEST, days_to_answer, days_to_feedback
from sakrad.consultations.models.following import ContinuationKind
from sakrad.core import clock
from sakrad.core.paging import bytes_of, packed
from sakrad.directory.queries_public import Named
from sakrad.responses.models import CommitmentParty, Outcome
from sakrad.voices.method import Kept

PAGE_BYTES = 16_000  # of the list of consultations


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year in Stockholm, as it is seen at an instant."""

    number: int
    at: datetime

    @property
    def begins(self) -> datetime:
        return clock.start_of(date(self.number, 1, 1))

    @property
    def ends(self) -> datetime:
        """The exclusive instant: the next New Year."""
        return clock.start_of(date(self.number + 1, 1, 1))

    @property
    def until(self) -> datetime:
        """What has happened before it is told."""
        return min(self.at, self.ends)

    @property
    def going_on(self) -> bool:
        return self.at < self.ends

    @property
    def day(self) -> date:
        """The day of which the report is true: today, or New Year's Eve."""
        return clock.day_of(self.at) if self.going_on else date(self.number, 12, 31)

    @property
    def before(self) -> Year:
        return Year(self.number - 1, self.at)

    def has(self, instant: datetime | None) -> bool:
        """Whether it happened in the year, as far as that has come."""
        return self.saw(instant) and instant is not None and self.begins <= instant

    def saw(self, instant: datetime | None) -> bool:
        """Whether it had happened when the year ended, or has by now."""
        return instant is not None and instant < self.until

    def had_last_day(self, closes_at: datetime) -> bool:
        """Whether the last day before an exclusive instant was in the year: New Year's midnight closes New Year's Eve."""
        return self.begins < closes_at <= self.until


@dataclass(frozen=True, slots=True)
class Heard:
    """A group that a consultation concerns, and how many answers say that they speak for it."""

    group: Named
    answers: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A linked decision. `what` is masked."""

    decided_on: date
    body: str
    ref: str
    what: str
    minutes_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A consultation, with all that a report asks of it. `in_short` is masked."""

    id: int
    kommun: str
    slug: str
    title: str
    authority: str
    opens_at: datetime
    closes_at: datetime
    summary_due_on: date | None
    summary_published_at: datetime | None
    feedback_due_on: date | None
    feedback_published_at: datetime | None
    cancelled_at: datetime | None
    ended_at: datetime | None
    answered: int
    groups: tuple[Heard, ...]
    in_short: str
    outcomes: tuple[tuple[Outcome, int], ...]  # of its findings, and the year in which they were answered
    meetings: tuple[int, ...] = ()  # the year of each that was held
    decisions: tuple[Decided, ...] = ()  # of nämnd or council, in the year of the report
    leads_to: tuple[ContinuationKind, ...] = ()  # told in the year of the report

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}

    @property
    def unheard(self) -> tuple[Named, ...]:
        return tuple(heard.group for heard in self.groups if not heard.answers)

    def opened(self, year: Year) -> bool:
        return year.has(self.opens_at) and (self.cancelled_at is None or self.cancelled_at > self.opens_at)

    def closed(self, year: Year) -> bool:
        return year.had_last_day(self.closes_at) and (self.cancelled_at is None or self.cancelled_at >= self.closes_at)

    def is_of(self, year: Year) -> bool:
        """Whether a step of it was taken in the year."""
        steps = (self.summary_published_at, self.feedback_published_at, self.cancelled_at, self.ended_at)
        return self.opened(year) or self.closed(year) or any(year.has(step) for step in steps)

    def outcomes_in(self, year: Year) -> dict[Outcome, int]:
        """How many of its findings were answered in the year, and how; in the order of the outcomes."""
        counted = Counter(outcome for outcome, answered_in in self.outcomes if answered_in == year.number)
        return {outcome: counted[outcome] for outcome in Outcome if counted[outcome]}


def on_page(asked: Sequence[Asked], page: int) -> tuple[list[Asked], int, int]:
    """Those on a page of the list, which page that is, and of how many."""
    places = packed([500 + bytes_of(one.title) + bytes_of(one.in_short) for one in asked], PAGE_BYTES)
    pages = max(places, default=1)
    page = min(page, pages)
    return [one for one, place in zip(asked, places, strict=True) if place == page], page, pages


class Ahead(enum.StrEnum):
    """What a consultation waits for."""

    opening = "opening"
    closing = "closing"
    summary = "summary"
    feedback = "feedback"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What comes next in a consultation, by which day, and how many days late that is."""

    asked: Asked
    ahead: Ahead
    day: date | None
    late: int


def waiting(asked: Asked, year: Year) -> Waiting | None:
    """What it waited for when the year ended; None when its answers were published, or it had been called off."""
    if year.saw(asked.cancelled_at) or year.saw(asked.ended_at) or year.saw(asked.feedback_published_at):
        return None
    if not year.saw(asked.opens_at):
        return Waiting(asked, Ahead.opening, clock.day_of(asked.opens_at), 0)
    if asked.closes_at > year.until:
        return Waiting(asked, Ahead.closing, clock.last_day(asked.closes_at), 0)
    done = year.saw(asked.summary_published_at)
    ahead, due = (Ahead.feedback, asked.feedback_due_on) if done else (Ahead.summary, asked.summary_due_on)
    return Waiting(asked, ahead, due, max(0, (year.day - due).days) if due else 0)


def checks(asked: Asked, year: Year) -> dict[str, Kept]:
    """The method in brief: enough time, everybody heard, summary and answers by the promised day."""
    if year.saw(asked.cancelled_at) or asked.closes_at > year.until:
        return {}
    heard = Kept.none if not asked.groups else Kept.no if asked.unheard else Kept.yes
    return {
        "time": Kept.yes if days_to_answer(asked.opens_at, asked.closes_at) >= SHORTEST else Kept.no,
        "heard": heard,
        "summary": _by_the_day(asked.summary_due_on, asked.summary_published_at, year),
        "feedback": _by_the_day(asked.feedback_due_on, asked.feedback_published_at, year),
    }


def _by_the_day(due: date | None, done_at: datetime | None, year: Year) -> Kept:
    if due is None:
        return Kept.none
    if done_at is not None and year.saw(done_at):
        return Kept.yes if clock.day_of(done_at) <= due else Kept.no
    return Kept.no if due < year.day else Kept.later


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment as it stood when the year ended. `what` is masked."""

    kommun: str
    slug: str
    title: str
    number: int
    commitment_id: int
    what: str
    whose: str  # unit and function
    party: CommitmentParty
    published_at: datetime
    due_on: date
    done_at: datetime | None
    theirs: tuple[str, ...] = ()  # the organisations that stand for it, where it is their own

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}

    def late(self, year: Year) -> int:
        """Days after its due date; what organisations do is never late (PRACTICE.md 25)."""
        if year.saw(self.done_at) or self.party is CommitmentParty.organisation:
            return 0
        return max(0, (year.day - self.due_on).days)


@dataclass(frozen=True, slots=True)
class Spoke:
    """An organisation that has answered: `name` where readers may know, and in which years."""

    name: str | None
    slug: str | None
    answered: bool  # in the year of the report
    answered_before: bool  # in the year before it
    first_closed_at: datetime | None  # of the first consultation here that it answered by name


@dataclass(frozen=True, slots=True)
class Numbers:
    """The year in numbers. Medians are None when there is nothing to count."""

    opened: int
    closed: int
    summarised: int
    answered: int
    in_time: int  # of them
    findings: int  # answered
    organisations: int
    first_timers: int  # by name
    answers: int
    meetings: int
    groups: int
    unheard: int  # of them: nobody answered for them in any of the year's consultations
    days_to_answer: int | None
    days_to_feedback: int | None
    promised: int
    kept: int
    overdue: int


def numbers(
    year: Year, asked: Sequence[Asked], promised: Sequence[Promised] = (), spoke: Sequence[Spoke] = (), *, spoken: int = 0
) -> Numbers:
    """Count the year.

    Args:
        promised: as they stood when it ended.
        spoken: how many of `spoke` answered in the year.
    """
    closed = [one for one in asked if one.closed(year)]
    answered = [one for one in asked if year.has(one.feedback_published_at)]
    heard = groups_of(closed)
    return Numbers(
        opened=sum(one.opened(year) for one in asked),
        closed=len(closed),
        summarised=sum(year.has(one.summary_published_at) for one in asked),
        answered=len(answered),
        in_time=sum(_by_the_day(one.feedback_due_on, one.feedback_published_at, year) is not Kept.no for one in answered),
        findings=sum(sum(one.outcomes_in(year).values()) for one in asked),
        organisations=spoken,
        first_timers=sum(one.first_closed_at is not None and year.had_last_day(one.first_closed_at) for one in spoke),
        answers=sum(one.answered for one in closed),
        meetings=sum(one.meetings.count(year.number) for one in asked),
        groups=len(heard),
        unheard=sum(not group.answers for group in heard),
        days_to_answer=_median(days_to_answer(one.opens_at, one.closes_at) for one in closed),
        days_to_feedback=_median(
            days_to_feedback(one.closes_at, one.feedback_published_at) for one in answered if one.feedback_published_at
        ),
        promised=sum(year.has(one.published_at) for one in promised if one.party is not CommitmentParty.organisation),
        kept=sum(year.has(one.done_at) for one in promised if one.party is not CommitmentParty.organisation),
        overdue=sum(one.late(year) > 0 for one in promised),
    )


def _median(days: Iterable[int]) -> int | None:
    found = sorted(days)
    return round(statistics.median(found)) if found else None


@dataclass(frozen=True, slots=True)
class GroupYear:
    """A group over the year's consultations: how many concerned it, how many answers spoke for it, and where nobody did."""

    group: Named
    consultations: int
    answers: int
    silent: int


def groups_of(asked: Iterable[Asked]) -> tuple[GroupYear, ...]:
    """The groups that the consultations concern, by name."""
    found: dict[Named, list[int]] = {}
    for one in asked:
        for heard in one.groups:
            found.setdefault(heard.group, []).append(heard.answers)
    return tuple(GroupYear(group, len(counts), sum(counts), counts.count(0)) for group, counts in sorted(found.items()))


@dataclass(frozen=True, slots=True)
class AuthorityYear:
    """An authority's consultations of the year."""

    authority: str
    opened: int
    closed: int
    summarised: int
    answered: int
    in_time: int


def authorities_of(asked: Iterable[Asked], year: Year) -> tuple[AuthorityYear, ...]:
    """Those that had any, by name."""
    own: dict[str, list[Asked]] = {}
    for one in asked:
        own.setdefault(one.authority, []).append(one)
    counted = {name: numbers(year, mine) for name, mine in own.items()}
    return tuple(AuthorityYear(name, n.opened, n.closed, n.summarised, n.answered, n.in_time) for name, n in sorted(counted.items()))
