"""Whom one asks, and what they say to the invitation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.commands.recording import record, record_invitation, record_invitations
from sakrad.consultations.models import Consultation, DeclineReason, Invitation
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.directory.models import Organisation


class AlreadyInvited(ValueError):
    """The organisation is invited already."""


def invite(consultation: Consultation, organisation: Organisation, *, actor: Actor | None, at: datetime) -> Invitation:
    """Invite an organisation. The mail goes out at the announcement, or at once after it.

    Raises:
        Blocked: the time to answer is over.
        AlreadyInvited: it is invited already.
    """
    refuse_unless_clear(lifecycle.blockers_to_invite(queries.facts_of(consultation), at))
    if queries.find_invitation(consultation.id, organisation.id) is not None:
        raise AlreadyInvited
    invitation = Invitation(reference=ids.reference(), consultation_id=consultation.id, organisation_id=organisation.id, created_at=at)
    db.session.add(invitation)
    db.session.flush()
    if consultation.announced_at is not None:
        record_invitation(EventName.organisation_invited, invitation, actor=actor, at=at)
    return invitation


def invite_all(consultation: Consultation, organisations: Sequence[Organisation], *, actor: Actor | None, at: datetime) -> list[Invitation]:
    """Invite many at once, in a few statements however many they are; those invited already are left out.

    Raises:
        Blocked: the time to answer is over.
    """
    refuse_unless_clear(lifecycle.blockers_to_invite(queries.facts_of(consultation), at))
    invited = set(db.session.scalars(sa.select(Invitation.organisation_id).where(Invitation.consultation_id == consultation.id)))
    chosen = {organisation.id: organisation for organisation in organisations if organisation.id not in invited}
    invitations = [
        Invitation(reference=ids.reference(), consultation=consultation, organisation=organisation, created_at=at)
        for organisation in chosen.values()
    ]
    db.session.add_all(invitations)
    db.session.flush()
    if consultation.announced_at is not None:
        record_invitations(EventName.organisation_invited, invitations, actor=actor, at=at)
    return invitations


def uninvite(invitation: Invitation, *, actor: Actor | None, at: datetime) -> None:
    """Take an organisation off the list while nothing has been sent.

    Raises:
        Blocked: the consultation has been announced.
    """
    consultation = invitation.consultation
    refuse_unless_clear(lifecycle.blockers_to_uninvite(queries.facts_of(consultation), at))
    db.session.delete(invitation)
    db.session.flush()
    record(EventName.consultation_changed, consultation, actor=actor, at=at, organisation_id=invitation.organisation_id)


def decline(invitation: Invitation, *, reason: DeclineReason | None, actor: Actor | None = None, at: datetime) -> None:
    """The organisation will not answer. It may change its mind by answering or by `intend`.

    Raises:
        Blocked: the time to answer is over.
    """
    refuse_unless_clear(lifecycle.blockers_to_reply(queries.facts_of(invitation.consultation), at))
    invitation.declined_at, invitation.decline_reason, invitation.intends_at = at, reason, None
    record_invitation(EventName.invitation_declined, invitation, actor=actor, at=at)


def intend(invitation: Invitation, *, actor: Actor | None = None, at: datetime) -> None:
    """The organisation says that it will answer.

    Raises:
        Blocked: the time to answer is over.
    """
    refuse_unless_clear(lifecycle.blockers_to_reply(queries.facts_of(invitation.consultation), at))
    invitation.intends_at, invitation.declined_at, invitation.decline_reason = at, None, None
    record_invitation(EventName.invitation_intended, invitation, actor=actor, at=at)


def mark_sent(invitation: Invitation, at: datetime) -> None:
    """The mailer has handed the invitation over to the post; the first time counts. What bounced before has now arrived."""
    invitation.sent_at = invitation.sent_at or at
    invitation.bounced_at = None


def mark_bounced(invitation: Invitation, at: datetime) -> None:
    """The invitation, or its reminder, came back. Told once, until it is sent again."""
    if invitation.bounced_at is not None:
        return
    invitation.bounced_at = at
    record_invitation(EventName.invitation_bounced, invitation, actor=None, at=at)
