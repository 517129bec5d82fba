"""The mails about meetings: to the invited, when there is another one; to those who registered, when something is other than they knew.

They carry when, never where: a place may be told to the registered only, and a mail cannot be recalled.
"""

from __future__ import annotations

from typing import Any

from sakrad.consultations import links
from sakrad.core import calendars
from sakrad.core.db import db
from sakrad.core.events import EventName
from sakrad.meetings import calendar
from sakrad.meetings.models import Meeting, Registration, RegistrationState
from sakrad.meetings.queries_seats import Told as Seated
from sakrad.meetings.queries_seats import find_invited, list_told
from sakrad.notifications.content import Attachment, Content, Told, consultation_of, from_authority, link

MEDIA_TYPE = "text/calendar"


def meeting_planned(told: Told) -> Content:
    """That there will be a meeting, and how one registers: `url` is the invitation's link; None for who has answered uninvited."""
    meeting = db.session.get_one(Meeting, told.event.subject_id)
    consultation = consultation_of(meeting.consultation_id)
    invited = find_invited(meeting, told.recipient)
    return from_authority(
        consultation,
        meeting=meeting,
        public=link("meetings.show", kommun=consultation.municipality.slug, slug=consultation.slug, number=meeting.number),
        url=link("meetings_link.show", token=links.token_of(invited), number=meeting.number) if invited else None,
    )


def meeting_registered(told: Told) -> Content:
    """That the organisation has seats, waits, or has got seats that it waited for; with the meeting as a calendar file."""
    registration = db.session.get_one(Registration, told.event.subject_id)
    meeting = registration.meeting
    return _about(
        meeting,
        list_told(meeting, told.recipient, registration.organisation_id),
        with_file=registration.state is RegistrationState.registered,
        registration=registration,
        organisation=registration.organisation,
        promoted=told.event.name == EventName.registration_promoted,
    )


def meeting_changed(told: Told) -> Content:
    """That it is at another time or place, or in another form."""
    meeting = db.session.get_one(Meeting, told.event.subject_id)
    return _about(meeting, list_told(meeting, told.recipient), with_file=True)


def meeting_cancelled(told: Told) -> Content:
    """That it is called off; why stands on its page."""
    meeting = db.session.get_one(Meeting, told.event.subject_id)
    return _about(meeting, list_told(meeting, told.recipient), with_file=True)


def _about(meeting: Meeting, seats: list[Seated], *, with_file: bool, **values: Any) -> Content:
    """`url` is the way of the organisation with the address: its invitation's link, or else the one for its members."""
    consultation = consultation_of(meeting.consultation_id)
    where: dict[str, Any] = {**consultation.address, "number": meeting.number}
    public = link("meetings.show", **where)
    if not seats:  # its address has changed since it was told
        url = public
    elif seats[0].token is not None:
        url = link("meetings_link.show", token=seats[0].token, number=meeting.number)
    else:
        url = link("meetings_organisation.show", org=seats[0].organisation.slug, **where)
    name = calendar.file_name(consultation.slug, meeting.number)
    entry = calendar.mailed_entry(meeting, public)
    files = (Attachment(name, calendars.calendar([entry]), MEDIA_TYPE),) if with_file else ()
    return from_authority(consultation, files, meeting=meeting, url=url, **values)
