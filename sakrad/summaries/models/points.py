"""Points (exact words), the themes that gather them, and what has become of both."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer


class Theme(Base):
    """What the officers gather points under: a tree of two levels. Which themes there have been stands in ThemeChange."""

    __tablename__ = "theme"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    order: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"), index=True)  # of a theme that has none itself
    description: Mapped[str] = mapped_column(sa.String(300), default="")  # what belongs here, so that colleagues sort alike

    parent: Mapped[Theme | None] = relationship(remote_side=[id])


class ThemeChangeKind(enum.StrEnum):
    """What was done to a theme."""

    added = "added"
    renamed = "renamed"
    merged = "merged"  # into `other`; the theme is no more
    split_off = "split_off"  # `other` was made of some of its points
    moved = "moved"  # under `other`, or to the top where that is empty
    removed = "removed"


class ThemeChange(Base):
    """The history of the themes: append only. Themes are named by their words of that day, since they come and go."""

    __tablename__ = "theme_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    kind: Mapped[ThemeChangeKind] = mapped_column(code(ThemeChangeKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    other: Mapped[str] = mapped_column(sa.String(120), default="")
    points: Mapped[list[int]] = mapped_column(sa.JSON, default=list)  # the numbers of those that went from the one to the other
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


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
    note: Mapped[str] = mapped_column(sa.String(500), default="")  # between colleagues, never published
    carried_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("point.id"), index=True)  # its place in an earlier version
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


class PointChangeKind(enum.StrEnum):
    """What was done to a point."""

    taken_up = "taken_up"
    narrowed = "narrowed"  # its words are others: the first part of a split, the union of a merge, or chosen anew
    split_off = "split_off"  # `other` was made of a part of it
    merged = "merged"  # into `other`; the number is not used again
    carried = "carried"  # to the same words of a newer version
    sorted = "sorted"  # under `theme`
    set_aside = "set_aside"
    taken_back = "taken_back"
    removed = "removed"


class PointChange(Base):
    """The history of a point, by its number, which is never given to another: append only."""

    __tablename__ = "point_change"
    __table_args__ = (sa.Index("ix_point_change_number", "consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    kind: Mapped[PointChangeKind] = mapped_column(code(PointChangeKind))
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("answer.id"))
    start: Mapped[int | None]  # of its words in the answer, after the change
    end: Mapped[int | None]
    other: Mapped[int | None]  # the number of the other point
    theme: Mapped[str] = mapped_column(sa.String(120), default="")  # its name that day
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Assignment(Base):
    """Who is to take care of an answer, or of a theme."""

    __tablename__ = "assignment"
    __table_args__ = (sa.CheckConstraint("(answer_id IS NULL) <> (theme_id IS NULL)", name="one_target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("answer.id"), unique=True)
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Reading(Base):
    """That an official has read an answer."""

    __tablename__ = "reading"

    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
