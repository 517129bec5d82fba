"""Organisations that ask to take part."""

from __future__ import annotations

from typing import Any

from sakrad.consultations.models import Consultation, ParticipationRequest
from sakrad.core import clock
from sakrad.directory.models import Organisation
from tests import factories as make


def request(of: Consultation, by: Organisation | None = None, **values: Any) -> ParticipationRequest:
    """One that waits for its answer."""
    by = by or make.organisation(verified_in=of.municipality)
    now = clock.now()
    values = {"message": "Vi möter dem varje vecka.", "asked_at": now, "confirmed_at": now} | values
    made: ParticipationRequest = make.save(ParticipationRequest(consultation_id=of.id, organisation_id=by.id, **values))
    return made


def unconfirmed(of: Consultation, **values: Any) -> ParticipationRequest:
    """One that waits for the holder of the address."""
    values = {"name": "Nya föreningen", "email": "info@nya.example", "asked_at": clock.now()} | values
    made: ParticipationRequest = make.save(ParticipationRequest(consultation_id=of.id, **values))
    return made
