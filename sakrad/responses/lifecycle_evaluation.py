"""When those who are asked about the process may answer. Pure."""

from __future__ import annotations

from datetime import datetime

from sakrad.core.errors import Blocker
from sakrad.responses.evaluation import OPEN_FOR


def blockers_to_answer(*, answered: bool, asked_at: datetime, at: datetime) -> list[Blocker]:
    """Why a seat cannot be answered: once only, and while the round is open."""
    if answered:
        return [Blocker("evaluation_answered")]
    return [Blocker("evaluation_over")] if at >= asked_at + OPEN_FOR else []
