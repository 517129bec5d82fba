"""Bekräfta: whoever decides in the organisation has decided the preliminary answer. The answer itself is not changed."""

from __future__ import annotations

from datetime import date, datetime

from sakrad.core import clock, events
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.positions import lifecycle_received as lifecycle
from sakrad.positions import queries_received as queries
from sakrad.positions.models import AnchoringLevel, PositionVersion, Ratification


class NotDecided(ValueError):
    """Confirmed by nobody yet, or on a day that has not been."""


def ratify_position(
    version: PositionVersion,
    *,
    anchoring: AnchoringLevel,
    decided_on: date,
    decision_ref: str = "",
    asked: int | None = None,
    answered: int | None = None,
    actor: Actor | None,
    at: datetime,
) -> Ratification:
    """Confirm a preliminary answer: who decided it, when, and how many took part. Never names.

    Raises:
        NotDecided: `anchoring` says that nobody has, or `decided_on` has not been.
        Blocked: it is not preliminary or does not stand, or the consultation has ended.
    """
    if anchoring is AnchoringLevel.not_yet or decided_on > clock.day_of(at):
        raise NotDecided
    refuse_unless_clear(lifecycle.blockers_to_ratify(queries.preliminary_facts(version, actor), at))
    version.ratification = Ratification(
        anchoring=anchoring,
        decided_on=decided_on,
        decision_ref=normalised(decision_ref),
        asked=asked,
        answered=answered,
        at=at,
        by_id=actor.id if actor else None,
    )
    db.session.flush()
    position = version.position
    consultation = position.consultation
    events.record(
        EventName.position_ratified,
        at=at,
        actor=actor,
        subject_id=version.id,
        organisation_id=position.organisation_id,
        **consultation.scope,
        position=position.id,
    )
    return version.ratification
