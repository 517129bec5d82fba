"""Writes about roles: giving, ending, inviting, joining, founding; reached as `accounts.commands`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.accounts import queries
from sakrad.accounts.commands_users import confirm_user, register_user
from sakrad.accounts.lifecycle import (
    ClaimFacts,
    InviteFacts,
    JoinFacts,
    MembershipFacts,
    blockers_to_claim,
    blockers_to_end,
    blockers_to_invite,
    blockers_to_join,
)
from sakrad.accounts.models import (
    AUTHORITY_ROLES,
    MUNICIPALITY_ROLES,
    ORGANISATION_ROLES,
    JoinInvitation,
    Membership,
    Role,
    User,
)
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Missing, refuse_unless_clear
from sakrad.core.events import Actor, EventName, record
from sakrad.core.text import address
from sakrad.directory import commands as directory
from sakrad.directory.models import Authority, Municipality, Organisation, OrganisationKind

INVITATION_LIFETIME = timedelta(days=14)
Scope = Authority | Municipality | Organisation | None


def grant(user: User, role: Role, scope: Scope = None, *, actor: Actor | None, at: datetime) -> Membership:
    """Give the user a role: officer and registrar at an authority, coordinator of a municipality, administrator, writer
    and approver of an organisation, operator of the platform (no scope). A role already held stays as it is.

    Raises:
        ValueError: the role does not belong to that kind of scope.
    """
    where = _columns(role, scope)
    held = _held(user.id, role, where)
    if held is not None:
        return held
    membership = Membership(user_id=user.id, role=role, created_at=at, **where)
    db.session.add(membership)
    db.session.flush()
    db.session.expire(user, ["memberships"])
    record(EventName.member_joined, at=at, actor=actor, subject_id=membership.id, role=role.value, **_whose(scope))
    return membership


def end_membership(membership: Membership, *, actor: Actor | None, at: datetime) -> None:
    """End a role; the row stays as history.

    Raises:
        Blocked: nobody else is the organisation's administrator, or the municipality's coordinator.
    """
    refuse_unless_clear(blockers_to_end(MembershipFacts(membership.role, queries.count_others(membership))))
    membership.ended_at = at
    db.session.flush()
    scope = membership.organisation or membership.authority or membership.municipality
    record(EventName.member_left, at=at, actor=actor, subject_id=membership.id, role=membership.role.value, **_whose(scope))


def invite_member(email: str, role: Role, scope: Scope, *, actor: Actor | None, at: datetime) -> JoinInvitation:
    """Invite an address to a role. An open invitation to the same is sent again and holds for 14 days more.

    Raises:
        Blocked: the address holds the role already.
        ValueError: the role does not belong to that kind of scope.
    """
    where, email = _columns(role, scope), address(email)
    known = queries.find_user(email)
    refuse_unless_clear(blockers_to_invite(InviteFacts(known is not None and _held(known.id, role, where) is not None)))
    i = JoinInvitation
    invitation = db.session.scalar(
        sa.select(i).where(i.email == email, i.role == role, i.accepted_at.is_(None), i.withdrawn_at.is_(None), *_same(i, where))
    )
    if invitation is None:
        invitation = JoinInvitation(reference=ids.reference(), email=email, role=role, created_at=at, **where)
    invitation.invited_by_id = actor.id if actor else None
    invitation.expires_at = at + INVITATION_LIFETIME
    db.session.add(invitation)
    db.session.flush()
    record(EventName.member_invited, at=at, actor=actor, subject_id=invitation.id, role=role.value, **_whose(scope))
    return invitation


def withdraw_invitation(invitation: JoinInvitation, *, actor: Actor | None, at: datetime) -> None:
    """Take an invitation back: its link opens nothing from now on."""
    invitation.withdrawn_at = at
    db.session.flush()
    record(EventName.member_uninvited, at=at, actor=actor, subject_id=invitation.id, **_whose(_scope_of(invitation)))


def accept_invitation(invitation: JoinInvitation, user: User, *, at: datetime) -> Membership:
    """Take the role that one has been invited to.

    Raises:
        Missing: the invitation is to another address than the user's confirmed one.
        Blocked: it has been used, withdrawn, or is too old.
    """
    if user.email != invitation.email or user.confirmed_at is None:
        raise Missing("invitation")
    refuse_unless_clear(_blockers_to_join(invitation, at))
    invitation.accepted_at = at
    return grant(user, invitation.role, _scope_of(invitation), actor=user, at=at)


def join_as_new(invitation: JoinInvitation, *, name: str, password_hash: str, at: datetime) -> User:
    """Make an account for the invited address and take the role: the mailed link has proved the address.

    Raises:
        Missing: the address has a confirmed account, which must be signed in to instead.
        Blocked: the invitation has been used, withdrawn, or is too old.
    """
    refuse_unless_clear(_blockers_to_join(invitation, at))
    known = queries.find_user(invitation.email)
    if known is not None and known.confirmed_at is not None:
        raise Missing("invitation")
    user = register_user(email=invitation.email, name=name, password_hash=password_hash, at=at, mail=False)
    confirm_user(user, at)
    accept_invitation(invitation, user, at=at)
    return user


def found_organisation(
    user: User,
    *,
    name: str,
    kind: OrganisationKind,
    org_number: str,
    email: str,
    municipality: Municipality | None,
    voice_bearer: bool,
    provider: bool,
    protected: bool,
    at: datetime,
) -> Organisation:
    """Register an organisation that the user acts for, and make the user its administrator.

    Raises:
        Blocked: the organisation number is no such number or is taken, or the organisation has no role.
    """
    organisation = directory.register_organisation(
        name=name,
        kind=kind,
        org_number=org_number,
        email=email,
        municipality=municipality,
        voice_bearer=voice_bearer,
        provider=provider,
        protected=protected,
        actor=user,
        at=at,
    )
    grant(user, Role.administrator, organisation, actor=user, at=at)
    return organisation


def claim_organisation(claim: queries.Claim, user: User, *, at: datetime) -> Membership:
    """Take care of an organisation that a municipality registered with the user's own address.

    Raises:
        Blocked: somebody acts for it already, or the address is another.
    """
    facts = ClaimFacts(same_address=user.email == claim.organisation.email, members=claim.members)
    refuse_unless_clear(blockers_to_claim(facts))
    return grant(user, Role.administrator, claim.organisation, actor=user, at=at)


def _blockers_to_join(invitation: JoinInvitation, at: datetime) -> list[Any]:
    facts = JoinFacts(invitation.expires_at, accepted=invitation.accepted_at is not None, withdrawn=invitation.withdrawn_at is not None)
    return blockers_to_join(facts, at)


def _scope_of(invitation: JoinInvitation) -> Scope:
    return invitation.organisation or invitation.authority or invitation.municipality


def _columns(role: Role, scope: Scope) -> dict[str, int | None]:
    """The three scope columns of a membership or invitation."""
    if isinstance(scope, Organisation):
        fits: tuple[Role, ...] = ORGANISATION_ROLES
    elif isinstance(scope, Authority):
        fits = AUTHORITY_ROLES
    else:
        fits = MUNICIPALITY_ROLES if isinstance(scope, Municipality) else (Role.operator,)
    if role not in fits:
        raise ValueError(f"{role} is no role of {type(scope).__name__}")
    return {
        "organisation_id": scope.id if isinstance(scope, Organisation) else None,
        "authority_id": scope.id if isinstance(scope, Authority) else None,
        "municipality_id": scope.id if isinstance(scope, Municipality) else None,
    }


def _same(model: type[Membership] | type[JoinInvitation], where: dict[str, int | None]) -> list[sa.ColumnElement[bool]]:
    return [getattr(model, name).is_not_distinct_from(value) for name, value in where.items()]


def _held(user_id: int, role: Role, where: dict[str, int | None]) -> Membership | None:
    m = Membership
    return db.session.scalar(sa.select(m).where(m.user_id == user_id, m.role == role, m.ended_at.is_(None), *_same(m, where)))


def _whose(scope: Scope) -> dict[str, int]:
    """Whose event it is: an authority's is its municipality's too."""
    if isinstance(scope, Organisation):
        return {"organisation_id": scope.id}
    if isinstance(scope, Authority):
        return {"authority_id": scope.id, "municipality_id": scope.municipality_id}
    return {"municipality_id": scope.id} if isinstance(scope, Municipality) else {}
