"""Who is told of what happens with a meeting."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting, Registration
from sakrad.meetings.queries import ACTIVE


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
