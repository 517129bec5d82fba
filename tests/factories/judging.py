"""The evaluation: seats and replies, made without the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.directory.models import Organisation
from sakrad.responses.evaluation import OPEN_FOR, STATEMENTS, Result, Told
from sakrad.responses.models import EvaluationReply, EvaluationRound, EvaluationSeat, EvaluationSide
from tests.factories import save

OVER = timedelta(days=1) + OPEN_FOR  # asked so long ago


def seat(of: Consultation, who: Any, *, ago: timedelta = timedelta(days=1), **values: Any) -> EvaluationSeat:
    """Somebody who is asked: an organisation or a user."""
    whose = {"organisation_id" if isinstance(who, Organisation) else "user_id": who.id}
    values = {"round": EvaluationRound.feedback, "asked_at": clock.now() - ago} | whose | values
    made: EvaluationSeat = save(EvaluationSeat(consultation_id=of.id, **values))
    return made


def replies(of: Consultation, side: EvaluationSide, *steps: int, round: EvaluationRound = EvaluationRound.feedback) -> None:
    """A reply for each step, with that step on every statement."""
    for step in steps:
        save(EvaluationReply(consultation_id=of.id, round=round, side=side, **{each.key: step for each in STATEMENTS}))


def result(told: tuple[Told, ...]) -> Result:
    """A round that is over, of which readers see so much."""
    return Result(EvaluationRound.feedback, clock.now(), clock.now(), True, told)
