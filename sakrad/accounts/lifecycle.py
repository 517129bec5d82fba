"""When roles may be given and ended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.accounts.models import Role
from sakrad.core.errors import Blocker

NEVER_EMPTY = (Role.administrator, Role.coordinator)  # somebody must be left who can let others in


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """What is asked before a role ends."""

    role: Role
    others: int  # people besides this one who hold the same role in the same place


def blockers_to_end(facts: MembershipFacts) -> list[Blocker]:
    """Why a role may not end now."""
    if facts.role in NEVER_EMPTY and facts.others == 0:
        return [Blocker("last_administrator" if facts.role is Role.administrator else "last_coordinator")]
    return []


@dataclass(frozen=True, slots=True)
class InviteFacts:
    """What is asked before somebody is invited to a role."""

    holds_already: bool


def blockers_to_invite(facts: InviteFacts) -> list[Blocker]:
    """Why nobody need be invited."""
    return [Blocker("already_holds_role", field="email")] if facts.holds_already else []


@dataclass(frozen=True, slots=True)
class JoinFacts:
    """What is asked before an invitation to join is accepted."""

    expires_at: datetime
    accepted: bool
    withdrawn: bool


def blockers_to_join(facts: JoinFacts, at: datetime) -> list[Blocker]:
    """Why an invitation to join can no longer be accepted at the instant."""
    if facts.accepted or facts.withdrawn or at >= facts.expires_at:
        return [Blocker("join_invitation_closed")]
    return []


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is asked before somebody takes care of an organisation that was registered for it."""

    same_address: bool  # the user's confirmed address is the organisation's registered one
    members: int


def blockers_to_claim(facts: ClaimFacts) -> list[Blocker]:
    """Why the organisation is not theirs to take."""
    return [] if facts.same_address and facts.members == 0 else [Blocker("organisation_not_claimable")]


@dataclass(frozen=True, slots=True)
class BeginFacts:
    """What is asked before an account is offered by an invitation's link."""

    members: int
    merged: bool


def blockers_to_begin(facts: BeginFacts) -> list[Blocker]:
    """Why the organisation's first account is not made by link."""
    return [Blocker("organisation_has_members")] if facts.members or facts.merged else []
