"""Meetings that have been held, with who came, and their notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import Organisation
from sakrad.meetings import commands_notes
from sakrad.meetings.models import Attendance, Meeting, Notes
from tests import factories as make
from tests.factories.positions import fresh

WORDS = "Föreningen sa att vägen in är lång.\n\nKommunen svarade att det ses över."


def held(of: Consultation, *came: Organisation, number: int = 1, **values: Any) -> Meeting:
    """A meeting two days ago, at which the organisations were."""
    starts = clock.now() - timedelta(days=2)
    meeting: Meeting = make.save(
        Meeting(
            **{
                "consultation_id": of.id,
                "number": number,
                "title": "Möte i biblioteket",
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=2),
                "register_until": starts,
                "place": "Biblioteket",
                "created_at": starts,
            }
            | values
        )
    )
    for organisation in came:
        make.save(Attendance(meeting_id=meeting.id, organisation_id=organisation.id, people=2))
    return meeting


def written(meeting: Meeting, body: str = WORDS) -> Notes:
    meeting = fresh(meeting)
    with transaction():
        return commands_notes.save_notes(
            meeting, body=body, seen_version=meeting.notes.version if meeting.notes else 0, actor=None, at=clock.now()
        )


def shared(meeting: Meeting, body: str = WORDS, *, over: bool = False) -> Notes:
    """Sent out for corrections; `over`: two days ago, with a round that has passed."""
    written(meeting, body)
    meeting, now = fresh(meeting), clock.now()
    with transaction():
        commands_notes.share_notes(meeting, until=now + timedelta(days=7), actor=None, at=now)
        assert meeting.notes is not None
        if over:
            meeting.notes.shared_at, meeting.notes.corrections_until = now - timedelta(days=2), now - timedelta(hours=1)
    return meeting.notes


def published(meeting: Meeting, body: str = WORDS) -> Notes:
    shared(meeting, body, over=True)
    meeting = fresh(meeting)
    with transaction():
        commands_notes.publish_notes(meeting, actor=None, at=clock.now())
        assert meeting.notes is not None
        return meeting.notes
