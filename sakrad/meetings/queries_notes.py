"""Reads about a meeting's notes: for those who write them, and for everybody once they are final. For those who came: `queries_seats`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock
from sakrad.core.db import db, locked
from sakrad.core.errors import Missing
from sakrad.core.text import markdown
from sakrad.directory.models import Organisation
from sakrad.meetings.lifecycle_notes import NotesFacts
from sakrad.meetings.models import Attendance, Meeting, Notes, NotesCorrection, Registration, RegistrationState
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published

ROUND = timedelta(days=7)  # proposed for corrections

# -- for those who write them


def get_meeting(kommun: str, slug: str, number: int) -> Meeting:
    """The meeting at the address with its notes, for staff routes; locked when writing.

    Raises:
        Missing: there is none.
    """
    return _meeting(get_consultation(kommun, slug), number)


def get_correction(kommun: str, slug: str, number: int, reference: str) -> NotesCorrection:
    """A correction that an organisation asks for, for staff routes; the meeting is locked when writing.

    Raises:
        Missing: there is none.
    """
    meeting = get_meeting(kommun, slug, number)
    for correction in meeting.notes.corrections if meeting.notes else ():
        if correction.reference == reference:
            return correction
    raise Missing("correction")


def _meeting(consultation: Consultation, number: int) -> Meeting:
    statement = (
        sa.select(Meeting)
        .where(Meeting.consultation_id == consultation.id, Meeting.number == number)
        .options(selectinload(Meeting.notes).selectinload(Notes.corrections).joinedload(NotesCorrection.organisation))
    )
    meeting = db.session.scalar(locked(statement, Meeting))
    if meeting is None:
        raise Missing("meeting")
    set_committed_value(meeting, "consultation", consultation)
    return meeting


def facts_of(meeting: Meeting) -> NotesFacts:
    """What the steps of the notes are judged by."""
    notes = meeting.notes
    return NotesFacts(
        starts_at=meeting.starts_at,
        cancelled=meeting.cancelled_at is not None,
        empty=notes is None or not notes.body.strip(),
        shared=notes is not None and notes.shared_at is not None,
        corrections_until=notes.corrections_until if notes else None,
        final=notes is not None and notes.final_at is not None,
        unanswered=sum(one.accepted is None for one in notes.corrections) if notes else 0,
    )


def proposed_until(meeting: Meeting, at: datetime) -> date:
    """The last day for corrections that the form proposes: as it stands, or else a week after the meeting or today, whichever is later."""
    if meeting.notes and meeting.notes.corrections_until:
        return clock.last_day(meeting.notes.corrections_until)
    return clock.day_of(max(at, meeting.ends_at) + ROUND)


def is_participant(meeting_id: Any, organisation_id: Any) -> sa.ColumnElement[bool]:
    """Whether the organisation came, or was registered to come."""
    came = sa.exists().where(Attendance.meeting_id == meeting_id, Attendance.organisation_id == organisation_id)
    registered = sa.exists().where(
        Registration.meeting_id == meeting_id,
        Registration.organisation_id == organisation_id,
        Registration.state == RegistrationState.registered,
    )
    return sa.or_(came, registered)


def list_participants(meeting: Meeting) -> list[Organisation]:
    """The organisations that came or were registered: to whom the notes are sent."""
    statement = sa.select(Organisation).where(is_participant(meeting.id, Organisation.id)).order_by(Organisation.name, Organisation.id)
    return list(db.session.scalars(statement))


def text_of(notes: Notes) -> MaskableText:
    """The notes as a text in which words can be hidden."""
    return MaskableText("anteckningar", TextKind.notes, (notes.id,), gettext("Mötesanteckningar"), notes.body)


# -- for everybody


@dataclass(frozen=True, slots=True)
class PublicNotes:
    """Final notes as readers see them: masked, with the corrections as counts."""

    html: Markup
    final_on: date
    asked: int  # corrections that were asked for
    accepted: int


def find_public_notes(meeting_id: int) -> PublicNotes | None:
    """The meeting's notes once they are final, in two statements; for templates/meetings/_notes.html."""
    asked = sa.select(sa.func.count()).where(NotesCorrection.notes_id == Notes.id)
    row = db.session.execute(
        sa.select(
            Notes.id,
            Notes.body,
            Notes.final_at,
            asked.correlate(Notes).scalar_subquery().label("asked"),
            asked.where(NotesCorrection.accepted.is_(True)).correlate(Notes).scalar_subquery().label("accepted"),
        ).where(Notes.meeting_id == meeting_id, Notes.final_at.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    masks = masks_over({TextKind.notes: [row.id]}).get((TextKind.notes, row.id), [])
    return PublicNotes(markdown(published(row.body, masks)), clock.day_of(row.final_at), row.asked, row.accepted)
