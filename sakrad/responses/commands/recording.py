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
from sakrad.responses.models import Commitment, FeedbackRelease, Progress, Response, ResponseVersion

ANSWER = ("outcome", "reason", "study_until_on", "whose", "basis", "basis_on")  # what an answer says


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
    response.changed_at, response.written_by_id = at, actor.id if actor else None
    if response.reviewed_version is not None:  # a colleague has found another wording good
        response.reviewed_version = min(response.reviewed_version, response.version - 1)
    record(EventName.response_changed, response.release.consultation, response, actor=actor, at=at, outcome=response.outcome.value)


def keep_version(response: Response, *, actor: Actor | None, at: datetime) -> None:
    """Keep what the answer says now beside what it has said before."""
    values = {name: getattr(response, name) for name in ANSWER}
    kept = ResponseVersion(response_id=response.id, number=response.version, at=at, by_id=actor.id if actor else None, **values)
    db.session.add(kept)
    db.session.flush()


def line(text: str) -> str:
    """Words for a single line."""
    return " ".join(normalised(text).split())
