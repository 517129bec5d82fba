"""Meetings as readers see them: never the link, and the place only where it may be told to everybody."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import clock
from sakrad.core.db import db, json_rows, order_sv
from sakrad.core.errors import Missing
from sakrad.directory.models import TargetGroup
from sakrad.directory.queries_public import Named
from sakrad.meetings.models import Meeting, MeetingForm, Notes, Registration, RegistrationState, meeting_group
from sakrad.meetings.queries import is_in_line, takes_seats


@dataclass(frozen=True, slots=True)
class PublicMeeting:
    """A meeting of an announced consultation."""

    id: int
    number: int
    reference: str
    version: int
    title: str
    form: MeetingForm
    starts_at: datetime
    ends_at: datetime
    register_until: datetime
    place: str  # empty where it is told to the registered only
    place_for_registered: bool
    seats: int | None
    seats_each: int
    agenda: str
    access: str
    created_at: datetime
    changed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    taken: int  # seats in the room
    waiting: int  # organisations that could be given what they wait for
    has_notes: bool  # final and public
    notes_shared: bool  # sent out to those who were there
    groups: tuple[Named, ...]

    @property
    def left(self) -> int | None:
        """Seats that nobody has; None where there is no limit. None are left for newcomers while others wait."""
        return None if self.seats is None else 0 if self.waiting else max(0, self.seats - self.taken)

    @property
    def bound(self) -> list[Any]:
        """What readers see of it before anybody has registered: whoever approves a preview approves this."""
        return [*(getattr(self, name) for name in _BOUND), [group.slug for group in self.groups]]

    def takes_registrations(self, at: datetime) -> bool:
        return self.cancelled_at is None and self.register_until > at


_BOUND = (
    *("number", "title", "form", "starts_at", "ends_at", "register_until", "place", "place_for_registered"),
    *("seats", "seats_each", "agenda", "access", "cancelled_at", "cancel_reason"),
)


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """…/moten, and …/moten/<n> with only one."""

    head: Head
    meetings: tuple[PublicMeeting, ...]
    valid_until: datetime


def get_meetings_page(kommun: str, slug: str, at: datetime) -> MeetingsPage:
    """The meetings of an announced consultation, by time. 2 statements. Raises Missing."""
    head, _more = get_head(kommun, slug, at)
    meetings = _list(Meeting.consultation_id == head.id)
    return MeetingsPage(head, meetings, _valid_until(head, meetings))


def get_meeting_page(kommun: str, slug: str, number: int, at: datetime) -> MeetingsPage:
    """One of them. 2 statements. Raises Missing."""
    head, _more = get_head(kommun, slug, at)
    meetings = _list(Meeting.consultation_id == head.id, Meeting.number == number)
    if not meetings:
        raise Missing("meeting")
    return MeetingsPage(head, meetings, _valid_until(head, meetings))


def list_shown(consultation_id: int) -> tuple[PublicMeeting, ...]:
    """The meetings of a consultation as readers see them, or will when it is announced. 1 statement."""
    return _list(Meeting.consultation_id == consultation_id)


def _valid_until(head: Head, meetings: tuple[PublicMeeting, ...]) -> datetime:
    borders = [border for meeting in meetings for border in (meeting.register_until, meeting.starts_at, meeting.ends_at)]
    return min(head.valid_until, clock.valid_until(head.at, *borders))


_COPIED = [field.name for field in dataclasses.fields(PublicMeeting) if field.name in Meeting.__table__.c and field.name != "place"]


def _list(*which: sa.ColumnElement[bool]) -> tuple[PublicMeeting, ...]:
    mine = Registration.meeting_id == Meeting.id
    taken = sa.select(sa.func.coalesce(sa.func.sum(Registration.people), 0)).where(
        mine, Registration.state == RegistrationState.registered, takes_seats()
    )
    waiting = sa.select(sa.func.count(Registration.id)).where(mine, Registration.state == RegistrationState.waiting, is_in_line())
    groups = (
        sa.select(json_rows(TargetGroup.name, TargetGroup.name_en, TargetGroup.slug, order_sv(TargetGroup.name)))
        .join(meeting_group, meeting_group.c.target_group_id == TargetGroup.id)
        .where(meeting_group.c.meeting_id == Meeting.id)
    )
    rows = db.session.execute(
        sa.select(
            *(getattr(Meeting, name) for name in _COPIED),
            sa.case((Meeting.place_for_registered, ""), else_=Meeting.place).label("place"),
            taken.correlate(Meeting).scalar_subquery().label("taken"),
            waiting.correlate(Meeting).scalar_subquery().label("waiting"),
            sa.exists().where(Notes.meeting_id == Meeting.id, Notes.final_at.is_not(None)).label("has_notes"),
            sa.exists().where(Notes.meeting_id == Meeting.id, Notes.shared_at.is_not(None)).label("notes_shared"),
            groups.correlate(Meeting).scalar_subquery().label("groups"),
        )
        .where(*which)
        .order_by(Meeting.starts_at, Meeting.id)
    ).mappings()
    return tuple(PublicMeeting(**{**row, "groups": _named(row["groups"])}) for row in rows)


def _named(rows: Any) -> tuple[Named, ...]:
    return tuple(Named(name, name_en, slug) for name, name_en, slug, _order in sorted(rows or (), key=lambda row: row[3]))


@dataclass(frozen=True, slots=True)
class InBrief:
    """A meeting in a line of the consultation's own page."""

    number: int
    title: str
    form: MeetingForm
    starts_at: datetime
    cancelled: bool
    has_notes: bool


def brief_column() -> sa.ScalarSelect[Any]:
    """The consultation's meetings as one column of its head (core.db.json_rows); `in_brief` reads it."""
    notes = sa.exists().where(Notes.meeting_id == Meeting.id, Notes.final_at.is_not(None))
    return (
        sa.select(
            json_rows(
                Meeting.number,
                Meeting.title,
                Meeting.form,
                sa.extract("epoch", Meeting.starts_at),
                sa.case((Meeting.cancelled_at.is_(None), 0), else_=1),
                sa.case((notes, 1), else_=0),
            )
        )
        .where(Meeting.consultation_id == Consultation.id)
        .correlate(Consultation)
        .scalar_subquery()
    )


def in_brief(rows: Any) -> tuple[InBrief, ...]:
    """What `brief_column` brought, by time."""
    found = [
        InBrief(number, title, MeetingForm(form), datetime.fromtimestamp(int(starts), UTC), bool(cancelled), bool(notes))
        for number, title, form, starts, cancelled, notes in rows or ()
    ]
    return tuple(sorted(found, key=lambda meeting: (meeting.starts_at, meeting.number)))
