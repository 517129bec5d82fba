"""Who stands behind: concurrences ("Vi instämmer") and joint answers. Each organisation counts once per question."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import Organisation
from sakrad.positions.models.own import Draft
from sakrad.positions.models.received import Position, PositionVersion


class DraftConcurrence(Base):
    """In the draft: that the organisation agrees with a published answer, whole or to one question."""

    __tablename__ = "draft_concurrence"
    __table_args__ = (sa.UniqueConstraint("draft_id", "position_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    position_id: Mapped[int] = mapped_column(sa.ForeignKey("position.id"))
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"))  # the version that was read
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))  # None: the whole answer
    reservation: Mapped[str] = mapped_column(sa.Text, default="")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    draft: Mapped[Draft] = relationship(back_populates="concurrences")
    position: Mapped[Position] = relationship()
    target: Mapped[PositionVersion] = relationship()


class Concurrence(Base):
    """Instämmande, as received with the version. Immutable."""

    __tablename__ = "concurrence"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"), index=True)  # whose it is
    position_id: Mapped[int] = mapped_column(sa.ForeignKey("position.id"), index=True)  # with whom
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"))  # the version that was read
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))  # None: the whole answer
    reservation: Mapped[str] = mapped_column(sa.Text, default="")

    version: Mapped[PositionVersion] = relationship(back_populates="concurrences", foreign_keys=[version_id])
    position: Mapped[Position] = relationship()
    target: Mapped[PositionVersion] = relationship(foreign_keys=[target_id])


class DraftParty(Base):
    """In the draft of a joint answer: an organisation that is said to stand behind. `email` is where it is asked."""

    __tablename__ = "draft_party"
    __table_args__ = (sa.UniqueConstraint("draft_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))  # None: not in the register yet
    name: Mapped[str] = mapped_column(sa.String(160))
    email: Mapped[str] = mapped_column(sa.String(254))  # casefolded; a registered organisation's own address

    draft: Mapped[Draft] = relationship(back_populates="parties")
    organisation: Mapped[Organisation | None] = relationship()


class PositionParty(Base):
    """In a received joint answer: "uppges stå bakom" until the organisation itself has confirmed the version."""

    __tablename__ = "position_party"
    __table_args__ = (
        sa.UniqueConstraint("position_id", "email"),
        sa.CheckConstraint("confirmed_at IS NULL OR (organisation_id IS NOT NULL AND confirmed_id IS NOT NULL)", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # derives its link
    position_id: Mapped[int] = mapped_column(sa.ForeignKey("position.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))  # the name of that day
    email: Mapped[str] = mapped_column(sa.String(254))
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_id: Mapped[int | None] = mapped_column(sa.ForeignKey("position_version.id"))  # the version that was read
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # a newer version names it no more, or it has left

    position: Mapped[Position] = relationship(back_populates="parties")
    organisation: Mapped[Organisation | None] = relationship()
    reservations: Mapped[list[PartyReservation]] = relationship(back_populates="party", order_by="PartyReservation.question_id")


class PartyReservation(Base):
    """A party's own reservation on one answer of a joint position."""

    __tablename__ = "party_reservation"
    __table_args__ = (sa.UniqueConstraint("party_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("position_party.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    text: Mapped[str] = mapped_column(sa.Text)

    party: Mapped[PositionParty] = relationship(back_populates="reservations")


class PartyApproval(Base):
    """Where an organisation's own rule asks for more than one person: who of them stands behind joining the answer."""

    __tablename__ = "party_approval"

    party_id: Mapped[int] = mapped_column(sa.ForeignKey("position_party.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"))  # the version that was read
    digest: Mapped[str] = mapped_column(sa.String(64), default="")  # of the reservations that were read
    at: Mapped[datetime] = mapped_column(UTCDateTime)
