"""Reads about an organisation's team: how many hold it, who once did, and what the yearly check's link opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.accounts import links
from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.accounts.queries import is_open
from sakrad.core.db import db, locked
from sakrad.directory.models import Organisation

MOST = 200  # former roles shown


@dataclass(frozen=True, slots=True)
class Holders:
    """How many people act for an organisation, and in what part."""

    members: int
    administrators: int
    approvers: int  # who may approve: approvers and administrators

    @property
    def alone(self) -> bool:
        """Whether a single person can let others in: when that one goes, nobody can."""
        return self.administrators == 1


def count_holders(organisation: Organisation) -> Holders:
    """How many act for the organisation now, each person once: one statement."""
    m = Membership

    def people(*roles: Role) -> sa.ColumnElement[int]:
        return sa.func.count(sa.distinct(sa.case((m.role.in_(roles), m.user_id))))

    row = db.session.execute(
        sa.select(
            sa.func.count(sa.distinct(m.user_id)),
            people(Role.administrator),
            people(Role.approver, Role.administrator),
        ).where(m.organisation_id == organisation.id, m.ended_at.is_(None))
    ).one()
    return Holders(*row)


def list_roles_of(user: User, organisation: Organisation) -> Sequence[Membership]:
    """The roles that the user holds in the organisation now."""
    m = Membership
    held = sa.select(m).where(m.user_id == user.id, m.organisation_id == organisation.id, m.ended_at.is_(None)).order_by(m.id)
    return db.session.scalars(held).all()


def list_former_roles(organisation: Organisation) -> Sequence[Membership]:
    """The roles that have ended, the latest first, with whose they were: for members only."""
    m = Membership
    return db.session.scalars(
        sa.select(m)
        .where(m.organisation_id == organisation.id, m.ended_at.is_not(None))
        .options(joinedload(m.user))
        .order_by(m.ended_at.desc(), m.id.desc())
        .limit(MOST)
    ).all()


def find_first_invitation(organisation: Organisation) -> JoinInvitation | None:
    """The open invitation to be the administrator that went to the organisation's registered address."""
    i = JoinInvitation
    return db.session.scalar(
        sa.select(i)
        .where(i.organisation_id == organisation.id, i.email == organisation.email, i.role == Role.administrator, is_open())
        .limit(1)
    )


def list_open_invitations_of(organisation: Organisation, email: str) -> Sequence[JoinInvitation]:
    """The open invitations to the organisation for one address; locked when writing."""
    i = JoinInvitation
    statement = sa.select(i).where(i.organisation_id == organisation.id, i.email == email, is_open()).order_by(i.id)
    return db.session.scalars(locked(statement, i)).all()


def find_organisation_to_check(token: str) -> Organisation | None:
    """The organisation that the yearly mail's link opens; None when it is false, replaced by next year's, or merged."""
    o = Organisation
    statement = sa.select(o).where(o.slug == links.slug_in(token), o.asked_right_at.is_not(None), o.merged_at.is_(None))
    found = db.session.scalar(locked(statement, Organisation))
    return found if found is not None and links.checks(token, found) else None
