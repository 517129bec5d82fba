"""When an organisation that is not invited may ask to take part, and when it is answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.core.errors import Blocker

CONFIRMING = timedelta(days=7)  # to press the link; after it what was typed is erased


@dataclass(frozen=True, slots=True)
class AskingFacts:
    """What asking depends on (consultations.queries_participation)."""

    dates: Dates
    open_invitation: bool
    invited: bool = False  # the organisation that asks
    asked: bool = False  # it has asked already


def blockers_to_ask(facts: AskingFacts, at: datetime) -> list[Blocker]:
    """While one can answer and the consultation is for the invited only. Whoever has asked, or is invited, need not ask."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    if now not in (Phase.announced, Phase.open):
        return [Blocker("answering_closed")]
    if facts.open_invitation:
        return [Blocker("participation_open")]
    if facts.invited:
        return [Blocker("participation_invited")]
    return [Blocker("participation_asked_already")] if facts.asked else []


def blockers_to_answer(*, answered: bool, accepted: bool, reason: str, to_invite: list[Blocker]) -> list[Blocker]:
    """Once, with a reason for a no; a yes is an invitation and has its own time."""
    if answered:
        return [Blocker("participation_answered_already")]
    if accepted:
        return to_invite
    return [] if reason.strip() else [Blocker("participation_reason_missing", field="reason")]
