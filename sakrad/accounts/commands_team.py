"""Writes about an organisation's team; reached as `accounts.commands`."""

from __future__ import annotations

from datetime import datetime

from sakrad.accounts import queries_team
from sakrad.accounts.commands_roles import end_membership, grant, invite_member, withdraw_invitation
from sakrad.accounts.lifecycle import BeginFacts, blockers_to_begin
from sakrad.accounts.models import JoinInvitation, Role, User
from sakrad.core.errors import Missing, refuse_unless_clear
from sakrad.directory.commands import check_organisation, set_approval_rule
from sakrad.directory.models import Organisation

__all__ = [
    "check_organisation",
    "hand_over",
    "invite_first_administrator",
    "leave_organisation",
    "remove_member",
    "set_approval_rule",
]


def remove_member(user: User, organisation: Organisation, *, actor: User, at: datetime) -> None:
    """End all the user's roles in the organisation, and take back open invitations to more. What was written stays.

    Raises:
        Blocked: nobody else is its administrator.
    """
    for membership in queries_team.list_roles_of(user, organisation):
        end_membership(membership, actor=actor, at=at)
    for invitation in queries_team.list_open_invitations_of(organisation, user.email):
        withdraw_invitation(invitation, actor=actor, at=at)


def leave_organisation(user: User, organisation: Organisation, *, at: datetime) -> None:
    """End all one's own roles in the organisation.

    Raises:
        Blocked: nobody else is its administrator.
    """
    remove_member(user, organisation, actor=user, at=at)


def hand_over(organisation: Organisation, *, to: User, actor: User, at: datetime) -> None:
    """Make another member administrator and end one's own part as one, in one act.

    Who held nothing else stays as a writer, so that nobody loses sight of the organisation unasked.

    Raises:
        Missing: to oneself, or by somebody who is not an administrator.
    """
    roles = queries_team.list_roles_of(actor, organisation)
    own = next((membership for membership in roles if membership.role is Role.administrator), None)
    if own is None or to.id == actor.id:
        raise Missing("nothing to hand over")
    grant(to, Role.administrator, organisation, actor=actor, at=at)
    if len(roles) == 1:
        grant(actor, Role.writer, organisation, actor=actor, at=at)
    end_membership(own, actor=actor, at=at)


def invite_first_administrator(organisation: Organisation, *, at: datetime) -> JoinInvitation:
    """Invite whoever reads the organisation's registered address to be its administrator. Asked again, it is sent again.

    Only that address is ever written to: who holds a mailed link is not known.

    Raises:
        Blocked: somebody acts for the organisation already, or it has been merged into another.
    """
    members = queries_team.count_holders(organisation).members
    refuse_unless_clear(blockers_to_begin(BeginFacts(members=members, merged=organisation.merged_at is not None)))
    return invite_member(organisation.email, Role.administrator, organisation, actor=None, at=at)
