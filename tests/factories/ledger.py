"""Organisations' parts of commitments, made without the commands."""

from __future__ import annotations

from typing import Any

from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.directory.models import Organisation
from sakrad.records.models import Review, ReviewDecision, ReviewKind
from sakrad.responses.models import Commitment, CommitmentParty, Pledge, Progress
from tests.factories import responses, save


def pledge(of: Commitment, by: Organisation, *, confirmed: bool = True, **values: Any) -> Pledge:
    """A part that the organisation has been asked for, and stands for unless `confirmed` is false; the commitment becomes joint."""
    if of.party is CommitmentParty.municipality:
        with transaction():
            of.party = CommitmentParty.joint
    now = clock.now()
    values = {"part": "Vi delar ut lappen", "asked_at": now, "confirmed_at": now if confirmed else None} | values
    made: Pledge = save(Pledge(commitment_id=of.id, organisation_id=by.id, organisation_name=by.name, **values))
    return made


def told(of: Pledge, *, decision: ReviewDecision | None = ReviewDecision.publish, **values: Any) -> Progress:
    """What the organisation told of its part, reviewed unless `decision` is None."""
    progress = responses.progress(of.commitment, **{"pledge_id": of.id, "text": "Lapparna är tryckta."} | values)
    if decision is not None:
        withheld = {"reason": "Skäl"} if decision is ReviewDecision.withheld else {}
        save(Review(kind=ReviewKind.progress, subject_id=progress.id, decision=decision, decided_at=clock.now(), **withheld))
    return progress
