"""The word for a preview, and when its link still shows the draft. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.lifecycle_previews import PreviewFacts, PreviewState, blockers_to_ask_preview, blockers_to_open_preview, state

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(days=1), NOW - timedelta(days=1)
DRAFT = Dates()
OUT = Dates(announced_at=BEFORE, opens_at=BEFORE, closes_at=LATER)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (PreviewFacts(LATER), PreviewState.waiting),
        (PreviewFacts(NOW), PreviewState.expired),
        (PreviewFacts(LATER, approved=True, stamp="a"), PreviewState.approved),
        (PreviewFacts(BEFORE, approved=True, stamp="a"), PreviewState.approved),
        (PreviewFacts(LATER, approved=True, stamp="b"), PreviewState.outdated),
        (PreviewFacts(LATER, approved=False, stamp="a"), PreviewState.change_wanted),
        (PreviewFacts(LATER, approved=False, stamp="b"), PreviewState.changed_since),
        (PreviewFacts(LATER, revoked_at=BEFORE, approved=True, stamp="a"), PreviewState.revoked),
    ],
)
def test_its_state(facts: PreviewFacts, expected: PreviewState) -> None:
    assert state(facts, "a", NOW) is expected


@pytest.mark.parametrize(
    ("facts", "dates", "code"),
    [
        (PreviewFacts(LATER), DRAFT, None),
        (PreviewFacts(NOW), DRAFT, "preview_expired"),
        (PreviewFacts(NOW + timedelta(microseconds=1)), DRAFT, None),
        (PreviewFacts(LATER, revoked_at=BEFORE), DRAFT, "preview_revoked"),
        (PreviewFacts(LATER), OUT, "preview_announced"),
        (PreviewFacts(LATER), Dates(cancelled_at=BEFORE), "consultation_cancelled"),
    ],
)
def test_when_the_link_shows_the_draft(facts: PreviewFacts, dates: Dates, code: str | None) -> None:
    assert [blocker.code for blocker in blockers_to_open_preview(facts, dates, NOW)] == ([code] if code else [])


def test_nobody_is_asked_to_look_at_what_is_out() -> None:
    assert [blocker.code for blocker in blockers_to_ask_preview(OUT, NOW)] == ["already_announced"]
    assert blockers_to_ask_preview(DRAFT, NOW) == []
