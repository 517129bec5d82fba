"""The mails to those who are invited: the invitation with its questions, and one reminder. Both lead to the answer in two clicks."""

from __future__ import annotations

from sakrad.consultations import links
from sakrad.consultations.models import Invitation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.files import MEDIA_TYPES, FileKind
from sakrad.meetings.queries_seats import list_coming
from sakrad.notifications.content import Attachment, Content, Told, consultation_of, from_authority, link
from sakrad.positions import handout


def invitation(told: Told) -> Content:
    """The questions in the mail itself, and beside it as a PDF to print and a Word form for the board's table."""
    invited = db.session.get_one(Invitation, told.event.subject_id)
    consultation = consultation_of(invited.consultation_id)
    questions = (
        Attachment(handout.file_name(consultation, "pdf"), handout.questions_pdf(consultation)),
        Attachment(handout.file_name(consultation, "docx"), handout.questions_docx(consultation), MEDIA_TYPES[FileKind.docx]),
    )
    coming = list_coming(consultation.id, invited.organisation, clock.now())
    return from_authority(
        consultation,
        questions,
        organisation=invited.organisation,
        url=_landing(invited),
        meetings=[(each.meeting, link("meetings_link.show", token=links.token_of(invited), number=each.meeting.number)) for each in coming],
    )


def invitation_reminder(told: Told) -> Content:
    """Only that the time is soon over, and the link: the questions they have already."""
    invited = db.session.get_one(Invitation, told.event.subject_id)
    return from_authority(consultation_of(invited.consultation_id), organisation=invited.organisation, url=_landing(invited))


def _landing(invited: Invitation) -> str:
    return link("positions_link.landing", token=links.token_of(invited))
