"""What a municipality's yearly report is made from: only what is public, and a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality
from sakrad.responses.evaluation import Told, pooled
from sakrad.responses.models import CommitmentParty, Outcome
from sakrad.responses.queries_evaluation import results_of
from sakrad.responses.queries_verdicts import Verdicts, verdicts_of
from sakrad.voices.queries_report_rows import asked_of, list_consultations, list_promised, list_spoke
from sakrad.voices.queries_uptake import Scope, Uptake, list_uptake
from sakrad.voices.report import (
    Asked,
    AuthorityYear,
    Decided,
    GroupYear,
    Numbers,
    Promised,
    Spoke,
    Waiting,
    Year,
    authorities_of,
    groups_of,
    numbers,
    waiting,
)


@dataclass(frozen=True, slots=True)
class Years:
    """…/arsrapport"""

    kommun: str
    municipality: str
    place: str
    years: tuple[int, ...]
    any: bool  # whether anything has been asked
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class YearReport:
    """…/arsrapport/<year>. `before` are the numbers of the year before."""

    municipality_id: int
    kommun: str
    municipality: str
    place: str
    mailbox: str
    year: Year
    first_year: int  # for which there is a report
    numbers: Numbers
    before: Numbers
    asked: tuple[Asked, ...]  # the year's own, in the order in which they opened
    ahead: tuple[Waiting, ...]
    promised: tuple[Promised, ...]  # made, kept or late in the year
    voices: tuple[Spoke, ...]  # those that may be told by name
    more: tuple[Asked, ...]  # others about which something was decided in the year
    verdicts: dict[int, Verdicts]  # on `promised`, as they are told now
    uptake: tuple[Uptake, ...]  # by group, of the points of the year's summaries
    judged: tuple[Told, ...]  # what both sides said of the process when they were asked in the year, side by side

    @property
    def empty(self) -> bool:
        return not (self.asked or self.promised or self.more or self.ahead)

    @property
    def authorities(self) -> tuple[AuthorityYear, ...]:
        return authorities_of(self.asked, self.year)

    @property
    def groups(self) -> tuple[GroupYear, ...]:
        return groups_of(one for one in self.asked if one.closed(self.year))

    @property
    def unnamed(self) -> int:
        """How many organisations took part without readers knowing which."""
        return self.numbers.organisations - len(self.voices)

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """Of the findings answered in the year."""
        found = [one.outcomes_in(self.year) for one in self.asked]
        return {outcome: count for outcome in Outcome if (count := sum(one.get(outcome, 0) for one in found))}

    @property
    def late(self) -> tuple[Promised, ...]:
        """The overdue commitments, the longest overdue first."""
        late = [one for one in self.promised if one.late(self.year)]
        return tuple(sorted(late, key=lambda one: (one.due_on, one.slug, one.number)))

    @property
    def kept(self) -> tuple[Promised, ...]:
        """What was done in the year."""
        return tuple(one for one in self.promised if self.year.has(one.done_at) and one not in self.theirs)

    @property
    def made(self) -> tuple[Promised, ...]:
        """What was undertaken in the year, and is neither late nor done."""
        return tuple(one for one in self.promised if one not in (*self.late, *self.kept, *self.theirs))

    @property
    def theirs(self) -> tuple[Promised, ...]:
        """What organisations do themselves: no commitments of the municipality's."""
        return tuple(one for one in self.promised if one.party is CommitmentParty.organisation)

    @property
    def decided(self) -> tuple[tuple[Asked, Decided], ...]:
        """The decisions of the year, in their order."""
        found = [(one, decision) for one in (*self.asked, *self.more) for decision in one.decisions]
        return tuple(sorted(found, key=lambda pair: (pair[1].decided_on, pair[0].slug)))

    @property
    def leading(self) -> tuple[Asked, ...]:
        """The consultations of which it was told in the year what they lead to."""
        return tuple(one for one in (*self.asked, *self.more) if one.leads_to)

    @property
    def valid_until(self) -> datetime:
        return clock.valid_until(self.year.at, *(border for one in self.ahead for border in (one.asked.opens_at, one.asked.closes_at)))


def get_years(kommun: str, at: datetime) -> Years:
    """The years for which there are reports, the newest first. One statement. Raises Missing."""
    first = sa.select(sa.func.min(Consultation.announced_at)).where(Consultation.municipality_id == Municipality.id).scalar_subquery()
    found = sa.select(Municipality.slug, FULL_NAME.label("name"), Municipality.name.label("place"), first.label("first"))
    row = db.session.execute(found.where(Municipality.slug == kommun, Municipality.active)).one_or_none()
    if row is None:
        raise Missing("municipality")
    this = clock.day_of(at).year
    years = tuple(range(this, _first_year(row.first, this) - 1, -1))
    return Years(row.slug, row.name, row.place, years, row.first is not None, clock.valid_until(at))


def _first_year(announced_at: datetime | None, this: int) -> int:
    return min(this, clock.day_of(announced_at).year) if announced_at else this


def get_year_report(kommun: str, number: int, at: datetime) -> YearReport:
    """The report of a year that has begun. 7 statements.

    Raises:
        Missing: there is no such municipality, the year has not begun, or it had ended before the municipality asked anything.
    """
    this = clock.day_of(at).year
    if not 2000 <= number <= this:
        raise Missing("year")
    year = Year(number, at)
    rows = list_consultations(kommun, year)
    if not rows or number < _first_year(rows[0].first, this):
        raise Missing("year")
    head, asked = rows[0], [asked_of(row) for row in rows if row.id is not None]
    spoke = list_spoke(head.municipality_id, year)
    promised, promised_before = list_promised(head.municipality_id, year)
    own = tuple(one for one in asked if one.is_of(year))
    shown = tuple(one for one in promised if year.has(one.published_at) or year.has(one.done_at) or one.late(year))
    results = [one for each in results_of([one.id for one in own], at).values() for one in each if year.has(one.asked_at)]
    ahead = [found for one in asked if (found := waiting(one, year)) is not None]
    return YearReport(
        municipality_id=head.municipality_id,
        kommun=head.kommun,
        municipality=head.municipality,
        place=head.place,
        mailbox=head.mailbox,
        year=year,
        first_year=_first_year(head.first, this),
        numbers=numbers(year, asked, promised, spoke, spoken=sum(one.answered for one in spoke)),
        before=numbers(year.before, asked, promised_before, spoke, spoken=sum(one.answered_before for one in spoke)),
        asked=own,
        ahead=tuple(sorted(ahead, key=lambda one: (one.day or date.max, one.asked.slug))),
        promised=shown,
        voices=tuple(one for one in spoke if one.name is not None),
        more=tuple(one for one in asked if one not in own and (one.decisions or one.leads_to)),
        verdicts=verdicts_of([one.commitment_id for one in shown], at),
        uptake=tuple(list_uptake("group", Scope(municipality=head.municipality_id, year=number))),
        judged=pooled(results),
    )


def get_kommun(municipality_id: int) -> str:
    """The address of an active municipality. Raises Missing."""
    found = db.session.scalar(sa.select(Municipality.slug).where(Municipality.id == municipality_id, Municipality.active))
    if found is None:
        raise Missing("municipality")
    return found
