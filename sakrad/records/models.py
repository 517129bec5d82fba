"""Receipt series, reviews for publication and masks: what positions, summaries and responses lean on.

Stands below them, so a text is named by its kind and id.
"""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import Base, UTCDateTime, code


class ReceiptSeries(Base):
    """The last receipt number of an authority and year. Taken last in the transaction (DESIGN.md §8, Receipts)."""

    __tablename__ = "receipt_series"

    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("authority.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class TextKind(enum.StrEnum):
    """Where a published text lies: the table and column that a mask or review is about."""

    answer = "answer"  # positions.Answer.text
    dissent = "dissent"  # positions.PositionVersion.dissent
    role = "role"  # positions.PositionVersion.signed_role: where a name slips in most easily
    reservation = "reservation"  # positions.Concurrence.reservation
    party_reservation = "party_reservation"  # positions.PartyReservation.text
    member_question = "member_question"  # positions.PositionVersion.member_counts: its questions and options, a line each
    finding = "finding"  # summaries.Finding.body
    finding_heading = "finding_heading"
    in_short = "in_short"  # summaries.Summary.in_short
    set_aside = "set_aside"  # summaries.Point.set_aside_reason
    response = "response"  # responses.Response.reason
    notes = "notes"  # meetings.Notes.body
    comment = "comment"  # comments.Comment.text
    progress = "progress"  # responses.Progress.text


class MaskGround(enum.StrEnum):
    """Why words are masked in the published copy."""

    personal_data = "personal_data"
    sensitive = "sensitive"
    secrecy = "secrecy"
    third_party = "third_party"
    unlawful = "unlawful"


class Mask(Base):
    """A half-open range of code points over an immutable text, hidden in every published copy."""

    __tablename__ = "mask"
    __table_args__ = (
        sa.CheckConstraint('start >= 0 AND "end" > start', name="range"),
        sa.Index("ix_mask_text", "kind", "text_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TextKind] = mapped_column(code(TextKind))
    text_id: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    ground: Mapped[MaskGround] = mapped_column(code(MaskGround))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class ReviewDecision(enum.StrEnum):
    """The outcome of a review for publication (publiceringsgranskning)."""

    publish = "publish"
    masked = "masked"
    withheld = "withheld"


class Review(Base):
    """One decision about publishing one received position version. The latest counts; the earlier ones stay."""

    __tablename__ = "review"
    __table_args__ = (
        sa.CheckConstraint("decision <> 'withheld' OR reason <> ''", name="withheld_has_reason"),
        sa.Index("ix_review_subject", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int]  # positions.PositionVersion.id
    decision: Mapped[ReviewDecision] = mapped_column(code(ReviewDecision))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
