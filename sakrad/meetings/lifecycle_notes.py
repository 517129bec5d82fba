"""When a meeting's notes may be written, sent out for corrections, corrected and made final. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.core import clock
from sakrad.core.errors import Blocker

LONGEST_ROUND = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class NotesFacts:
    """What the steps of the notes depend on."""

    starts_at: datetime
    cancelled: bool = False
    empty: bool = False  # nothing is written
    shared: bool = False
    corrections_until: datetime | None = None  # exclusive
    final: bool = False
    unanswered: int = 0  # corrections that wait for an answer


def blockers_to_write(facts: NotesFacts) -> list[Blocker]:
    """Why the notes may not be written or changed."""
    if facts.cancelled:
        return [Blocker("notes_meeting_cancelled")]
    return [Blocker("notes_final")] if facts.final else []


def blockers_to_share(facts: NotesFacts, at: datetime, until: datetime | None = None) -> list[Blocker]:
    """Why the notes may not be sent out for corrections, to be asked for until the instant `until` (None: not chosen yet)."""
    found = blockers_to_write(facts)
    if found:
        return found
    if facts.shared:
        return [Blocker("notes_shared_already")]
    if facts.starts_at > at:
        found.append(Blocker("notes_before_meeting", {"starts_at": facts.starts_at}))
    if facts.empty:
        found.append(Blocker("notes_empty"))
    return found + _bad_round(until, at)


def blockers_to_move_round(facts: NotesFacts, at: datetime, until: datetime | None = None) -> list[Blocker]:
    """Why the round may not end at the instant `until` instead, later or earlier (None: not chosen yet)."""
    if not facts.shared or facts.corrections_until is None:
        return [Blocker("notes_not_shared")]
    if facts.final:
        return [Blocker("notes_final")]
    if facts.corrections_until <= at:
        return [Blocker("notes_round_closed", {"until": facts.corrections_until})]
    return _bad_round(until, at)


def _bad_round(until: datetime | None, at: datetime) -> list[Blocker]:
    """The notes wait for the round, and so it may not last for ever."""
    if until is None:
        return []
    if until <= at:
        return [Blocker("notes_round_passed", field="until")]
    latest = clock.end_of(clock.day_of(at) + LONGEST_ROUND)
    return [Blocker("notes_round_long", {"until": latest}, field="until")] if until > latest else []


def blockers_to_ask(facts: NotesFacts, at: datetime) -> list[Blocker]:
    """Why an organisation may not ask for a correction."""
    if not facts.shared or facts.corrections_until is None:
        return [Blocker("notes_not_shared")]
    if facts.final:
        return [Blocker("notes_final")]
    return [Blocker("notes_round_over", {"until": facts.corrections_until})] if facts.corrections_until <= at else []


def blockers_to_answer(facts: NotesFacts) -> list[Blocker]:
    """Why a correction may not be answered, or its answer changed."""
    return [Blocker("notes_final")] if facts.final else []


def blockers_to_publish(facts: NotesFacts, at: datetime) -> list[Blocker]:
    """Why the notes may not be made final. Never while the round is open or a correction waits for its answer."""
    found = blockers_to_write(facts)
    if found:
        return found
    if not facts.shared or facts.corrections_until is None:
        return [Blocker("notes_not_shared")]
    if facts.corrections_until > at:
        found.append(Blocker("notes_round_open", {"until": facts.corrections_until}))
    if facts.unanswered:
        found.append(Blocker("notes_corrections_unanswered", {"count": facts.unanswered}))
    if facts.empty:
        found.append(Blocker("notes_empty"))
    return found


def blockers_to_mask(facts: NotesFacts) -> list[Blocker]:
    """Why nothing is to be masked: what is not published yet is changed instead."""
    return [] if facts.final else [Blocker("notes_not_final")]
