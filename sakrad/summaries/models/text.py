"""The summary: its findings and what they cite, how their words came about, and the editions that have been published."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import TargetGroup
from sakrad.summaries.models.points import Point

summary_not_heard = sa.Table(
    "summary_not_heard",
    Base.metadata,
    sa.Column("summary_id", sa.ForeignKey("summary.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True),
)


class Summary(Base):
    """Sammanställning: what was said, in findings that each rest on cited points. What readers see, once it is published."""

    __tablename__ = "summary"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), unique=True)
    in_short: Mapped[str] = mapped_column(sa.Text, default="")  # three sentences
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
    findings: Mapped[list[Finding]] = relationship(back_populates="summary", order_by="Finding.number")
    editions: Mapped[list[Edition]] = relationship(back_populates="summary", order_by="Edition.number")
    not_heard: Mapped[list[TargetGroup]] = relationship(secondary=summary_not_heard, order_by="TargetGroup.name")

    @property
    def current_edition(self) -> int:
        """The number of the edition that readers see; 1 also where it was published before editions were kept."""
        return max((edition.number for edition in self.editions), default=1)


class Finding(Base):
    """Samlad synpunkt: Markdown whose sentences cite points as [12]; a paragraph without one is marked [ram].

    [citat 12] on a line of its own stands for the exact words of point 12, shown as a quotation; it cites them too.
    """

    __tablename__ = "finding"
    __table_args__ = (sa.UniqueConstraint("summary_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(sa.ForeignKey("summary.id"))
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    section: Mapped[str] = mapped_column(sa.String(120), default="")  # the heading of the section that begins here
    minority: Mapped[bool] = mapped_column(default=False)  # renders what few say, kept visible
    version: Mapped[int] = mapped_column(default=1)
    locked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # who writes in it, for a while (lifecycle_writing)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

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


class FindingVersion(Base):
    """What a finding said after a save, while it was being written. One person's saves within a while are one version."""

    __tablename__ = "finding_version"
    __table_args__ = (sa.UniqueConstraint("finding_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(sa.ForeignKey("finding.id", ondelete="CASCADE"))
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Edition(Base):
    """Utgåva: the summary as it was published, and each time that it was corrected. Immutable, with an address of its own."""

    __tablename__ = "edition"
    __table_args__ = (
        sa.UniqueConstraint("summary_id", "number"),
        sa.CheckConstraint("number = 1 OR reason <> ''", name="corrected_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(sa.ForeignKey("summary.id"))
    number: Mapped[int]
    in_short: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was corrected; public
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    summary: Mapped[Summary] = relationship(back_populates="editions")
    findings: Mapped[list[EditionFinding]] = relationship(back_populates="edition", order_by="EditionFinding.number")


class EditionFinding(Base):
    """A finding as an edition held it."""

    __tablename__ = "edition_finding"
    __table_args__ = (sa.UniqueConstraint("edition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    finding_id: Mapped[int] = mapped_column(sa.ForeignKey("finding.id"), index=True)
    number: Mapped[int]
    section: Mapped[str] = mapped_column(sa.String(120), default="")
    heading: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    minority: Mapped[bool] = mapped_column(default=False)

    edition: Mapped[Edition] = relationship(back_populates="findings")
