"""Comments by organisations on published answers and on questions, one level deep; always reviewed before they are published."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation, Question
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Organisation
from sakrad.positions.models import Answer


class CommentState(enum.StrEnum):
    """Waiting for review; published; or hidden, with a ground from the published policy."""

    waiting = "waiting"
    published = "published"
    hidden = "hidden"


class ModerationGround(enum.StrEnum):
    """The published policy: why a comment is hidden or reported (METHOD.md §6.4: supervise and remove)."""

    personal_data = "personal_data"
    hate_or_threat = "hate_or_threat"
    unlawful = "unlawful"
    off_topic = "off_topic"
    commercial = "commercial"
    personal_attack = "personal_attack"


class Comment(Base):
    """What an organisation says about a question or about somebody's published answer, or in reply to such a comment. Never changed."""

    __tablename__ = "comment"
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint("state <> 'hidden' OR ground IS NOT NULL", name="hidden_has_ground"),
        sa.CheckConstraint("state = 'waiting' OR reviewed_at IS NOT NULL", name="reviewed"),
        sa.Index("ix_comment_question", "question_id", "state"),
        sa.Index("ix_comment_answer", "answer_id", "state"),
        sa.Index("ix_comment_consultation", "consultation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))  # also of a comment on an answer: the answer's question
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("answer.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)  # never itself a reply
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(sa.String(160))  # the name of that day
    text: Mapped[str] = mapped_column(sa.Text)
    submission_key: Mapped[str] = mapped_column(sa.String(40), unique=True)  # a double click sends once
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the personal link
    state: Mapped[CommentState] = mapped_column(code(CommentState), default=CommentState.waiting)
    ground: Mapped[ModerationGround | None] = mapped_column(code(ModerationGround))
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship()
    question: Mapped[Question] = relationship()
    answer: Mapped[Answer | None] = relationship()
    parent: Mapped[Comment | None] = relationship(remote_side=[id])
    organisation: Mapped[Organisation] = relationship()
    decisions: Mapped[list[CommentDecision]] = relationship(back_populates="comment", order_by="CommentDecision.id")
    reports: Mapped[list[CommentReport]] = relationship(back_populates="comment", order_by="CommentReport.id")


class CommentDecision(Base):
    """One line of the moderation log. The latest counts; the earlier ones stay."""

    __tablename__ = "comment_decision"
    __table_args__ = (
        sa.CheckConstraint("state <> 'waiting'", name="decided"),
        sa.CheckConstraint("state <> 'hidden' OR ground IS NOT NULL", name="hidden_has_ground"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    state: Mapped[CommentState] = mapped_column(code(CommentState))
    ground: Mapped[ModerationGround | None] = mapped_column(code(ModerationGround))
    note: Mapped[str] = mapped_column(sa.Text, default="")  # for the organisation and the log; never published
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    comment: Mapped[Comment] = relationship(back_populates="decisions")


class CommentReport(Base):
    """That a reader has reported a comment: nothing about the reader is kept."""

    __tablename__ = "comment_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    ground: Mapped[ModerationGround] = mapped_column(code(ModerationGround))
    text: Mapped[str] = mapped_column(sa.String(500), default="")
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    comment: Mapped[Comment] = relationship(back_populates="reports")
