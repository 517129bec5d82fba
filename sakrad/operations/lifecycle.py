"""When organisations may be merged, and a merger taken back or accepted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sakrad.core.errors import Blocker


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What is asked before one organisation is merged into another."""

    same: bool = False  # the two are one
    merged: bool = False  # the one has been merged into something else
    heir_merged: bool = False  # the heir has itself been merged
    waiting: bool = False  # something has been merged into the one, and both sides have not accepted that


def blockers_to_merge(facts: MergeFacts) -> list[Blocker]:
    """Why the one may not be merged into the other. There are no chains: an heir is never itself merged."""
    found = [
        ("merge_with_itself", facts.same),
        ("merge_merged_already", facts.merged),
        ("merge_heir_merged", facts.heir_merged),
        ("merge_waiting", facts.waiting),
    ]
    return [Blocker(code) for code, holds in found if holds]


@dataclass(frozen=True, slots=True)
class MergerFacts:
    """How far a merger has come."""

    undone: bool = False
    accepted: bool = False  # by one side at least


def blockers_to_unmerge(facts: MergerFacts) -> list[Blocker]:
    """Why a merger may not be taken back: one of the organisations has said yes to it."""
    return [Blocker("merger_accepted")] if facts.accepted else blockers_to_accept(facts)


def blockers_to_accept(facts: MergerFacts) -> list[Blocker]:
    """Why a side may not accept."""
    return [Blocker("merger_undone")] if facts.undone else []
