"""When a unit may end and another take over. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sakrad.core.errors import Blocker


@dataclass(frozen=True, slots=True)
class ReorganisingFacts:
    """What is asked before a unit ends."""

    ended: bool = False  # it has done so already
    same: bool = False  # it would be its own heir
    heir_ended: bool = False
    heir_elsewhere: bool = False  # another municipality's
    functions_astray: tuple[str, ...] = ()  # titles whose chosen heir has ended, ends now or is another municipality's


def blockers_to_reorganise(facts: ReorganisingFacts) -> list[Blocker]:
    """Why the unit may not end like this. There are no chains: an heir has never itself ended."""
    if facts.ended:
        return [Blocker("reorganised_already")]
    found = [
        ("reorganise_into_itself", facts.same),
        ("reorganise_heir_ended", facts.heir_ended),
        ("reorganise_heir_elsewhere", facts.heir_elsewhere),
    ]
    blockers = [Blocker(code, field="heir") for code, holds in found if holds]
    if facts.functions_astray:
        blockers.append(Blocker("reorganise_function_astray", {"titles": facts.functions_astray}))
    return blockers
