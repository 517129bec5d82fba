"""Meetings for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import clock, ids
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting, MeetingForm, Registration, RegistrationState
from tests import factories as make

PLACE, LINK = "Hemliga huset, Dolda gatan 4", "https://rum.example/hemligt"


def meeting(of: Consultation, *, days: float = 14, **values: Any) -> Meeting:
    """A meeting so many days from now, of two hours, both on site and by link, with room for all."""
    starts_at = (clock.now() + timedelta(days=days)).replace(microsecond=0)
    values = {
        "number": 1,
        "title": "Möte med föreningarna",
        "form": MeetingForm.hybrid,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "register_until": starts_at - timedelta(days=2),
        "place": PLACE,
        "place_for_registered": True,
        "link": LINK,
        "seats_each": 2,
        "agenda": "- Vi hälsar välkomna",
        "access": "Hörslinga finns.",
        "created_at": make.LONG_AGO,
    } | values
    return make.save(Meeting(consultation_id=of.id, reference=ids.reference(), **values))  # type: ignore[no-any-return]


def registration(of: Meeting, by: Organisation, **values: Any) -> Registration:
    at = values.pop("at", clock.now())
    values = {"people": 1, "state": RegistrationState.registered, "queued_at": at, "changed_at": at} | values
    return make.save(Registration(meeting_id=of.id, organisation_id=by.id, **values))  # type: ignore[no-any-return]
