"""Who is told of what happens with a meeting."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Invitation
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting, Registration
from sakrad.meetings.queries import ACTIVE
from sakrad.positions.models import Position


def who_may_come(event: Event) -> Iterable[str]:
    """Those who were invited and have not declined, and those who have answered: when the meeting was planned after the announcement.

    One that was planned before stands in the invitation.
    """
    invited = sa.exists().where(
        Invitation.consultation_id == Consultation.id, Invitation.organisation_id == Organisation.id, Invitation.declined_at.is_(None)
    )
    answered = sa.exists().where(Position.consultation_id == Consultation.id, Position.organisation_id == Organisation.id, Position.stands)
    return db.session.scalars(
        sa.select(Organisation.email)
        .select_from(Meeting)
        .join(Consultation, Consultation.id == Meeting.consultation_id)
        .join(Organisation, sa.or_(invited, answered))
        .where(
            Meeting.id == event.subject_id,
            Meeting.cancelled_at.is_(None),
            Consultation.cancelled_at.is_(None),
            Consultation.announced_at < event.at,
        )
    )


def who_comes(event: Event) -> Iterable[str]:
    """The organisations that are registered for the meeting, or wait for a place."""
    return db.session.scalars(
        sa.select(Organisation.email)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(Registration.meeting_id == event.subject_id, ACTIVE)
    )


def who_comes_to_any(event: Event) -> Iterable[str]:
    """The organisations that are registered for any of the consultation's meetings, or wait for a place."""
    return db.session.scalars(
        sa.select(Organisation.email)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .join(Registration.meeting)
        .where(Meeting.consultation_id == event.consultation_id, ACTIVE)
    )


def who_comes_if_it_matters(event: Event) -> Iterable[str]:
    """The same, when time, place or form is another: the agenda they read on the page."""
    return who_comes(event) if event.data.get("matters") else ()
