"""Who acts: users, their roles, their signed-in devices, and invitations to join."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Authority, Municipality, Organisation


class Role(enum.StrEnum):
    """What a membership lets one do. The first two per authority, the third per municipality, three per organisation."""

    officer = "officer"
    registrar = "registrar"
    coordinator = "coordinator"
    administrator = "administrator"
    writer = "writer"
    approver = "approver"
    operator = "operator"


AUTHORITY_ROLES = (Role.officer, Role.registrar)
MUNICIPALITY_ROLES = (Role.coordinator,)
ORGANISATION_ROLES = (Role.administrator, Role.writer, Role.approver)
STAFF_ROLES = (*AUTHORITY_ROLES, *MUNICIPALITY_ROLES, Role.operator)
SCOPE_CHECK = (
    "(role IN ('officer', 'registrar') AND authority_id IS NOT NULL AND municipality_id IS NULL AND organisation_id IS NULL) OR "
    "(role = 'coordinator' AND municipality_id IS NOT NULL AND authority_id IS NULL AND organisation_id IS NULL) OR "
    "(role IN ('administrator', 'writer', 'approver') "
    "AND organisation_id IS NOT NULL AND authority_id IS NULL AND municipality_id IS NULL) OR "
    "(role = 'operator' AND authority_id IS NULL AND municipality_id IS NULL AND organisation_id IS NULL)"
)


class User(Base):
    """A person who can sign in. Holds a name for colleagues; names are never published."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # casefolded
    new_email: Mapped[str | None] = mapped_column(sa.String(254))  # asked for, and not confirmed yet; casefolded
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code works once

    memberships: Mapped[list[Membership]] = relationship(
        primaryjoin="and_(User.id == Membership.user_id, Membership.ended_at.is_(None))",
        viewonly=True,
        order_by="Membership.id",
    )

    # Flask-Login. What its session holds is the device's token, not the user's id: see accounts/sessions.py.
    is_authenticated = True
    is_anonymous = False

    @property
    def device(self) -> Device | None:
        """The signed-in device of this request, or None outside one."""
        return getattr(self, "_device", None)

    @device.setter
    def device(self, device: Device) -> None:
        self._device = device

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_staff(self) -> bool:
        return any(membership.role in STAFF_ROLES for membership in self.memberships)

    @property
    def organisations(self) -> dict[str, Organisation]:
        """The organisations that the user acts for, by slug: the hats to choose among."""
        return {held.organisation.slug: held.organisation for held in self.memberships if held.organisation}

    def has(
        self,
        *roles: Role,
        authority_id: int | None = None,
        municipality_id: int | None = None,
        organisation_id: int | None = None,
    ) -> bool:
        """Whether the user holds one of the roles now, in exactly that scope (none: the operator's)."""
        scope = (authority_id, municipality_id, organisation_id)
        return any(
            membership.role in roles and (membership.authority_id, membership.municipality_id, membership.organisation_id) == scope
            for membership in self.memberships
        )


class Membership(Base):
    """That a user holds a role somewhere. Ended, never deleted: history keeps the role."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint(SCOPE_CHECK, name="scope"),
        sa.Index("ix_membership_open", "user_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # its address
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    role: Mapped[Role] = mapped_column(code(Role))
    authority_id: Mapped[int | None] = mapped_column(sa.ForeignKey("authority.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    authority: Mapped[Authority | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Device(Base):
    """A signed-in device: one revocable row (Flask-Login's alternative token). The token is stored hashed."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class JoinInvitation(Base):
    """An invitation to hold a role, to an e-mail address. The link's secret is derived, not stored (core.ids.derived)."""

    __tablename__ = "join_invitation"
    __table_args__ = (sa.CheckConstraint(SCOPE_CHECK, name="scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    role: Mapped[Role] = mapped_column(code(Role))
    authority_id: Mapped[int | None] = mapped_column(sa.ForeignKey("authority.id"))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    authority: Mapped[Authority | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
