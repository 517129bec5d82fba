"""Who runs the platform."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.directory.models import Organisation
from sakrad.operations.queries_merging import MergePlan, OrganisationCase


def may_operate(user: User, _thing: object = None) -> bool:
    """Operators only."""
    return policy.is_operator(user)


def may_see_organisation(user: User, case: OrganisationCase) -> bool:
    """Looks for duplicates of the organisation: operators, but no member of it (jäv)."""
    return may_operate(user) and not _belongs(user, case.known.organisation, case.merger.heir if case.merger else None)


def may_merge(user: User, plan: MergePlan) -> bool:
    """Merges one organisation into another: operators, but no member of either (jäv)."""
    return may_operate(user) and not _belongs(user, plan.merged.organisation, plan.heir.organisation)


def _belongs(user: User, *organisations: Organisation | None) -> bool:
    return any(policy.is_member(user, organisation) for organisation in organisations if organisation is not None)
