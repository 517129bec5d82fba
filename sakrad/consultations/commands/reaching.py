"""How an invitation reaches those it is for: sent again, printed as a letter, and followed by one reminder.

Whether somebody has answered is not known here; packages above judge that before they call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sakrad.consultations import links
from sakrad.consultations.commands.recording import record, record_invitation, record_invitations
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core.events import Actor, EventName


def resend(invitation: Invitation, *, actor: Actor | None, at: datetime) -> None:
    """Send the invitation once more, to the organisation's address of today; its personal link is the same."""
    invitation.bounced_at = None
    record_invitation(EventName.invitation_resent, invitation, actor=actor, at=at)


def print_letters(consultation: Consultation, invitations: Sequence[Invitation], *, actor: Actor | None, at: datetime) -> None:
    """Note that the invitations are printed as letters, and what their typed codes are known by."""
    for invitation in invitations:
        invitation.letter_at, invitation.letter_digest = at, links.digest_of(links.letter_code(invitation))
    record(EventName.letters_printed, consultation, actor=actor, at=at, letters=len(invitations))


def remind(invitations: Sequence[Invitation], *, at: datetime) -> None:
    """Send each its one reminder."""
    for invitation in invitations:
        invitation.reminded_at = at
    for _, each in groupby(sorted(invitations, key=lambda one: one.consultation_id), key=lambda one: one.consultation_id):
        record_invitations(EventName.invitation_reminded, list(each), actor=None, at=at)
