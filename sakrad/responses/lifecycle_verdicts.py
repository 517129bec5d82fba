"""When an organisation may say whether a commitment was kept, and how much of what they say readers may be told. Pure.

Organisations that live on the municipality's money are to dare to say no (PRACTICE.md 26): what one of them said without its
name must not be worked out from the counts and from what others said by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sakrad.core.errors import Blocker
from sakrad.responses.models import CommitmentParty, VerdictValue

FEWEST = 3  # organisations, before their verdicts are counted in public
WORDS = 1_000  # code points


@dataclass(frozen=True, slots=True)
class Given:
    """What one organisation said last. `by_name`: it wants its name beside it; `told`: its name is let through, and shown."""

    value: VerdictValue
    by_name: bool = False
    told: bool = False


def blockers_to_judge(party: CommitmentParty, published_at: datetime | None, at: datetime) -> list[Blocker]:
    """Why nobody may judge a commitment: its answer is not published, or it is the organisations' own (PRACTICE.md 25)."""
    if published_at is None or at < published_at:
        return [Blocker("verdict_too_early")]
    return [Blocker("verdict_on_own")] if party is CommitmentParty.organisation else []


def blockers_to_words(words: str) -> list[Blocker]:
    """Why these words will not do."""
    return [Blocker("verdict_words_long", {"most": WORDS}, field="text")] if len(words) > WORDS else []


def may_count(given: Sequence[Given]) -> bool:
    """Whether readers may be told how many said what.

    From three organisations up; and never so that one or two are left when those that are told by name are taken away.
    Those whose name still waits for its review are left out too, so that the counts do not vanish when it has been reviewed.
    """
    left = (len(given) - sum(one.told for one in given), len(given) - sum(one.by_name for one in given))
    return len(given) >= FEWEST and not any(0 < rest < FEWEST for rest in left)


def counted(given: Sequence[Given]) -> dict[VerdictValue, int] | None:
    """How many said what, in the order of the values; None where readers may not be told."""
    return {value: sum(one.value is value for one in given) for value in VerdictValue} if may_count(given) else None
