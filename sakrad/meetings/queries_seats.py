"""An organisation's seat at a meeting: reached by a member, or by whoever holds the invitation's link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations import links
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries import WITH_PARTS, find_invitation, get_invitation
from sakrad.core.db import db, locked
from sakrad.core.errors import Blocked, Blocker, Missing
from sakrad.directory import queries_merging
from sakrad.directory.models import Municipality, Organisation
from sakrad.meetings.models import Meeting, Notes, NotesCorrection, Registration, RegistrationState
from sakrad.meetings.queries_notes import is_participant


@dataclass(frozen=True, slots=True)
class Seat:
    """An organisation and a meeting that it may come to, with its registration where it has one."""

    organisation: Organisation
    meeting: Meeting
    registration: Registration | None
    invitation: Invitation | None
    token: str | None = None  # None: reached by a member

    @property
    def consultation(self) -> Consultation:
        return self.meeting.consultation

    @property
    def by_link(self) -> bool:
        return self.token is not None

    @property
    def active(self) -> Registration | None:
        """The registration, unless the organisation has left."""
        mine = self.registration
        return None if mine is None or mine.state is RegistrationState.cancelled else mine

    @property
    def comes(self) -> bool:
        """Has a seat, and is told where the meeting is."""
        return self.active is not None and self.active.state is RegistrationState.registered


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSeat(Seat):
    """The seat of an organisation that was at the meeting, or registered for it, with the notes that have been sent out."""

    notes: Notes

    @property
    def corrections(self) -> Sequence[NotesCorrection]:
        """Its own only: what others ask for is between them and the municipality."""
        return [one for one in self.notes.corrections if self.organisation.id in (one.organisation_id, one.organisation.heir_id)]


def get_seat(org: str, kommun: str, slug: str, number: int) -> Seat:
    """The seat that a member reaches by the organisation's address; the meeting is locked when writing.

    Raises:
        Missing: no such organisation or meeting of an announced consultation, or it is for the invited only and this one is not.
        Moved: the organisation has been merged into another.
        Blocked: a merger waits for both sides.
    """
    seat = _member_seat(org, kommun, slug, number)
    if not seat.consultation.open_invitation and seat.invitation is None and seat.registration is None:
        raise Missing("not invited")
    return seat


def get_notes_seat(org: str, kommun: str, slug: str, number: int) -> NotesSeat:
    """The same, to read the notes: also of one that came without being invited.

    Raises:
        Missing: the notes have not been sent out, or the organisation was not there; or as in `get_seat`.
        Moved, Blocked: as in `get_seat`.
    """
    return _with_notes(_member_seat(org, kommun, slug, number))


def _member_seat(org: str, kommun: str, slug: str, number: int) -> Seat:
    organisation = queries_merging.get_present(org)
    _refuse_sealed(organisation)
    meeting = _meeting(Municipality.slug == kommun, Consultation.slug == slug, Meeting.number == number)
    invitation = find_invitation(meeting.consultation_id, organisation.id)
    return Seat(organisation, meeting, find_registration(meeting, organisation), invitation)


def get_link_seat(token: str, number: int) -> Seat:
    """The seat that an invitation's personal link opens; the meeting is locked when writing.

    Raises:
        Missing: the token is false, or there is no such meeting.
        Blocked: the organisation is merged into another, and both sides have not accepted that.
    """
    invitation = get_invitation(token)
    organisation = invitation.organisation
    if organisation.merged_at is not None:
        organisation = queries_merging.find_heir_in_force(organisation) or organisation
        _refuse_sealed(organisation)
    meeting = _meeting(Meeting.consultation_id == invitation.consultation_id, Meeting.number == number)
    return Seat(organisation, meeting, find_registration(meeting, organisation), invitation, token=token)


def get_link_notes_seat(token: str, number: int) -> NotesSeat:
    """The same, to read the notes.

    Raises:
        Missing: the notes have not been sent out, or the organisation was not there; or as in `get_link_seat`.
        Blocked: as in `get_link_seat`.
    """
    return _with_notes(get_link_seat(token, number))


def _with_notes(seat: Seat) -> NotesSeat:
    if not may_read_notes(seat):
        raise Missing("notes")
    corrections = selectinload(Notes.corrections).joinedload(NotesCorrection.organisation)
    notes = db.session.scalars(sa.select(Notes).where(Notes.meeting_id == seat.meeting.id).options(corrections)).one()
    return NotesSeat(seat.organisation, seat.meeting, seat.registration, seat.invitation, seat.token, notes=notes)


def _refuse_sealed(organisation: Organisation) -> None:
    if organisation.merged_at is not None:
        raise Blocked([Blocker("draft_sealed")])


def _meeting(*which: sa.ColumnElement[bool]) -> Meeting:
    statement = (
        sa.select(Meeting)
        .join(Meeting.consultation)
        .join(Consultation.municipality)
        .where(*which, Municipality.active, Consultation.announced_at.is_not(None))
        .options(joinedload(Meeting.consultation).options(*WITH_PARTS), selectinload(Meeting.groups))
    )
    meeting: Meeting | None = db.session.scalar(locked(statement, Meeting))
    if meeting is None:
        raise Missing("meeting")
    return meeting


def find_registration(meeting: Meeting, organisation: Organisation) -> Registration | None:
    """The organisation's registration, or else that of one merged into it; also one that it has taken back."""
    own = Registration.organisation_id == organisation.id
    return db.session.scalar(
        sa.select(Registration)
        .where(Registration.meeting_id == meeting.id, queries_merging.is_own(Registration.organisation_id, organisation))
        .order_by(sa.case((own, 0), else_=1), Registration.id)
        .limit(1)
    )


def may_read_notes(seat: Seat) -> bool:
    """Whether the meeting's notes have been sent out, and the organisation is one of those that they were sent to."""
    shared = sa.exists().where(Notes.meeting_id == seat.meeting.id, Notes.shared_at.is_not(None))
    there = sa.exists().where(
        Organisation.id.in_(queries_merging.merged_into(seat.organisation.id)), is_participant(seat.meeting.id, Organisation.id)
    )
    return bool(db.session.scalar(sa.select(sa.and_(shared, there))))


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting that is still to come, and how the organisation stands to it (None: it has said nothing)."""

    meeting: Meeting
    state: RegistrationState | None


def list_coming(consultation_id: int, organisation: Organisation, at: datetime) -> list[Coming]:
    """The consultation's meetings that are not over, by time, in one statement."""
    mine = sa.and_(Registration.meeting_id == Meeting.id, Registration.organisation_id == organisation.id)
    rows = db.session.execute(
        sa.select(Meeting, Registration.state)
        .outerjoin(Registration, mine)
        .where(Meeting.consultation_id == consultation_id, Meeting.ends_at > at, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [Coming(meeting, state) for meeting, state in rows]


def list_with_notes(consultation_id: int, organisation: Organisation) -> list[Meeting]:
    """The consultation's meetings that the organisation was at, or registered for, and whose notes have been sent out; by time."""
    there = sa.exists().where(
        Organisation.id.in_(queries_merging.merged_into(organisation.id)), is_participant(Meeting.id, Organisation.id)
    )
    shared = sa.exists().where(Notes.meeting_id == Meeting.id, Notes.shared_at.is_not(None))
    found = sa.select(Meeting).where(Meeting.consultation_id == consultation_id, shared, there)
    return list(db.session.scalars(found.options(joinedload(Meeting.notes)).order_by(Meeting.starts_at, Meeting.id)))


@dataclass(frozen=True, slots=True)
class Correctable:
    """Notes that an organisation may still ask to have corrected."""

    meeting: Meeting
    until: datetime  # exclusive


def list_correctable(organisation: Organisation, at: datetime) -> list[Correctable]:
    """Of meetings that the organisation was at, or registered for, with their consultations; by the last day, in one statement."""
    there = sa.exists().where(
        Organisation.id.in_(queries_merging.merged_into(organisation.id)), is_participant(Meeting.id, Organisation.id)
    )
    rows = db.session.execute(
        sa.select(Meeting, Notes.corrections_until)
        .join(Notes, Notes.meeting_id == Meeting.id)
        .join(Meeting.consultation)
        .join(Consultation.municipality)
        .where(Notes.corrections_until > at, Notes.final_at.is_(None), Municipality.active, Consultation.announced_at.is_not(None), there)
        .options(contains_eager(Meeting.consultation).contains_eager(Consultation.municipality))
        .order_by(Notes.corrections_until, Meeting.id)
    )
    return [Correctable(meeting, until) for meeting, until in rows if until is not None]


def list_own(organisation: Organisation, at: datetime) -> list[Coming]:
    """The meetings to come that the organisation has registered for or is invited to, with their consultations, by time."""
    invited = sa.select(Invitation.consultation_id).where(Invitation.organisation_id == organisation.id)
    mine = sa.and_(Registration.meeting_id == Meeting.id, Registration.organisation_id == organisation.id)
    active = sa.func.coalesce(Registration.state, RegistrationState.cancelled) != RegistrationState.cancelled
    rows = db.session.execute(
        sa.select(Meeting, Registration.state)
        .join(Meeting.consultation)
        .join(Consultation.municipality)
        .outerjoin(Registration, mine)
        .where(
            Meeting.ends_at > at,
            Meeting.cancelled_at.is_(None),
            Consultation.announced_at.is_not(None),
            Consultation.cancelled_at.is_(None),
            Municipality.active,
            sa.or_(active, Meeting.consultation_id.in_(invited)),
        )
        .options(contains_eager(Meeting.consultation).contains_eager(Consultation.municipality))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(50)
    )
    return [Coming(meeting, state) for meeting, state in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a mail about a meeting is to, and by which way they reach their page."""

    organisation: Organisation
    registration: Registration
    token: str | None  # of its invitation


def list_told(meeting: Meeting, email: str, organisation_id: int | None = None) -> list[Told]:
    """The registrations with the address, usually one; of the one organisation where it is given. Also those taken back."""
    statement = (
        sa.select(Organisation, Registration, Invitation)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .outerjoin(
            Invitation, sa.and_(Invitation.organisation_id == Organisation.id, Invitation.consultation_id == meeting.consultation_id)
        )
        .where(Registration.meeting_id == meeting.id, Organisation.email == email)
        .order_by(Organisation.name, Organisation.id)
    )
    if organisation_id is not None:
        statement = statement.where(Organisation.id == organisation_id)
    return [
        Told(organisation, registration, links.token_of(invitation) if invitation else None)
        for organisation, registration, invitation in db.session.execute(statement)
    ]


def find_invited(meeting: Meeting, email: str) -> Invitation | None:
    """The invitation of the organisation with the address to the meeting's consultation; of several, one that has not declined."""
    return db.session.scalar(
        sa.select(Invitation)
        .join(Invitation.organisation)
        .where(Invitation.consultation_id == meeting.consultation_id, Organisation.email == email)
        .order_by(sa.case((Invitation.declined_at.is_(None), 0), else_=1), Organisation.name, Organisation.id)
        .limit(1)
    )
