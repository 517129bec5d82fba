"""Faktakontroll: each cited organisation sees how it is rendered, and says whether that is right, before anything is published."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Organisation


class FactCheck(Base):
    """A round: the cited organisations are asked, until a stated instant. At most one is open; a later one asks anew."""

    __tablename__ = "fact_check"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint("closes_at > opened_at", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)  # exclusive
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # before its time, when everybody has replied
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # those who had not replied, once

    consultation: Mapped[Consultation] = relationship()
    confirmations: Mapped[list[Confirmation]] = relationship(back_populates="fact_check", order_by="Confirmation.id")


class Confirmation(Base):
    """That an organisation is asked, about its own passages. Its link is derived from `reference` (links.py), never stored."""

    __tablename__ = "confirmation"
    __table_args__ = (sa.UniqueConstraint("fact_check_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    fact_check_id: Mapped[int] = mapped_column(sa.ForeignKey("fact_check.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(sa.String(160))  # the name of that day
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)

    fact_check: Mapped[FactCheck] = relationship(back_populates="confirmations")
    organisation: Mapped[Organisation] = relationship()
    replies: Mapped[list[ConfirmationReply]] = relationship(back_populates="confirmation", order_by="ConfirmationReply.id")


class ReplyKind(enum.StrEnum):
    """What the organisation says of how it is rendered."""

    confirmed = "confirmed"
    correction = "correction"  # asks for one, with words; the official answers it
    objection = "objection"  # a short one, to stand beside the text


class ConfirmationReply(Base):
    """One reply: received, immutable. The latest counts; the earlier ones stay. Whatever it was shown is kept with it.

    An objection is published after review (records: ReviewKind.objection, TextKind.objection).
    """

    __tablename__ = "confirmation_reply"
    __table_args__ = (
        sa.CheckConstraint("kind = 'confirmed' OR text <> ''", name="has_words"),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered"),
        sa.CheckConstraint("accepted IS NULL OR accepted OR answer <> ''", name="refused_has_answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    confirmation_id: Mapped[int] = mapped_column(sa.ForeignKey("confirmation.id"), index=True)
    kind: Mapped[ReplyKind] = mapped_column(code(ReplyKind))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    finding_id: Mapped[int | None] = mapped_column(sa.ForeignKey("finding.id", ondelete="SET NULL"))  # which text it is about; None: all
    shown: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)  # the passages as they stood
    digest: Mapped[str] = mapped_column(sa.String(64))  # of them: another one now means that it is about an earlier wording
    outdated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # published with another wording: noted then, told to readers
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submission_key: Mapped[str] = mapped_column(sa.String(40), unique=True)  # a double click replies once
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the mailed link
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # only of a correction that was asked for
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    confirmation: Mapped[Confirmation] = relationship(back_populates="replies")
