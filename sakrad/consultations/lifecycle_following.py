"""When it may be told what comes after a consultation. Pure."""

from __future__ import annotations

from datetime import datetime

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import ContinuationKind
from sakrad.core.errors import Blocker

TEXT = 500  # code points


def blockers_to_continue(dates: Dates, _at: datetime) -> list[Blocker]:
    """Why nothing may be told yet: what comes next rests on what was said. An ended consultation may still lead on."""
    if dates.cancelled_at is not None:
        return [Blocker("consultation_cancelled")]
    return [Blocker("continuation_too_early")] if dates.summary_published_at is None else []


def faults_of_continuation(text: str, *, is_linked_already: bool) -> list[Blocker]:
    """What is to be mended in it, each beside its field."""
    faults = []
    if not text or len(text) > TEXT:
        faults.append(Blocker("continuation_words", {"most": TEXT}, "text"))
    if is_linked_already:
        faults.append(Blocker("continuation_linked_already", field="next"))
    return faults


def needs_notice(kind: ContinuationKind) -> bool:
    """Whether money or agreements come close: nothing is awarded, and the rules about it are examined separately (PRACTICE.md 19)."""
    return kind in (ContinuationKind.agreement, ContinuationKind.partnership)
