"""Who runs the platform."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.directory.models import Organisation
from sakrad.operations.queries_merging import MergePlan, OrganisationCase
from sakrad.operations.queries_profiles import Profile
from sakrad.operations.queries_reorganising import Plan, UnitList


def may_operate(user: User, _thing: object = None) -> bool:
    """Operators only."""
    return policy.is_operator(user)


def may_see_organisation(user: User, case: OrganisationCase) -> bool:
    """Looks for duplicates of the organisation: operators, but no member of it (jäv)."""
    return may_operate(user) and not _belongs(user, case.known.organisation, case.merger.heir if case.merger else None)


def may_merge(user: User, plan: MergePlan) -> bool:
    """Merges one organisation into another: operators, but no member of either (jäv)."""
    return may_operate(user) and not _belongs(user, plan.merged.organisation, plan.heir.organisation)


def may_mask_profile(user: User, profile: Profile) -> bool:
    """Hides words in what an organisation says of itself: a coordinator where it is verified, or the operator; no member of it (jäv)."""
    handles = may_operate(user) if profile.municipality is None else profile.verified and policy.is_coordinator(user, profile.municipality)
    return handles and not policy.is_partial(user, profile.organisation)


def may_reorganise(user: User, place: UnitList | Plan) -> bool:
    """Ends units of the municipality: its coordinators."""
    return policy.is_coordinator(user, place.municipality)


def _belongs(user: User, *organisations: Organisation | None) -> bool:
    return any(policy.is_member(user, organisation) for organisation in organisations if organisation is not None)
