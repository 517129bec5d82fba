"""The year wheel (årshjul): the dialogues that come back, and when the municipality asks, month by month."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation, RecurringDialogue
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import clock
from sakrad.core.db import db, order_sv
from sakrad.core.errors import Missing
from sakrad.core.fields import EARLIEST, LATEST
from sakrad.directory.models import Authority, Municipality
from sakrad.directory.queries_public import Named

MOST = 60  # dialogues, and consultations: more make no wheel
CENTRE, OUTER, MIDDLE, INNER, LABELS = 170, 140, 100, 60, 156  # of the drawing, in its own units


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One that comes back."""

    anchor: str
    title: str
    about: str
    authority: str
    months: tuple[int, ...]
    groups: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Asks:
    """A consultation that takes answers in the year."""

    kommun: str
    slug: str
    title: str
    authority: str
    first: date
    last: date  # the last whole day
    months: tuple[int, ...]  # of the year

    @property
    def address(self) -> dict[str, str]:
        return {"kommun": self.kommun, "slug": self.slug}


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the wheel, with where it is drawn."""

    number: int
    dialogues: tuple[Dialogue, ...]
    begun: tuple[Asks, ...]  # what is told in the list: that which begins then, or was open when the year began
    asks: int  # how many take answers then
    is_now: bool
    outer: str  # path of its part of the outer ring: dialogues
    inner: str  # and of the inner: consultations
    x: float  # of its name
    y: float


@dataclass(frozen=True, slots=True)
class WheelPage:
    """/kommun/<kommun>/arshjul"""

    kommun: str
    place: str
    name: str
    year: int
    months: tuple[Month, ...]
    dialogues: tuple[Dialogue, ...]
    asks: tuple[Asks, ...]
    valid_until: datetime


def get_wheel_page(kommun: str, year: int | None, at: datetime) -> WheelPage:
    """The year's wheel, the present one's where none is asked for. Four statements. Raises Missing."""
    home = db.session.execute(
        sa.select(Municipality.id, Municipality.name, FULL_NAME.label("full_name")).where(Municipality.slug == kommun, Municipality.active)
    ).one_or_none()
    if home is None:
        raise Missing("municipality")
    today = clock.day_of(at)
    year = year if year and EARLIEST.year <= year < LATEST.year else today.year
    begins, ends = clock.start_of(date(year, 1, 1)), clock.start_of(date(year + 1, 1, 1))
    dialogues = _dialogues(home.id, begins, ends)
    asks = _asks(home.id, kommun, year, begins, ends)
    return WheelPage(
        kommun=kommun,
        place=home.name,
        name=home.full_name,
        year=year,
        months=tuple(_month(number, dialogues, asks, is_now=(today.year, today.month) == (year, number)) for number in range(1, 13)),
        dialogues=dialogues,
        asks=asks,
        valid_until=clock.valid_until(at),
    )


def _dialogues(municipality_id: int, begins: datetime, ends: datetime) -> tuple[Dialogue, ...]:
    """Those that there were at any time of the year."""
    lived = sa.or_(RecurringDialogue.ended_at.is_(None), RecurringDialogue.ended_at >= begins)
    rows = db.session.scalars(
        sa.select(RecurringDialogue)
        .where(RecurringDialogue.municipality_id == municipality_id, RecurringDialogue.created_at < ends, lived)
        .options(joinedload(RecurringDialogue.authority), selectinload(RecurringDialogue.groups))
        .order_by(order_sv(RecurringDialogue.title), RecurringDialogue.id)
        .limit(MOST)
    )
    return tuple(
        Dialogue(
            anchor=f"dialog-{number}",
            title=row.title,
            about=row.about,
            authority=row.authority.name,
            months=tuple(row.months),
            groups=tuple(Named(group.name, group.name_en, group.slug) for group in row.groups),
        )
        for number, row in enumerate(rows, start=1)
    )


def _asks(municipality_id: int, kommun: str, year: int, begins: datetime, ends: datetime) -> tuple[Asks, ...]:
    rows = db.session.execute(
        sa.select(Consultation.slug, Consultation.title, Authority.name.label("authority"), Consultation.opens_at, Consultation.closes_at)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(
            Consultation.municipality_id == municipality_id,
            Consultation.announced_at.is_not(None),
            Consultation.cancelled_at.is_(None),
            Consultation.opens_at < ends,
            Consultation.closes_at > begins,
        )
        .order_by(Consultation.opens_at, Consultation.id)
        .limit(MOST)
    )
    return tuple(_asked(row, kommun, year) for row in rows)


def _asked(row: Any, kommun: str, year: int) -> Asks:
    first, last = clock.day_of(row.opens_at), clock.last_day(row.closes_at)
    months = tuple(number for number in range(1, 13) if (first.year, first.month) <= (year, number) <= (last.year, last.month))
    return Asks(kommun, row.slug, row.title, row.authority, first, last, months)


def _month(number: int, dialogues: tuple[Dialogue, ...], asks: tuple[Asks, ...], *, is_now: bool) -> Month:
    x, y = _point((number - 0.5) / 12, LABELS)
    return Month(
        number=number,
        dialogues=tuple(one for one in dialogues if number in one.months),
        begun=tuple(one for one in asks if one.months and one.months[0] == number),
        asks=sum(number in one.months for one in asks),
        is_now=is_now,
        outer=sector(number, MIDDLE + 2, OUTER),
        inner=sector(number, INNER, MIDDLE),
        x=x,
        y=y,
    )


def sector(month: int, inner: int, outer: int) -> str:
    """The path of a month's part of a ring: January begins at the top, and the year goes with the clock."""
    start, end = (month - 1) / 12, month / 12
    (a, b), (c, d) = _point(start, outer), _point(end, outer)
    (e, f), (g, h) = _point(end, inner), _point(start, inner)
    return f"M{a} {b}A{outer} {outer} 0 0 1 {c} {d}L{e} {f}A{inner} {inner} 0 0 0 {g} {h}Z"


def _point(turn: float, radius: int) -> tuple[float, float]:
    angle = 2 * math.pi * turn
    return round(CENTRE + radius * math.sin(angle), 2), round(CENTRE - radius * math.cos(angle), 2)
