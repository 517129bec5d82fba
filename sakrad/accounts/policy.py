"""Who somebody is, as pure predicates over a loaded user. Never when."""

from __future__ import annotations

from sakrad.accounts.models import ORGANISATION_ROLES, JoinInvitation, Membership, Role, User
from sakrad.accounts.queries import Claim
from sakrad.accounts.queries_register import Behalf
from sakrad.directory.models import Authority, Municipality, Organisation, RegisterImport


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


def may_import(user: User, imported: RegisterImport) -> bool:
    """Takes in a föreningsregister: the municipality's coordinator."""
    return is_coordinator(user, imported.municipality)


def may_describe_on_behalf(user: User, behalf: Behalf) -> bool:
    """Enters what the municipality knows about an organisation: its coordinator, unless a member of it (jäv)."""
    return is_coordinator(user, behalf.municipality) and not is_partial(user, behalf.organisation)


def is_staff_of(user: User, municipality: Municipality) -> bool:
    """Works at any authority of the municipality, or coordinates it."""
    authorities = {authority.id for authority in municipality.authorities}
    return is_coordinator(user, municipality) or any(membership.authority_id in authorities for membership in user.memberships)


def is_member(user: User, organisation: Organisation) -> bool:
    """Belongs to the organisation in any role."""
    return user.has(*ORGANISATION_ROLES, organisation_id=organisation.id)


def is_partial(user: User, organisation: Organisation) -> bool:
    """Barred from handling its matters (jäv): belongs to it, to the one that it has been merged into, or to one merged into it."""
    heir = user.has(*ORGANISATION_ROLES, organisation_id=organisation.heir_id or 0)
    own = (membership.organisation for membership in user.memberships if membership.organisation_id)
    return heir or any(held is not None and organisation.id in (held.id, held.heir_id) for held in own)


def may_write(user: User, organisation: Organisation) -> bool:
    """Writes in the organisation's own space: any member."""
    return is_member(user, organisation)


def may_approve(user: User, organisation: Organisation) -> bool:
    """Submits for the organisation: approvers and administrators."""
    return user.has(Role.approver, Role.administrator, organisation_id=organisation.id)


def may_administer(user: User, organisation: Organisation) -> bool:
    """Changes the organisation's profile and members."""
    return user.has(Role.administrator, organisation_id=organisation.id)


def may_manage_member(user: User, membership: Membership) -> bool:
    """Gives and ends the roles of an organisation's members: its administrator."""
    return membership.organisation is not None and may_administer(user, membership.organisation)


def may_manage_invitation(user: User, invitation: JoinInvitation) -> bool:
    """Takes back an invitation to join: the organisation's administrator."""
    return invitation.organisation is not None and may_administer(user, invitation.organisation)


def may_manage_staff(user: User, place: Membership | JoinInvitation) -> bool:
    """Ends roles in a municipality, and takes back invitations to them: its coordinator."""
    municipality = place.municipality or (place.authority.municipality if place.authority else None)
    return municipality is not None and is_coordinator(user, municipality)


def may_claim(user: User, claim: Claim) -> bool:
    """Takes care of an organisation that was registered with the user's own address."""
    return user.email == claim.organisation.email


def may_end_coordinator(user: User, membership: Membership) -> bool:
    """The operator ends the role of a municipality's coordinator, and no other."""
    return is_operator(user) and membership.role is Role.coordinator
