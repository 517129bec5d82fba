"""When what an organisation said at a meeting may be entered beside its answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.lifecycle import Dates
from sakrad.core.errors import Blocker
from sakrad.positions.lifecycle import Written
from sakrad.positions.lifecycle_transcribing import blockers_to_begin, blockers_to_words


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """What is about to be entered. A meeting may lie outside the answering time: what is said there is no answer."""

    dates: Dates
    starts_at: datetime  # the meeting
    cancelled: bool
    answers: tuple[Written, ...] = ()


def blockers_to_begin_views(facts: ViewFacts, at: datetime) -> list[Blocker]:
    """Why nothing from the meeting may be entered, whatever it is."""
    if facts.cancelled:
        return [Blocker("notes_meeting_cancelled")]
    if found := blockers_to_begin(facts.dates):
        return found
    return [Blocker("notes_before_meeting", {"starts_at": facts.starts_at})] if facts.starts_at > at else []


def blockers_to_enter_views(facts: ViewFacts, at: datetime) -> list[Blocker]:
    """The same, and what is wrong with the words."""
    return blockers_to_begin_views(facts, at) + blockers_to_words(facts.answers)
