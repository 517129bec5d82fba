"""Decisions of a nämnd or of the council that bear on what was promised."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db, is_said_again
from sakrad.core.errors import Missing, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.responses import lifecycle_pledging
from sakrad.responses.commands.recording import line, scope
from sakrad.responses.models import Commitment, LinkedDecision


def link_decision(
    consultation: Consultation,
    *,
    commitment: Commitment | None,
    body: str,
    decided_on: date,
    ref: str,
    what: str = "",
    minutes_url: str = "",
    actor: Actor | None,
    at: datetime,
) -> LinkedDecision:
    """Tell of a decision, on the whole consultation or on one commitment. It is public at once, and never changed or removed.
    The same twice at once is linked once.

    Raises:
        Blocked: the answers are not published, or something is missing (beside its field).
        Missing: the commitment is another consultation's, or not published.
    """
    refuse_unless_clear(lifecycle_pledging.blockers_to_link(consultation.feedback_published_at is not None or commitment is not None))
    if commitment is not None and (commitment.consultation_id != consultation.id or commitment.response.release.published_at is None):
        raise Missing("commitment")
    body, ref, what, minutes_url = line(body), line(ref), line(what), minutes_url.strip()
    refuse_unless_clear(lifecycle_pledging.faults_of_decision(body=body, ref=ref, decided_on=decided_on, minutes_url=minutes_url, at=at))
    said = {"body": body, "decided_on": decided_on, "ref": ref, "what": what, "minutes_url": minutes_url}
    newest = sa.select(LinkedDecision).where(LinkedDecision.consultation_id == consultation.id).order_by(LinkedDecision.id.desc())
    last = db.session.scalar(newest.limit(1))
    if last is not None and is_said_again(last, at, commitment=commitment, **said):
        return last
    decision = LinkedDecision(consultation=consultation, commitment=commitment, **said, at=at, by_id=actor.id if actor else None)
    db.session.add(decision)
    db.session.flush()
    number = commitment.number if commitment else None
    events.record(EventName.decision_linked, at=at, actor=actor, subject_id=decision.id, number=number, **scope(consultation))
    return decision
