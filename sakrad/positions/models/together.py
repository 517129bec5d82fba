"""Who stands behind: concurrences ("Vi instämmer") and joint answers. Each organisation counts once per question."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Question
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import Organisation
from sakrad.positions.models.own import Draft
from sakrad.positions.models.received import Position, PositionVersion

RESERVATION_LIMIT = 4_000  # code points


def mark_of(organisation: Organisation) -> str:
    """What stands for a registered organisation's address: no address is held twice, and none can be guessed at."""
    return f"organisation:{organisation.id}"


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
    question: Mapped[Question | None] = relationship()


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
    question: Mapped[Question | None] = relationship()


class DraftParty(Base):
    """In the draft of a joint answer: an organisation that is said to stand behind. `email` is where it is asked.

    A registered one has a mark there instead (`mark_of`): its own address is nobody's to see, and is read when it is asked.
    """

    __tablename__ = "draft_party"
    __table_args__ = (sa.UniqueConstraint("draft_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))  # None: not in the register yet
    name: Mapped[str] = mapped_column(sa.String(160))
    email: Mapped[str] = mapped_column(sa.String(254))  # casefolded

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
    email: Mapped[str] = mapped_column(sa.String(254))  # as in the draft
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_id: Mapped[int | None] = mapped_column(sa.ForeignKey("position_version.id"))  # the version that was read
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # it says that it does not stand behind, or no longer
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # a newer version names it no more
    passed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # its reservations were let through for publication
    passed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    position: Mapped[Position] = relationship(back_populates="parties")
    organisation: Mapped[Organisation | None] = relationship()
    reservations: Mapped[list[PartyReservation]] = relationship(
        primaryjoin="and_(PartyReservation.party_id == PositionParty.id, PartyReservation.replaced_at.is_(None))",
        order_by="PartyReservation.question_id",
        viewonly=True,
    )

    @hybrid_property
    def stands(self) -> bool:
        """It has said itself that it stands behind a version, and still says so."""
        return self.confirmed_at is not None and self.declined_at is None and self.dropped_at is None

    @stands.inplace.expression
    @classmethod
    def _stands(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.confirmed_at.is_not(None), cls.declined_at.is_(None), cls.dropped_at.is_(None))


class PartyReservation(Base):
    """A party's own reservation on one answer of a joint position. Never changed: other words are another row."""

    __tablename__ = "party_reservation"

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("position_party.id"), index=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # other words, or none, since

    party: Mapped[PositionParty] = relationship()
    question: Mapped[Question] = relationship()


class PartyApproval(Base):
    """Where an organisation's own rule asks for more than one person: who of them stands behind joining the answer."""

    __tablename__ = "party_approval"

    party_id: Mapped[int] = mapped_column(sa.ForeignKey("position_party.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"))  # the version that was read
    digest: Mapped[str] = mapped_column(sa.String(64), default="")  # of the reservations that were read
    at: Mapped[datetime] = mapped_column(UTCDateTime)
