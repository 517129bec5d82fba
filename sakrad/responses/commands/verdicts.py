"""Organisations say whether a commitment was kept, and what of it is published. Their rows are never changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, Event, EventName
from sakrad.core.text import normalised
from sakrad.records import commands as records
from sakrad.records.models import Review, ReviewDecision, ReviewKind, TextKind
from sakrad.responses import lifecycle_verdicts as lifecycle
from sakrad.responses.models import Commitment, CommitmentParty, Progress, Verdict, VerdictValue
from sakrad.responses.queries_verdicts import JudgeSeat, ReviewedVerdict

PAUSE = timedelta(days=30)  # between two questions about the same, where nothing new has been told


def give_verdict(seat: JudgeSeat, *, value: VerdictValue, text: str, by_name: bool, actor: Actor | None, at: datetime) -> Verdict:
    """Say whether the commitment was kept. The latest counts, the earlier ones stay; the same thing said again is said once.

    The event tells neither who said it nor what: officials read it too.

    Raises:
        Blocked: the answer is not published, the commitment is the organisations' own, the words are too many, or the name is
            left out though readers know what the organisation said before by its name.
    """
    commitment, text = seat.commitment, normalised(text)
    refuse_unless_clear(lifecycle.blockers_to_judge(commitment.party, commitment.response.release.published_at, at))
    refuse_unless_clear(lifecycle.blockers_to_words(text) + lifecycle.blockers_to_unname(seat.named, by_name))
    if seat.last is not None and (seat.last.value, seat.last.text, seat.last.by_name) == (value, text, by_name):
        return seat.last
    verdict = Verdict(
        commitment=commitment,
        organisation=seat.organisation,
        organisation_name=seat.organisation.name,
        value=value,
        text=text,
        by_name=by_name,
        at=at,
        by_id=actor.id if actor else None,
    )
    db.session.add(verdict)
    db.session.flush()
    events.record(EventName.verdict_given, at=at, subject_id=verdict.id, **seat.consultation.scope, commitment=commitment.id)
    return verdict


def ask_verdicts(commitment: Commitment, at: datetime) -> Event | None:
    """Have the organisations asked whether the commitment was kept: those that have said nothing since the municipality last told.

    Does nothing for the organisations' own, nor where they were asked a short while ago and nothing has been told since.
    """
    if commitment.party is CommitmentParty.organisation or commitment.response.release.published_at is None:
        return None
    told = sa.select(sa.func.max(Progress.at)).where(Progress.commitment_id == commitment.id, Progress.pledge_id.is_(None))
    since = db.session.scalar(told) or commitment.response.release.published_at
    asked = sa.exists().where(
        Event.name == EventName.verdict_asked.value,
        Event.consultation_id == commitment.consultation_id,
        Event.subject_id == commitment.id,
        Event.at >= max(since, at - PAUSE),
    )
    if db.session.scalar(sa.select(asked)):
        return None
    return events.record(EventName.verdict_asked, at=at, subject_id=commitment.id, **commitment.consultation.scope)


def review_verdict(reviewed: ReviewedVerdict, *, decision: ReviewDecision, actor: Actor | None, at: datetime, **masking: Any) -> Review:
    """Decide whether the words and the name are published: as they are, with words masked, or not. What it counts for stays.

    May be decided anew at any time: words are hidden here also when they have been published.

    Args:
        masking: ground, reason, words and span as in `records.review_words`, which raises GroundMissing, ReasonMissing, WordsMissing.
    """
    verdict, whose = reviewed.verdict, reviewed.consultation.scope
    review = records.review_words(
        ReviewKind.verdict, TextKind.verdict, verdict.id, verdict.text, decision=decision, actor=actor, at=at, **masking, **whose
    )
    events.record(EventName.verdict_reviewed, at=at, actor=actor, subject_id=verdict.id, **whose, decision=decision.value)
    return review
