"""The mails about promised days: that one has passed, and that it is time to tell how it goes. Headline and link, never the words."""

from __future__ import annotations

from datetime import date
from typing import Any

from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link, page_of
from sakrad.responses.lifecycle_overdue import Step
from sakrad.responses.models import Commitment


def feedback_overdue(told: Told) -> Content:
    """Which consultation, since when, and where the answers are written."""
    event = told.event
    consultation = consultation_of(event.consultation_id)
    due = date.fromisoformat(str(event.data["due"]))
    return from_authority(consultation, due=due, step=Step(event.data["step"]).name, url=page_of("responses_staff.show", consultation))


def commitment_overdue(told: Told) -> Content:
    """Each late commitment by its number, its day, and where one tells how it goes."""
    items = [
        _item(event) | {"due": date.fromisoformat(str(event.data["due"])), "step": Step(event.data["step"]).name} for event in told.events
    ]
    return from_authority(items[0]["consultation"], items=items)


def follow_up_asked(told: Told) -> Content:
    """Each commitment of which it is time to tell, and after how many months."""
    items = [_item(event) | {"months": event.data["months"]} for event in told.events]
    return from_authority(items[0]["consultation"], items=items)


def _item(event: Event) -> dict[str, Any]:
    commitment = db.session.get_one(Commitment, event.subject_id)
    consultation = consultation_of(commitment.consultation_id)
    return {
        "consultation": consultation,
        "number": commitment.number,
        "due": commitment.due_on,
        "url": link("responses_staff.follow_up", **consultation.address, number=commitment.number),
    }
