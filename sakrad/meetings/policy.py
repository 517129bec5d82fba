"""Who may do what with a meeting. Never when."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting
from sakrad.meetings.queries_seats import Seat


def may_handle(user: User, meeting: Meeting) -> bool:
    """Plans and changes it, and sees who comes: whoever handles its consultation."""
    return consultations.may_handle(user, meeting.consultation)


def may_note_for(user: User, organisation: Organisation) -> bool:
    """Notes how many came from the organisation: none of its own members (jäv)."""
    return not accounts.is_partial(user, organisation)


def may_attend(user: User, seat: Seat) -> bool:
    """Registers the organisation, reads what those who come are told and the notes of those who came: its members."""
    return accounts.may_write(user, seat.organisation)
