"""Whom one asks, and who asks to take part."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models.matter import Consultation
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Organisation


class DeclineReason(enum.StrEnum):
    """Why an invitation was declined; shown as counts only."""

    no_time = "no_time"
    not_our_matter = "not_our_matter"
    short_notice = "short_notice"
    represented_by_other = "represented_by_other"


class Invitation(Base):
    """That an organisation is invited. Its personal link is derived from `reference` (core.ids.derived), never stored.

    Status holds only what the organisation itself has said or sent: nothing from a draft (PRACTICE.md 20).
    """

    __tablename__ = "invitation"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    bounced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decline_reason: Mapped[DeclineReason | None] = mapped_column(code(DeclineReason))
    intends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # once, to those who had neither answered nor declined
    letter_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when its letter was last printed
    letter_digest: Mapped[str | None] = mapped_column(
        sa.String(64), unique=True, index=True
    )  # of the letter's typed code (at least 50 bits)

    consultation: Mapped[Consultation] = relationship(back_populates="invitations")
    organisation: Mapped[Organisation] = relationship()


class ParticipationRequest(Base):
    """That an organisation not invited asks to take part. It is owed an answer; a refusal has a reason (METHOD.md §1.2, step 3).

    Asked without an account it is a name and an address until the holder of the address has confirmed it: no official sees
    it before, and no organisation is registered. Confirmed, it is the organisation's and holds neither.
    """

    __tablename__ = "participation_request"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "organisation_id"),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered"),
        sa.CheckConstraint("accepted IS NULL OR accepted OR reason <> ''", name="refused_has_reason"),
        sa.CheckConstraint("(organisation_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_has_organisation"),
        sa.CheckConstraint("(organisation_id IS NULL) = (email <> '')", name="unconfirmed_has_address"),
        sa.CheckConstraint("answered_at IS NULL OR confirmed_at IS NOT NULL", name="answered_when_confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160), default="")  # until it is confirmed
    email: Mapped[str] = mapped_column(sa.String(254), default="")  # until it is confirmed
    message: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    consultation: Mapped[Consultation] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
