"""Views: what an organisation said at a meeting, entered as a version that stands beside its written answer.

Nothing here counts as an answer to the consultation: a view is taken up, cited and traced, and that is all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting
from sakrad.meetings.queries_notes import get_meeting, is_participant
from sakrad.positions.lifecycle_views import ViewFacts
from sakrad.positions.models import Answer, Position, PositionVersion, Transcription
from sakrad.positions.queries_transcribed import SaidAboutOne, written

__all__ = ["get_meeting", "is_corrected", "is_view_standing", "list_likely", "list_views", "view_facts"]


def is_corrected(version_id: Any) -> sa.ColumnElement[bool]:
    """Whether the speaker has corrected the version, when it was read back."""
    later = aliased(Transcription)
    return sa.select(later.id).where(later.corrects_id == version_id).correlate_except(later).exists()


def is_view_standing(version: Any = PositionVersion) -> sa.ColumnElement[bool]:
    """A view that its speaker has neither corrected nor disowned."""
    return sa.and_(
        version.meeting_id.is_not(None), version.disowned_at.is_(None), version.withdrawn_at.is_(None), sa.not_(is_corrected(version.id))
    )


def view_facts(meeting: Meeting, said: Sequence[SaidAboutOne]) -> ViewFacts:
    """What the lifecycle judges an entry by."""
    return ViewFacts(dates_of(meeting.consultation), meeting.starts_at, meeting.cancelled_at is not None, written(said))


def list_likely(meeting: Meeting) -> list[Organisation]:
    """Those who were at the meeting, or registered: offered as speakers."""
    there = is_participant(meeting.id, Organisation.id)
    statement = sa.select(Organisation).where(there, Organisation.merged_at.is_(None)).order_by(Organisation.name, Organisation.id)
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class View:
    """A line on the meeting's page of views: what one organisation said about one question."""

    receipt_number: str
    number: int  # the version's
    organisation: str
    organisation_id: int
    org: str  # its slug
    question: int
    text: str
    confirmed: bool  # read back, and right
    disowned: bool
    entered_at: datetime


def list_views(meeting: Meeting) -> list[View]:
    """What has been entered from the meeting, newest first; without what its speaker has put other words for."""
    statement = (
        sa.select(Answer)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .where(PositionVersion.meeting_id == meeting.id, sa.not_(is_corrected(PositionVersion.id)))
        .options(
            joinedload(Answer.question),
            joinedload(Answer.version).options(
                joinedload(PositionVersion.transcription), joinedload(PositionVersion.position).joinedload(Position.organisation)
            ),
        )
        .order_by(PositionVersion.id.desc(), Answer.id)
    )
    return [
        View(
            receipt_number=answer.version.receipt_number,
            number=answer.version.number,
            organisation=answer.version.organisation_name,
            organisation_id=answer.version.position.organisation_id,
            org=answer.version.position.organisation.slug,
            question=answer.question.number,
            text=answer.text,
            confirmed=entry.confirmed,
            disowned=answer.version.disowned_at is not None,
            entered_at=entry.entered_at,
        )
        for answer in db.session.scalars(statement)
        if (entry := answer.version.transcription) is not None
    ]
