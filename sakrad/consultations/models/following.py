"""What a consultation leads to, and the dialogues that come back every year."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models.matter import Consultation
from sakrad.core import ids
from sakrad.core.db import Appended, Base, UTCDateTime, code
from sakrad.directory.models import Authority, Municipality, TargetGroup


class ContinuationKind(enum.StrEnum):
    """None of them awards anything: money and agreements are examined separately (PRACTICE.md 19)."""

    consultation = "consultation"  # a new one
    agreement = "agreement"  # towards an överenskommelse
    partnership = "partnership"  # whether a partnership (IOP) is worth looking into
    dialogue = "dialogue"  # into a dialogue that comes back every year


class Continuation(Appended, Base):
    """What comes next, told in public. Appended, never changed; `next` is linked once it is announced."""

    __tablename__ = "continuation"
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint("next_id IS NULL OR kind = 'consultation'", name="next_is_a_consultation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    kind: Mapped[ContinuationKind] = mapped_column(code(ContinuationKind))
    text: Mapped[str] = mapped_column(sa.String(500))
    next_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    dialogue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recurring_dialogue.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship(foreign_keys=[consultation_id])
    next: Mapped[Consultation | None] = relationship(foreign_keys=[next_id])
    dialogue: Mapped[RecurringDialogue | None] = relationship()


dialogue_group = sa.Table(
    "dialogue_group",
    Base.metadata,
    sa.Column("dialogue_id", sa.ForeignKey("recurring_dialogue.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True),
)


class RecurringDialogue(Base):
    """A dialogue that comes back at the same time every year: it stands in the year wheel (årshjul)."""

    __tablename__ = "recurring_dialogue"
    __table_args__ = (sa.CheckConstraint("title <> ''", name="title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("authority.id"))
    title: Mapped[str] = mapped_column(sa.String(160))
    about: Mapped[str] = mapped_column(sa.String(500), default="")
    months: Mapped[list[int]] = mapped_column(sa.JSON, default=list)  # 1–12
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    municipality: Mapped[Municipality] = relationship()
    authority: Mapped[Authority] = relationship()
    groups: Mapped[list[TargetGroup]] = relationship(secondary=dialogue_group, order_by="TargetGroup.name")
