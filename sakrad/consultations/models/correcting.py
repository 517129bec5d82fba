"""What is changed after the opening, announced; and when the municipality's councils take it up."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models.matter import Consultation, Material, Question
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import Council


class Correction(Base):
    """Rättelse: a numbered, announced change after the opening, with its reason. Append only."""

    __tablename__ = "correction"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    announced_at: Mapped[datetime] = mapped_column(UTCDateTime)
    announced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship(back_populates="corrections")
    changes: Mapped[list[CorrectionChange]] = relationship(back_populates="correction", order_by="CorrectionChange.id")


class CorrectionChange(Base):
    """One thing that a correction changed: what stood there, and what stands there instead."""

    __tablename__ = "correction_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(sa.ForeignKey("correction.id"), index=True)
    field: Mapped[str] = mapped_column(sa.String(40))  # the column's name; "withdrawn_at" of a withdrawn question or material
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"), index=True)
    question_version: Mapped[int | None]  # the version that the change made
    material_id: Mapped[int | None] = mapped_column(sa.ForeignKey("material.id"))
    before: Mapped[str] = mapped_column(sa.Text, default="")  # dates and instants in ISO 8601, UTC
    after: Mapped[str] = mapped_column(sa.Text, default="")

    correction: Mapped[Correction] = relationship(back_populates="changes")
    question: Mapped[Question | None] = relationship()
    material: Mapped[Material | None] = relationship()


class CouncilHearing(Base):
    """Behandlas i råd: that a council of the municipality's own takes the matter up. Never counted as an organisation (PRACTICE.md 9)."""

    __tablename__ = "council_hearing"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "council_id", "heard_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("council.id"), index=True)
    heard_on: Mapped[date]
    paragraph: Mapped[str] = mapped_column(sa.String(40), default="")  # "§ 12" of the minutes
    minutes_url: Mapped[str] = mapped_column(sa.String(500), default="")

    consultation: Mapped[Consultation] = relationship(back_populates="hearings")
    council: Mapped[Council] = relationship()
