"""When an answer that came in another way may be entered, and when its sender may confirm or correct it. Pure.

The stated time is what counts: a letter that came in while the sakråd was open may be entered after it has closed.
Neither anchoring nor wish is asked for: what the sender did not say stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.lifecycle import Dates
from sakrad.core.errors import Blocker
from sakrad.positions.lifecycle import Written
from sakrad.positions.models import ANSWER_LIMIT


@dataclass(frozen=True, slots=True)
class Entry:
    """What is about to be entered. `received_at` is the stated time at which it came in."""

    dates: Dates
    received_at: datetime
    answers: tuple[Written, ...]
    dissent_length: int = 0
    theirs_at: datetime | None = None  # when the organisation itself last sent, confirmed or took back what stands


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a sender is about to confirm."""

    dates: Dates
    current: bool  # nothing newer has come in
    stands: bool  # neither disowned nor withdrawn


def blockers_to_transcribe(facts: Entry, at: datetime) -> list[Blocker]:
    """Why it may not be entered as the organisation's answer."""
    return _entering(facts, at) + blockers_to_words(facts.answers, facts.dissent_length)


def blockers_to_begin(dates: Dates) -> list[Blocker]:
    """Why nothing may be entered, whatever it is."""
    if dates.cancelled_at is not None:
        return [Blocker("transcription_cancelled")]
    if dates.announced_at is None:
        return [Blocker("position_not_announced")]
    if dates.summary_published_at is not None or dates.ended_at is not None:
        return [Blocker("transcription_after_summary")]
    return []


def _entering(facts: Entry, at: datetime) -> list[Blocker]:
    dates, stated = facts.dates, facts.received_at
    found = blockers_to_begin(dates)
    if found or dates.opens_at is None or dates.closes_at is None:
        return found
    if stated > at:
        found.append(Blocker("transcription_to_come", field="received"))
    elif stated < dates.opens_at:
        found.append(Blocker("transcription_before_opening", {"opens_at": dates.opens_at}, field="received"))
    elif stated >= dates.closes_at:
        found.append(Blocker("transcription_after_closing", {"closes_at": dates.closes_at}, field="received"))
    if facts.theirs_at is not None and facts.theirs_at > stated:
        found.append(Blocker("transcription_older", {"theirs_at": facts.theirs_at}, field="received"))
    return found


def blockers_to_words(answers: tuple[Written, ...], dissent_length: int = 0) -> list[Blocker]:
    """What is wrong with the words themselves."""
    found = [] if any(not answer.empty for answer in answers) else [Blocker("transcription_empty")]
    for answer in answers:
        if answer.length > ANSWER_LIMIT:
            found.append(Blocker("position_too_long", {"number": answer.number, "over": answer.length - ANSWER_LIMIT}))
    if dissent_length > ANSWER_LIMIT:
        found.append(Blocker("position_dissent_too_long", {"over": dissent_length - ANSWER_LIMIT}))
    return found


def blockers_to_confirm(facts: ReadBack) -> list[Blocker]:
    """Why the sender may neither confirm nor correct what was written down."""
    if not facts.current:
        return [Blocker("read_back_replaced")]
    if not facts.stands:
        return [Blocker("read_back_disowned")]
    if facts.dates.cancelled_at is not None:
        return [Blocker("transcription_cancelled")]
    if facts.dates.summary_published_at is not None or facts.dates.ended_at is not None:
        return [Blocker("read_back_over")]
    return []


def blockers_to_correct(facts: ReadBack, answers: tuple[Written, ...], dissent_length: int = 0) -> list[Blocker]:
    """The same, and what is wrong with the corrected words."""
    return blockers_to_confirm(facts) + blockers_to_words(answers, dissent_length)


def blockers_to_send_read_back(facts: ReadBack, *, has_address: bool, confirmed: bool) -> list[Blocker]:
    """Why no link for reading back may be mailed to the sender."""
    found = blockers_to_confirm(facts)
    if confirmed:
        found.append(Blocker("read_back_confirmed"))
    if not has_address:
        found.append(Blocker("read_back_no_address"))
    return found
