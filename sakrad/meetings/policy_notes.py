"""Who may write a meeting's notes and answer what is asked of them. Never when. Who reads them: `policy.may_attend`."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.meetings.models import Meeting, NotesCorrection


def may_write_notes(user: User, meeting: Meeting) -> bool:
    """Whoever handles the consultation."""
    return consultations.may_handle(user, meeting.consultation)


def may_answer_correction(user: User, correction: NotesCorrection) -> bool:
    """The same, but no member of the organisation that asks (jäv)."""
    return may_write_notes(user, correction.notes.meeting) and not accounts.is_partial(user, correction.organisation)
