"""When notes may be written, sent out, corrected and made final: every reason, on the border."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.meetings.lifecycle_notes import (
    NotesFacts,
    blockers_to_answer,
    blockers_to_ask,
    blockers_to_mask,
    blockers_to_move_round,
    blockers_to_publish,
    blockers_to_share,
    blockers_to_write,
)

HELD = datetime(2027, 3, 26, 17, 0, tzinfo=UTC)
UNTIL = clock.end_of(clock.day_of(HELD) + timedelta(days=7))  # the clock has gone forward meanwhile
TICK = timedelta(microseconds=1)
WRITTEN = NotesFacts(HELD)
SHARED = NotesFacts(HELD, shared=True, corrections_until=UNTIL)
FINAL = NotesFacts(HELD, shared=True, corrections_until=UNTIL, final=True)
ENDLESS = NotesFacts(HELD, shared=True, corrections_until=UNTIL + timedelta(days=36_000))
EARLY = NotesFacts(HELD - timedelta(days=90))
FIRST_DAY = clock.start_of(clock.last_day(UNTIL) - timedelta(days=60))  # on which the round may end as late as UNTIL
CANCELLED = NotesFacts(HELD, cancelled=True)
Rule = Callable[[NotesFacts, datetime], list[Blocker]]


def write(facts: NotesFacts, at: datetime) -> list[Blocker]:
    return blockers_to_write(facts)


def share(facts: NotesFacts, at: datetime) -> list[Blocker]:
    return blockers_to_share(facts, at, UNTIL)


def move(facts: NotesFacts, at: datetime) -> list[Blocker]:
    return blockers_to_move_round(facts, at, UNTIL + timedelta(days=1))


def answer(facts: NotesFacts, at: datetime) -> list[Blocker]:
    return blockers_to_answer(facts)


def mask(facts: NotesFacts, at: datetime) -> list[Blocker]:
    return blockers_to_mask(facts)


@pytest.mark.parametrize(
    ("rule", "facts", "at", "codes"),
    [
        (write, WRITTEN, HELD - TICK, []),  # one may prepare
        (write, SHARED, UNTIL, []),
        (write, CANCELLED, HELD, ["notes_meeting_cancelled"]),
        (write, FINAL, UNTIL, ["notes_final"]),
        (share, WRITTEN, HELD, []),
        (share, WRITTEN, HELD - TICK, ["notes_before_meeting"]),
        (share, NotesFacts(HELD, empty=True), HELD, ["notes_empty"]),
        (share, WRITTEN, UNTIL - TICK, []),
        (share, WRITTEN, UNTIL, ["notes_round_passed"]),
        (share, SHARED, HELD, ["notes_shared_already"]),
        (share, CANCELLED, HELD, ["notes_meeting_cancelled"]),
        (share, EARLY, FIRST_DAY, []),
        (share, EARLY, FIRST_DAY - TICK, ["notes_round_long"]),
        (move, SHARED, HELD, []),
        (move, SHARED, UNTIL - TICK, []),
        (move, SHARED, UNTIL, ["notes_round_closed"]),
        (move, ENDLESS, UNTIL + timedelta(days=1), ["notes_round_passed"]),
        (move, ENDLESS, FIRST_DAY, ["notes_round_long"]),
        (move, WRITTEN, HELD, ["notes_not_shared"]),
        (move, FINAL, HELD, ["notes_final"]),
        (blockers_to_ask, WRITTEN, HELD, ["notes_not_shared"]),
        (blockers_to_ask, SHARED, UNTIL - TICK, []),
        (blockers_to_ask, SHARED, UNTIL, ["notes_round_over"]),
        (blockers_to_ask, FINAL, UNTIL, ["notes_final"]),
        (answer, SHARED, UNTIL, []),
        (answer, FINAL, UNTIL, ["notes_final"]),
        (blockers_to_publish, SHARED, UNTIL, []),
        (blockers_to_publish, SHARED, UNTIL - TICK, ["notes_round_open"]),
        (blockers_to_publish, WRITTEN, UNTIL, ["notes_not_shared"]),
        (blockers_to_publish, FINAL, UNTIL, ["notes_final"]),
        (
            blockers_to_publish,
            NotesFacts(HELD, empty=True, shared=True, corrections_until=UNTIL, unanswered=2),
            UNTIL - TICK,
            ["notes_round_open", "notes_corrections_unanswered", "notes_empty"],
        ),
        (mask, SHARED, UNTIL, ["notes_not_final"]),
        (mask, FINAL, UNTIL, []),
    ],
)
def test_each_step_of_the_notes_tells_every_reason_why_not(rule: Rule, facts: NotesFacts, at: datetime, codes: list[str]) -> None:
    assert [blocker.code for blocker in rule(facts, at)] == codes
