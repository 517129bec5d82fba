"""The shared calendar: when the municipality and its neighbours in the county ask, and when they meet.

Readers see what is announced. Officials see the drafts that they handle themselves beside it, so that dates can be moved in time.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.promised import feedback_due
from sakrad.consultations.queries import handled_by
from sakrad.consultations.queries_public import FULL_NAME, IS_PUBLIC
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Authority, Municipality
from sakrad.meetings.models import Meeting
from sakrad.positions.queries_coverage import public_consultations

MONTHS = 6  # shown at a time
MOST = 200  # consultations in them
KEPT = timedelta(days=60)  # how long what has closed stays in the feed
CLASHES = 20
CHANGES = (EventName.consultation_announced, EventName.closing_moved, EventName.correction_announced, EventName.consultation_cancelled)


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in the months shown: from 0 to 100 per cent, each month as wide as the others."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return round(self.end - self.start, 2)


@dataclass(frozen=True, slots=True)
class MeetingMark:
    """A meeting in a row."""

    number: int
    title: str
    starts_at: datetime
    at: float  # per cent


@dataclass(frozen=True, slots=True)
class Row:
    """A consultation, its time for answers, and its meetings."""

    kommun: str
    municipality: str
    authority: str
    slug: str
    title: str
    first: date
    last: date  # the last whole day
    is_draft: bool
    is_own: bool  # the municipality's, not a neighbour's
    span: Span
    meetings: tuple[MeetingMark, ...]

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """…/kalender"""

    kommun: str
    place: str
    name: str
    county: str
    months: tuple[date, ...]  # their first days
    rows: tuple[Row, ...]  # the municipality's own
    neighbours: tuple[Row, ...]
    today: float | None  # per cent, when it is among the months
    earlier: date
    later: date
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Two consultations that ask the same organisations in the same weeks."""

    title: str
    authority: str
    other: str
    other_authority: str
    organisations: int


def month_after(day: date, months: int) -> date:
    """The first day of the month so many months later, or earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(min(max(year, 2000), 2200), month + 1, 1)


def place_of(day: date, first: date) -> float:
    """Per cent of the way through the months shown; each month is as wide as the others. Outside them it is cut off."""
    length = calendar.monthrange(day.year, day.month)[1]
    months = (day.year - first.year) * 12 + day.month - first.month + (day.day - 1) / length
    return round(min(max(months / MONTHS, 0), 1) * 100, 2)


def get_calendar_page(kommun: str, month: date | None, at: datetime, user: User | None = None) -> CalendarPage:
    """Three statements however much there is. Raises Missing.

    Args:
        month: the first month shown; None for the present one.
        user: an official, who also sees the drafts with dates that they handle here.
    """
    home = db.session.execute(
        sa.select(Municipality.id, Municipality.name, Municipality.county, Municipality.county_code, FULL_NAME.label("full_name")).where(
            Municipality.slug == kommun, Municipality.active
        )
    ).one_or_none()
    if home is None:
        raise Missing("municipality")
    first = month_after(month or clock.day_of(at), 0)
    end = month_after(first, MONTHS)
    seen: sa.ColumnElement[bool] = sa.and_(Consultation.announced_at.is_not(None), Municipality.county_code == home.county_code)
    if user is not None:
        seen = sa.or_(seen, sa.and_(Consultation.municipality_id == home.id, handled_by(user)))
    found = db.session.execute(
        sa.select(
            Consultation.id,
            Municipality.slug.label("kommun"),
            FULL_NAME.label("municipality"),
            Authority.name.label("authority"),
            Consultation.slug,
            Consultation.title,
            sa.func.coalesce(Consultation.opens_at, Consultation.created_at).label("opens_at"),
            Consultation.closes_at,
            Consultation.announced_at.is_(None).label("is_draft"),
            (Consultation.municipality_id == home.id).label("is_own"),
        )
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(
            Municipality.active,
            seen,
            Consultation.cancelled_at.is_(None),
            Consultation.closes_at > clock.start_of(first),
            sa.func.coalesce(Consultation.opens_at, Consultation.created_at) < clock.start_of(end),
        )
        .order_by((Consultation.municipality_id == home.id).desc(), Consultation.closes_at, Consultation.id)
        .limit(MOST)
    ).all()
    meetings = _meetings([row.id for row in found], first, end)
    rows = [_row(row, first, meetings[row.id], at) for row in found]
    today = clock.day_of(at)
    return CalendarPage(
        kommun=kommun,
        place=home.name,
        name=home.full_name,
        county=home.county,
        months=tuple(month_after(first, number) for number in range(MONTHS)),
        rows=tuple(row for row in rows if row.is_own),
        neighbours=tuple(row for row in rows if not row.is_own),
        today=place_of(today, first) if first <= today < end else None,
        earlier=month_after(first, -MONTHS),
        later=end,
        valid_until=clock.valid_until(at),
    )


def _meetings(consultations: Collection[int], first: date, end: date) -> dict[int, list[MeetingMark]]:
    found: dict[int, list[MeetingMark]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Meeting.consultation_id, Meeting.number, Meeting.title, Meeting.starts_at)
        .where(
            Meeting.consultation_id.in_(consultations),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at >= clock.start_of(first),
            Meeting.starts_at < clock.start_of(end),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    for row in rows:
        found[row.consultation_id].append(MeetingMark(row.number, row.title, row.starts_at, place_of(clock.day_of(row.starts_at), first)))
    return found


def _row(row: Any, first: date, meetings: list[MeetingMark], at: datetime) -> Row:
    opens = max(row.opens_at, at) if row.is_draft else row.opens_at  # a draft opens today at the earliest
    begins, last = clock.day_of(min(opens, row.closes_at)), clock.last_day(row.closes_at)
    return Row(
        kommun=row.kommun,
        municipality=row.municipality,
        authority=row.authority,
        slug=row.slug,
        title=row.title,
        first=begins,
        last=last,
        is_draft=bool(row.is_draft),
        is_own=bool(row.is_own),
        span=Span(place_of(begins, first), place_of(last + timedelta(days=1), first)),
        meetings=tuple(meetings),
    )


def list_clashes(municipality: Municipality, at: datetime) -> list[Clash]:
    """Pairs of announced consultations, at least one of them the municipality's, that ask the same organisations in the same weeks."""
    a, b = aliased(Consultation), aliased(Consultation)
    one, other = aliased(Invitation), aliased(Invitation)
    whose, whose_other = aliased(Authority), aliased(Authority)
    number = sa.func.count(one.id)
    mine = municipality.id
    statement = (
        sa.select(a.title, whose.name, b.title, whose_other.name, number)
        .select_from(one)
        .join(other, sa.and_(other.organisation_id == one.organisation_id, other.consultation_id != one.consultation_id))
        .join(a, a.id == one.consultation_id)
        .join(b, b.id == other.consultation_id)
        .join(whose, whose.id == a.authority_id)
        .join(whose_other, whose_other.id == b.authority_id)
        .join(Municipality, Municipality.id == b.municipality_id)
        .where(
            a.municipality_id == mine,
            sa.or_(b.municipality_id != mine, a.id < b.id),  # each pair once
            Municipality.active,
            *(each.announced_at.is_not(None) for each in (a, b)),
            *(each.cancelled_at.is_(None) for each in (a, b)),
            *(each.closes_at > at for each in (a, b)),
            a.opens_at < b.closes_at,
            b.opens_at < a.closes_at,
        )
        .group_by(a.id, a.title, whose.name, b.id, b.title, whose_other.name)
        .order_by(number.desc(), a.id, b.id)
        .limit(CLASHES)
    )
    return [Clash(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Feed:
    """….ics: what becomes entries."""

    consultations: tuple[FeedRow, ...]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A consultation and its days."""

    kommun: str
    slug: str
    title: str
    lead: str
    authority: str
    opens_at: datetime
    closes_at: datetime
    summary_due_on: date | None
    feedback_due_on: date | None
    cancelled: bool
    version: int
    changed_at: datetime

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


def get_feed(*, kommun: str = "", slug: str = "", since: datetime) -> Feed:
    """Announced consultations there that closed later, and their meetings, soonest first. Two statements."""
    where = [column == value for column, value in ((Municipality.slug, kommun), (Consultation.slug, slug)) if value]
    changed = sa.select(sa.func.max(Event.at)).where(
        Event.consultation_id == Consultation.id, Event.name.in_([name.value for name in CHANGES])
    )
    rows = db.session.execute(
        public_consultations(
            Municipality.slug.label("kommun"),
            *(Consultation.slug, Consultation.title, Consultation.lead),
            Authority.name.label("authority"),
            *(Consultation.opens_at, Consultation.closes_at, Consultation.summary_due_on),
            feedback_due().label("feedback_due_on"),
            Consultation.cancelled_at.is_not(None).label("cancelled"),
            Consultation.version,
            sa.func.coalesce(changed.correlate(Consultation).scalar_subquery(), Consultation.announced_at).label("changed_at"),
        )
        .where(Consultation.closes_at > since, *where)
        .order_by(Consultation.closes_at, Consultation.id)
        .limit(MOST)
    )
    meetings = db.session.scalars(
        sa.select(Meeting)
        .join(Meeting.consultation)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .where(IS_PUBLIC, Meeting.starts_at > since, *where)
        .options(joinedload(Meeting.consultation).joinedload(Consultation.municipality))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST)
    )
    return Feed(tuple(FeedRow(**{**row, "cancelled": bool(row["cancelled"])}) for row in rows.mappings()), tuple(meetings))
