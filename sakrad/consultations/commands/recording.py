"""What every command of the package shares: its event, and that an announced consultation stays above the gates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName


def record(name: EventName, consultation: Consultation, *, actor: Actor | None, at: datetime, **data: Any) -> None:
    """Write what has changed so far, and that it happened, with whose it is."""
    db.session.flush()
    events.record(
        name,
        at=at,
        actor=actor,
        **consultation.scope,
        **data,
    )


def record_invitation(name: EventName, invitation: Invitation, *, actor: Actor | None, at: datetime) -> None:
    """The same for an invitation: the subject is the invitation."""
    record(name, invitation.consultation, actor=actor, at=at, subject_id=invitation.id, organisation_id=invitation.organisation_id)


def record_invitations(name: EventName, invitations: Sequence[Invitation], *, actor: Actor | None, at: datetime) -> None:
    """One event for each of the invitations to one consultation, in a few statements however many they are."""
    if not invitations:
        return
    db.session.flush()
    consultation = invitations[0].consultation
    events.record_many(
        name,
        [{"subject_id": invitation.id, "organisation_id": invitation.organisation_id} for invitation in invitations],
        at=at,
        actor=actor,
        **consultation.scope,
    )


def refuse_fallen(consultation: Consultation, at: datetime) -> None:
    """A change to an announced consultation may not bring it below the gates."""
    db.session.flush()
    db.session.expire(consultation, ["questions", "groups"])
    refuse_unless_clear(lifecycle.blockers_to_stand(queries.facts_of(consultation), at))
