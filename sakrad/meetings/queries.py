"""Reads about meetings for those who handle them, and what the rules judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries import WITH_PARTS, is_at_home
from sakrad.core import clock
from sakrad.core.db import db, locked, order_sv
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_names import find_named, told_apart
from sakrad.meetings.lifecycle import Facts, Other, Plan, Queued, Wish, seats_for
from sakrad.meetings.models import AccessNeed, Attendance, Meeting, MeetingForm, Registration, RegistrationState

MOST_NAMES = 500  # offered in the list; any other may be written too
ACTIVE = Registration.state != RegistrationState.cancelled


def get_meeting(kommun: str, slug: str, number: int) -> Meeting:
    """The meeting at the address, for staff routes, whatever the consultation's phase; locked when writing.

    Raises:
        Missing: there is none in an active municipality.
    """
    statement = (
        sa.select(Meeting)
        .join(Meeting.consultation)
        .join(Consultation.municipality)
        .where(Municipality.slug == kommun, Municipality.active, Consultation.slug == slug, Meeting.number == number)
        .options(joinedload(Meeting.consultation).options(*WITH_PARTS), selectinload(Meeting.groups))
    )
    meeting: Meeting | None = db.session.scalar(locked(statement, Meeting))
    if meeting is None:
        raise Missing("meeting")
    return meeting


def facts_of(meeting: Meeting, besides: int | None = None) -> Facts:
    """What the rules judge by. `besides`: id of the organisation whose own seats and place in the queue do not count."""
    consultation = meeting.consultation
    counts = dict.fromkeys(RegistrationState, (0, 0, 0))
    seats = sa.func.coalesce(sa.func.sum(Registration.people).filter(takes_seats()), 0)
    statement = (
        sa.select(Registration.state, seats, sa.func.count(), sa.func.count().filter(is_in_line()))
        .join(Registration.meeting)
        .where(Registration.meeting_id == meeting.id)
    )
    if besides is not None:
        statement = statement.where(Registration.organisation_id != besides)
    for state, taken, organisations, in_line in db.session.execute(statement.group_by(Registration.state)):
        counts[state] = (int(taken), organisations, in_line)
    return Facts(
        form=meeting.form,
        starts_at=meeting.starts_at,
        register_until=meeting.register_until,
        seats=meeting.seats,
        seats_each=meeting.seats_each,
        cancelled=meeting.cancelled_at is not None,
        announced=consultation.announced_at is not None,
        called_off=is_called_off(consultation),
        taken=counts[RegistrationState.registered][0],
        waiting=counts[RegistrationState.waiting][2],
        coming=counts[RegistrationState.registered][1],
    )


def is_called_off(consultation: Consultation) -> bool:
    """Whether there will be no more meetings, since the consultation is cancelled or ended."""
    return consultation.cancelled_at is not None or consultation.ended_at is not None


def plan_of(meeting: Meeting) -> Plan:
    """What is settled about it."""
    names = ("form", "starts_at", "ends_at", "register_until", "seats", "seats_each", "place", "link")
    return Plan(**{name: getattr(meeting, name) for name in names})


def next_number(consultation: Consultation) -> int:
    """The number of its next meeting; no number is used twice, since meetings are never removed."""
    return (db.session.scalar(sa.select(sa.func.max(Meeting.number)).where(Meeting.consultation_id == consultation.id)) or 0) + 1


def list_queue(meeting: Meeting) -> list[Registration]:
    """Those who wait, first come first."""
    waiting = sa.select(Registration).where(Registration.meeting_id == meeting.id, Registration.state == RegistrationState.waiting)
    return list(db.session.scalars(waiting.order_by(Registration.queued_at, Registration.id)))


def queued(meeting: Meeting, registrations: Sequence[Registration]) -> list[Queued]:
    """The queue as the rules see it."""
    return [Queued(registration.id, seats_for(meeting.form, wish_of(registration))) for registration in registrations]


def wish_of(registration: Registration) -> Wish:
    """How the organisation takes part, as the rules see it."""
    return Wish(registration.people, registration.digital)


def takes_seats() -> sa.ColumnElement[bool]:
    """Whether a registration, joined with its meeting, takes seats: the rule of lifecycle.seats_for."""
    return sa.not_(sa.and_(Registration.digital, Meeting.form == MeetingForm.hybrid))


def is_in_line() -> sa.ColumnElement[bool]:
    """Whether a registration, joined with its meeting, could be given seats: the rule of lifecycle.stands_in_line."""
    fits = sa.or_(Meeting.seats.is_(None), Registration.people <= Meeting.seats)
    return sa.or_(sa.not_(takes_seats()), sa.and_(Registration.people <= Meeting.seats_each, fits))


@dataclass(frozen=True, slots=True)
class Listed:
    """A meeting with how many come, wait and came."""

    meeting: Meeting
    organisations: int
    people: int
    taken: int  # seats
    waiting: int  # organisations
    came: int  # people


def list_meetings(consultation: Consultation) -> list[Listed]:
    """The consultation's meetings by time, in one statement and one for their groups."""

    def of(state: RegistrationState, what: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
        return (
            sa.select(what).where(Registration.meeting_id == Meeting.id, Registration.state == state).correlate(Meeting).scalar_subquery()
        )

    people = sa.func.coalesce(sa.func.sum(Registration.people), 0)
    seats = sa.func.coalesce(sa.func.sum(Registration.people).filter(takes_seats()), 0)
    came = sa.select(sa.func.coalesce(sa.func.sum(Attendance.people), 0)).where(Attendance.meeting_id == Meeting.id)
    rows = db.session.execute(
        sa.select(
            Meeting,
            of(RegistrationState.registered, sa.func.count(Registration.id)),
            of(RegistrationState.registered, people),
            of(RegistrationState.registered, seats),
            of(RegistrationState.waiting, sa.func.count(Registration.id)),
            came.correlate(Meeting).scalar_subquery(),
        )
        .where(Meeting.consultation_id == consultation.id)
        .options(selectinload(Meeting.groups))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [Listed(*row) for row in rows]


def list_registrations(meeting: Meeting) -> list[Registration]:
    """Who comes and who waits, with their organisations: those with seats by name, then the queue in order."""
    statement = (
        sa.select(Registration)
        .join(Registration.organisation)
        .where(Registration.meeting_id == meeting.id, ACTIVE)
        .options(joinedload(Registration.organisation))
        .order_by(
            Registration.state,  # registered before waiting
            sa.case((Registration.state == RegistrationState.waiting, Registration.queued_at)),
            order_sv(Organisation.name),
            Registration.id,
        )
    )
    return list(db.session.scalars(statement))


def list_needs(meeting: Meeting) -> list[str]:
    """What people need, by the alphabet: the order in which it was asked would tell who came when."""
    return list(
        db.session.scalars(sa.select(AccessNeed.text).where(AccessNeed.meeting_id == meeting.id).order_by(order_sv(AccessNeed.text)))
    )


def list_attendance(meeting: Meeting) -> list[Attendance]:
    """How many came, by organisation."""
    statement = (
        sa.select(Attendance)
        .join(Attendance.organisation)
        .where(Attendance.meeting_id == meeting.id)
        .options(joinedload(Attendance.organisation))
        .order_by(order_sv(Organisation.name), Organisation.id)
    )
    return list(db.session.scalars(statement))


def list_names(consultation: Consultation) -> list[str]:
    """What is written for `find_organisations` to find each of them, by the alphabet; the first hundreds of them."""
    near = sa.select(Organisation.name, Organisation.slug).where(Organisation.merged_at.is_(None), _is_near(consultation))
    return told_apart(db.session.execute(near.order_by(order_sv(Organisation.name), Organisation.id).limit(MOST_NAMES)).all())


def find_organisations(consultation: Consultation, name: str) -> list[Organisation]:
    """Those of the name that are invited or at home in the municipality; merged ones give their heir."""
    return find_named(name, _is_near(consultation))


def _is_near(consultation: Consultation) -> sa.ColumnElement[bool]:
    """Whether an organisation is invited, or at home in the municipality."""
    invited = sa.exists().where(Invitation.consultation_id == consultation.id, Invitation.organisation_id == Organisation.id)
    return sa.or_(invited, is_at_home(consultation.municipality_id))


def list_others_near(consultation: Consultation, plan: Plan, besides: Meeting | None = None) -> list[Other]:
    """Meetings at the same time in the municipality: of the same consultation, or of one that has been announced.

    Args:
        besides: the meeting itself, when it is planned already.
    """
    statement = (
        sa.select(Meeting.title, Meeting.starts_at, Meeting.ends_at)
        .join(Meeting.consultation)
        .where(
            Consultation.municipality_id == consultation.municipality_id,
            sa.or_(Consultation.id == consultation.id, Consultation.announced_at.is_not(None)),
            Consultation.cancelled_at.is_(None),
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at < plan.ends_at,
            Meeting.ends_at > plan.starts_at,
            *([Meeting.id != besides.id] if besides else []),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(5)
    )
    return [Other(*row) for row in db.session.execute(statement)]


def list_over_with_needs(at: datetime) -> list[int]:
    """Ids of meetings that were held before today, or called off, and still have what people needed."""
    over = sa.or_(Meeting.ends_at < clock.start_of(clock.day_of(at)), Meeting.cancelled_at.is_not(None))
    return list(
        db.session.scalars(sa.select(AccessNeed.meeting_id).join(Meeting, Meeting.id == AccessNeed.meeting_id).where(over).distinct())
    )
