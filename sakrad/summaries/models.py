"""Points (exact words), themes, the summary, its findings and their citations."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer


class Theme(Base):
    """What the officers gather points under."""

    __tablename__ = "theme"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    order: Mapped[int] = mapped_column(default=0)


point_group = sa.Table(
    "point_group",
    Base.metadata,
    sa.Column("point_id", sa.ForeignKey("point.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True, index=True),
)


class Point(Base):
    """Synpunkt: exact words of an answer, by offsets in code points. Whole answers count as one point until split.

    `number` is the point's name within its consultation: findings cite it as [12].
    """

    __tablename__ = "point"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint('start >= 0 AND "end" > start', name="range"),
        sa.CheckConstraint("set_aside_at IS NULL OR set_aside_reason <> ''", name="set_aside_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"), index=True)
    carried_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("point.id"))  # its place in an earlier version
    set_aside_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    set_aside_reason: Mapped[str] = mapped_column(sa.Text, default="")  # is the point's answer, and public
    set_aside_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
    answer: Mapped[Answer] = relationship()
    theme: Mapped[Theme | None] = relationship()
    groups: Mapped[list[TargetGroup]] = relationship(secondary=point_group, order_by="TargetGroup.name")

    @property
    def quotation(self) -> str:
        """The exact words, for officials. Readers get them masked (core.text.masked over the answer)."""
        return self.answer.text[self.start : self.end]


class NothingToTakeUp(Base):
    """A non-empty answer from which nothing is taken up, because."""

    __tablename__ = "nothing_to_take_up"
    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason"),)

    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


summary_not_heard = sa.Table(
    "summary_not_heard",
    Base.metadata,
    sa.Column("summary_id", sa.ForeignKey("summary.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True),
)


class Summary(Base):
    """Sammanställning: what was said, in findings that each rest on cited points."""

    __tablename__ = "summary"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), unique=True)
    in_short: Mapped[str] = mapped_column(sa.Text, default="")  # three sentences
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
    findings: Mapped[list[Finding]] = relationship(back_populates="summary", order_by="Finding.number")
    not_heard: Mapped[list[TargetGroup]] = relationship(secondary=summary_not_heard, order_by="TargetGroup.name")


class Finding(Base):
    """Samlad synpunkt: Markdown whose sentences cite points as [12]; a paragraph without one is marked [ram]."""

    __tablename__ = "finding"
    __table_args__ = (sa.UniqueConstraint("summary_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(sa.ForeignKey("summary.id"))
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    summary: Mapped[Summary] = relationship(back_populates="findings")
    citations: Mapped[list[Citation]] = relationship(back_populates="finding", order_by="Citation.order", cascade="all, delete-orphan")


class Citation(Base):
    """Källa: that a finding cites a point. Derived from the body's markers each time it is saved."""

    __tablename__ = "citation"

    finding_id: Mapped[int] = mapped_column(sa.ForeignKey("finding.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("point.id"), primary_key=True, index=True)
    order: Mapped[int]

    finding: Mapped[Finding] = relationship(back_populates="citations")
    point: Mapped[Point] = relationship()
