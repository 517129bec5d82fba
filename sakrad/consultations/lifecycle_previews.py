"""Previews: who has been asked to look, and what they have said of what stands there now. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.core.errors import Blocker

OPEN_FOR = timedelta(days=30)  # a link that nobody has taken back


class PreviewState(enum.StrEnum):
    """What is known of one that was asked."""

    waiting = "waiting"
    approved = "approved"
    outdated = "outdated"  # approved, in an earlier wording
    change_wanted = "change_wanted"
    changed_since = "changed_since"  # a change was wanted, and the text is another now
    expired = "expired"
    revoked = "revoked"


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """What one of them is judged by; the names are columns of Preview."""

    expires_at: datetime
    revoked_at: datetime | None = None
    approved: bool | None = None
    stamp: str = ""


def state(facts: PreviewFacts, stamp: str, at: datetime) -> PreviewState:
    """The one word for it. `stamp`: of what stands there now."""
    if facts.revoked_at is not None:
        return PreviewState.revoked
    same = facts.stamp == stamp
    if facts.approved is True:
        return PreviewState.approved if same else PreviewState.outdated
    if facts.approved is False:
        return PreviewState.change_wanted if same else PreviewState.changed_since
    return PreviewState.expired if at >= facts.expires_at else PreviewState.waiting


def blockers_to_ask_preview(dates: Dates, at: datetime) -> list[Blocker]:
    """Only while it is a draft: what is announced everybody can read."""
    now = phase(dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    return [] if now is Phase.draft else [Blocker("already_announced")]


def blockers_to_open_preview(facts: PreviewFacts, dates: Dates, at: datetime) -> list[Blocker]:
    """Whether the link still shows the draft."""
    if facts.revoked_at is not None:
        return [Blocker("preview_revoked")]
    if at >= facts.expires_at:
        return [Blocker("preview_expired")]
    return [Blocker("preview_announced") if each.code == "already_announced" else each for each in blockers_to_ask_preview(dates, at)]
