"""What every command of the package shares: its event, whose it is, and what stands in the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.responses import lifecycle, queries
from sakrad.responses.models import Commitment, FeedbackRelease, Progress, Response


def record(
    name: EventName,
    consultation: Consultation,
    subject: FeedbackRelease | Response | Commitment | Progress,
    *,
    actor: Actor | None,
    at: datetime,
    **data: Any,
) -> None:
    """Write what has changed so far, and that it happened to `subject`. `data` holds ids and codes only."""
    db.session.add(subject)
    db.session.flush()
    events.record(name, at=at, actor=actor, subject_id=subject.id, **scope(consultation), **data)


def scope(consultation: Consultation) -> dict[str, int]:
    """Whose it is."""
    return {
        "municipality_id": consultation.municipality_id,
        "authority_id": consultation.authority_id,
        "consultation_id": consultation.id,
    }


def facts(release: FeedbackRelease) -> lifecycle.ReleaseFacts:
    """What the lifecycle judges by."""
    return queries.release_facts(release.consultation, release)


def refuse_frozen(release: FeedbackRelease, at: datetime) -> None:
    """Raise `Blocked` unless the answers may still change."""
    refuse_unless_clear(lifecycle.blockers_to_change(facts(release), at))


def touch(response: Response, *, actor: Actor | None, at: datetime) -> None:
    """The answer, or what it promises, is perhaps another than the one that was sent to the authority."""
    response.changed_at = at
    record(EventName.response_changed, response.release.consultation, response, actor=actor, at=at, outcome=response.outcome.value)


def line(text: str) -> str:
    """Words for a single line."""
    return " ".join(normalised(text).split())
