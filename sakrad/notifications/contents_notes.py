"""The mails about a meeting's notes: to those who were there, and to the authority when one of them asks for a correction."""

from __future__ import annotations

import sqlalchemy as sa

from sakrad.consultations import links as invitation_links
from sakrad.consultations.queries import find_invitation
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting, Notes
from sakrad.meetings.queries_notes import is_participant
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link


def notes_news(told: Told) -> Content:
    """That they are to be read, or are final: by the invitation's link where there is one, else by the organisation's own address."""
    notes, meeting = _of(told.event)
    return from_authority(
        consultation_of(told.event.consultation_id),
        meeting=meeting,
        notes=notes,
        url=_address(meeting, told.recipient),
    )


def notes_correction_received(told: Told) -> Content:
    """Who asks, and where it is answered; never the words."""
    _notes, meeting = _of(told.event)
    consultation = consultation_of(told.event.consultation_id)
    where = {**consultation.address, "number": meeting.number}
    return from_authority(
        consultation,
        meeting=meeting,
        organisation=db.session.get_one(Organisation, told.event.organisation_id).name,
        url=link("meetings_staff_notes.show", **where),
    )


def _of(event: Event) -> tuple[Notes, Meeting]:
    notes = db.session.get_one(Notes, event.subject_id)
    return notes, notes.meeting


def _address(meeting: Meeting, recipient: str) -> str:
    """Of one organisation with the address; where several share it, the first by name that was there."""
    organisation = db.session.scalar(
        sa.select(Organisation)
        .where(Organisation.email == recipient, is_participant(meeting.id, Organisation.id))
        .order_by(Organisation.name, Organisation.id)
        .limit(1)
    )
    consultation = consultation_of(meeting.consultation_id)
    if organisation is None:  # its address has changed since it was told
        return link("pages.consultation", **consultation.address)
    invitation = find_invitation(consultation.id, organisation.id)
    if invitation is not None:
        return link("meetings_link.notes", token=invitation_links.token_of(invitation), number=meeting.number)
    where = {**consultation.address, "number": meeting.number}
    return link("meetings_organisation.notes", org=organisation.slug, **where)
