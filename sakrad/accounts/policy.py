"""Who somebody is, as pure predicates over a loaded user. Never when."""

from __future__ import annotations

from sakrad.accounts.models import ORGANISATION_ROLES, Role, User
from sakrad.directory.models import Authority, Municipality, Organisation


def is_operator(user: User, _thing: object = None) -> bool:
    """Runs the platform."""
    return user.has(Role.operator)


def is_officer(user: User, authority: Authority) -> bool:
    """Handles matters at the authority."""
    return user.has(Role.officer, authority_id=authority.id)


def is_registrar(user: User, authority: Authority) -> bool:
    """Keeps the authority's register."""
    return user.has(Role.registrar, authority_id=authority.id)


def is_coordinator(user: User, municipality: Municipality) -> bool:
    """The municipality's one way in."""
    return user.has(Role.coordinator, municipality_id=municipality.id)


def is_staff_of(user: User, municipality: Municipality) -> bool:
    """Works at any authority of the municipality, or coordinates it."""
    authorities = {authority.id for authority in municipality.authorities}
    return is_coordinator(user, municipality) or any(membership.authority_id in authorities for membership in user.memberships)


def is_member(user: User, organisation: Organisation) -> bool:
    """Belongs to the organisation in any role."""
    return user.has(*ORGANISATION_ROLES, organisation_id=organisation.id)


def may_write(user: User, organisation: Organisation) -> bool:
    """Writes in the organisation's own space: any member."""
    return is_member(user, organisation)


def may_approve(user: User, organisation: Organisation) -> bool:
    """Submits for the organisation: approvers and administrators."""
    return user.has(Role.approver, Role.administrator, organisation_id=organisation.id)


def may_administer(user: User, organisation: Organisation) -> bool:
    """Changes the organisation's profile and members."""
    return user.has(Role.administrator, organisation_id=organisation.id)
