"""Reaching the invited: again at a better address, by letter, and with one reminder. Judged by what they have sent, never by drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.accounts.queries_team import count_holders
from sakrad.consultations import commands as consultations
from sakrad.consultations import lifecycle_inviting
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries import facts_of
from sakrad.core.errors import Blocked, Blocker, refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.directory import commands as directory
from sakrad.positions import queries_invited

BATCH = 1000  # invitations reminded in one go


def resend_invitation(invitation: Invitation, *, email: str, actor: Actor | None, at: datetime) -> None:
    """Send an invitation that came back once more, to a better address. What people with accounts have said stays theirs to change.

    Raises:
        Blocked: it arrived, it is answered, the time is over, or the address is another and the organisation has accounts.
    """
    refuse_unless_clear(lifecycle_inviting.blockers_to_resend(facts_of(invitation.consultation), queries_invited.reached(invitation), at))
    organisation = invitation.organisation
    if email.casefold() != organisation.email:
        if count_holders(organisation).members:
            raise Blocked([Blocker("address_is_theirs", field="email")])
        directory.change_address(organisation, email=email, actor=actor, at=at)
    consultations.resend(invitation, actor=actor, at=at)


def print_letters(consultation: Consultation, invitations: Sequence[Invitation], *, actor: Actor | None, at: datetime) -> None:
    """Print invitations as letters.

    Raises:
        Blocked: it is not announced, or the time to answer is over.
    """
    refuse_unless_clear(lifecycle_inviting.blockers_to_print(facts_of(consultation), at))
    consultations.print_letters(consultation, invitations, actor=actor, at=at)


def remind_invited(at: datetime) -> int:
    """Send the reminders that are due; returns how many. Each invitation gets one, and none that is answered or declined."""
    due = queries_invited.list_to_remind(at, BATCH)
    consultations.remind(due, at=at)
    return len(due)
