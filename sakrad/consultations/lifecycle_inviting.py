"""When an invitation may be sent again, printed as a letter, or followed by its one reminder. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.consultations.lifecycle import Facts, Phase, blockers_to_reply, phase
from sakrad.core.errors import Blocker

REMIND = timedelta(days=10)  # before closing
QUIET = timedelta(days=5)  # from the invitation to its reminder, however short the time is
LAST = timedelta(days=1)  # later than that nobody is reminded: no board meets overnight


@dataclass(frozen=True, slots=True)
class Reached:
    """What is known of an invitation: sent or said, never anything from a draft (PRACTICE.md 20). Names are columns of Invitation."""

    sent_at: datetime | None = None
    bounced_at: datetime | None = None
    declined_at: datetime | None = None
    reminded_at: datetime | None = None
    answered: bool = False


def is_to_be_reminded(known: Reached, *, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether the one reminder is due. `positions.queries_invited.to_be_reminded` is its twin in SQL."""
    if known.answered or known.sent_at is None or known.bounced_at or known.declined_at or known.reminded_at:
        return False
    return opens_at <= at and closes_at - REMIND <= at <= closes_at - LAST and known.sent_at <= at - QUIET


def blockers_to_resend(facts: Facts, known: Reached, at: datetime) -> list[Blocker]:
    """What came back may be sent again while it can be answered. Nobody who has been reached is written to twice."""
    if found := _blockers_to_reach(facts, at):
        return found
    if known.answered:
        return [Blocker("invitation_answered")]
    return [] if known.bounced_at is not None else [Blocker("invitation_arrived")]


def blockers_to_print(facts: Facts, at: datetime) -> list[Blocker]:
    """Letters are printed from the announcement to the closing: what they lead to must be there."""
    return _blockers_to_reach(facts, at)


def _blockers_to_reach(facts: Facts, at: datetime) -> list[Blocker]:
    return [Blocker("not_announced")] if phase(facts.dates, at) is Phase.draft else blockers_to_reply(facts, at)
