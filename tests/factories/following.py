"""What comes after a consultation, and the dialogues that come back: made without the commands."""

from __future__ import annotations

from typing import Any

from sakrad.consultations.models import Consultation, Continuation, ContinuationKind, RecurringDialogue
from sakrad.core import clock
from sakrad.directory.models import Authority
from tests.factories import LONG_AGO, save


def continuation(of: Consultation, **values: Any) -> Continuation:
    values = {"kind": ContinuationKind.agreement, "text": "Vi bjuder in till samtal i höst.", "at": clock.now()} | values
    made: Continuation = save(Continuation(consultation_id=of.id, **values))
    return made


def dialogue(of: Authority, **values: Any) -> RecurringDialogue:
    values = {"title": "Pensionärernas vårmöte", "about": "Om vården.", "months": [3, 10], "created_at": LONG_AGO} | values
    made: RecurringDialogue = save(RecurringDialogue(municipality_id=of.municipality_id, authority_id=of.id, **values))
    return made
