"""When an organisation may say whether a commitment was kept, and how much of what they say readers may be told. Pure.

Organisations that live on the municipality's money are to dare to say no (PRACTICE.md 26): what one of them said without its
name must not be worked out from the counts, from how they change, or from what others said by name. So the counts are told as
they stood on the first of a month, and where they cannot be told any more, those that were told before stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.responses.models import CommitmentParty, VerdictValue

FEWEST = 3  # organisations, before their verdicts are counted in public
WORDS = 1_000  # code points


@dataclass(frozen=True, slots=True)
class Given:
    """What one organisation said last. `by_name`: it wants its name shown, or has; `told`: its name is let through, or has been."""

    value: VerdictValue
    by_name: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict: `by` whom, and since `merged_at` its `heir`. `told`: its name is let through."""

    id: int
    by: int
    value: VerdictValue
    at: datetime
    by_name: bool = False
    told: bool = False
    heir: int | None = None
    merged_at: datetime | None = None

    def whose(self, at: datetime) -> int:
        """The organisation's that it belongs to at the time."""
        return self.heir if self.heir is not None and self.merged_at is not None and self.merged_at < at else self.by


def blockers_to_judge(party: CommitmentParty, published_at: datetime | None, at: datetime) -> list[Blocker]:
    """Why nobody may judge a commitment: its answer is not published, or it is the organisations' own (PRACTICE.md 25)."""
    if published_at is None or at < published_at:
        return [Blocker("verdict_too_early")]
    return [Blocker("verdict_on_own")] if party is CommitmentParty.organisation else []


def blockers_to_words(words: str) -> list[Blocker]:
    """Why these words will not do."""
    return [Blocker("verdict_words_long", {"most": WORDS}, field="text")] if len(words) > WORDS else []


def blockers_to_unname(named: bool, by_name: bool) -> list[Blocker]:
    """Why it has to be said by name: what the organisation said before is told so, and it would show that it changed its mind."""
    return [Blocker("verdict_named", field="by_name")] if named and not by_name else []


def may_count(given: Sequence[Given]) -> bool:
    """Whether readers may be told how many said what.

    From three organisations up; and when those that are told by name are taken away, nobody is left or at least three who do not
    all say the same. Those whose name waits for its review are taken away too: officials read it, and others will.
    """
    rests = [[one.value for one in given if not one.told], [one.value for one in given if not one.by_name]]
    return len(given) >= FEWEST and all(not rest or (len(rest) >= FEWEST and len(set(rest)) > 1) for rest in rests)


def counted(given: Sequence[Given]) -> dict[VerdictValue, int] | None:
    """How many said what, in the order of the values; None where readers may not be told."""
    return {value: sum(one.value is value for one in given) for value in VerdictValue} if may_count(given) else None


def counted_from(at: datetime) -> datetime:
    """When what is said or happens at `at` begins to count: on the first of the next month, together with others'."""
    return clock.start_of((clock.day_of(at).replace(day=1) + timedelta(days=32)).replace(day=1))


def lasting(said: Sequence[Said], at: datetime) -> dict[int, Said]:
    """What counts of each organisation: the latest; by name, where it has been told by name. Give the oldest first."""
    latest: dict[int, Said] = {}
    named: set[int] = set()
    for one in said:
        whose = one.whose(at)
        if one.by_name or whose not in named:
            latest[whose] = one
        if one.told:
            named.add(whose)
    return latest


def standing_at(said: Sequence[Said], moment: datetime) -> list[Given]:
    """What counted at the moment; with the names that are known since. Give all, the oldest first."""
    by_name = {one.whose(moment) for one in said if one.by_name}
    told = {one.whose(moment) for one in said if one.told}
    latest = lasting([one for one in said if one.at < moment], moment)
    return [Given(one.value, whose in by_name, whose in told) for whose, one in latest.items()]


def counts_at(said: Sequence[Said], at: datetime) -> dict[VerdictValue, int] | None:
    """What readers are told at `at`: the counts of the latest first of a month at which they may be told. Give the oldest first."""
    moments = {counted_from(one.at) for one in said} | {counted_from(one.merged_at) for one in said if one.merged_at}
    due = sorted((moment for moment in moments if moment <= at), reverse=True)
    return next((counts for moment in due if (counts := counted(standing_at(said, moment))) is not None), None)
