"""Receipt series, reviews for publication and masks: what positions, summaries and responses lean on.

Stands below them, so a text is named by its kind and id.
"""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core import ids
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
    finding_section = "finding_section"  # summaries.Finding.section
    set_aside = "set_aside"  # summaries.Point.set_aside_reason
    nothing = "nothing"  # summaries.NothingToTakeUp.reason, by its answer's id
    edition_finding = "edition_finding"  # summaries.EditionFinding.body
    edition_heading = "edition_heading"
    edition_section = "edition_section"
    edition_in_short = "edition_in_short"  # summaries.Edition.in_short
    edition_reason = "edition_reason"  # summaries.Edition.reason
    objection = "objection"  # summaries.ConfirmationReply.text
    response = "response"  # responses.Response.reason
    notes = "notes"  # meetings.Notes.body
    comment = "comment"  # comments.Comment.text
    progress = "progress"  # responses.Progress.text
    file_says = "file_says"  # responses.Progress.file_says
    whose = "whose"  # responses.Response.whose
    basis = "basis"  # responses.Response.basis
    commitment = "commitment"  # responses.Commitment.what
    how_seen = "how_seen"  # responses.Commitment.how_seen
    pledge = "pledge"  # responses.Pledge.part
    linked_decision = "linked_decision"  # responses.LinkedDecision.what
    verdict = "verdict"  # responses.Verdict.text
    description = "description"  # directory.ProfileVersion.description
    added_value = "added_value"  # directory.ProfileVersion.added_value
    continuation = "continuation"  # consultations.Continuation.text
    content_version = "content_version"  # consultations.ContentVersion.text
    content_version_lead = "content_version_lead"
    content_version_title = "content_version_title"
    content_version_questions = "content_version_questions"  # all of them, a line each


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


class ReviewKind(enum.StrEnum):
    """What is reviewed before it is published."""

    position = "position"  # positions.PositionVersion, all its texts
    attachment = "attachment"  # positions.PositionAttachment
    objection = "objection"  # summaries.ConfirmationReply
    progress = "progress"  # responses.Progress, told by an organisation of its part
    verdict = "verdict"  # responses.Verdict, its words and its name
    imported = "imported"  # positions.ImportedPosition: that it is told on the organisation's page
    # What organisations confirm of each other (PositionParty) and comments have decisions of their own, in the same register.


class Review(Base):
    """One decision about publishing something from outside. The latest counts; the earlier ones stay."""

    __tablename__ = "review"
    __table_args__ = (
        sa.CheckConstraint("decision <> 'withheld' OR reason <> ''", name="withheld_has_reason"),
        sa.Index("ix_review_subject", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ReviewKind] = mapped_column(code(ReviewKind), default=ReviewKind.position)
    subject_id: Mapped[int]  # of the kind's table
    decision: Mapped[ReviewDecision] = mapped_column(code(ReviewDecision))
    ground: Mapped[MaskGround | None] = mapped_column(code(MaskGround))  # in law, of what is masked or withheld
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class DisclosureOutcome(enum.StrEnum):
    """How a request to read a public document was answered (TF 2 kap., OSL 6 kap.)."""

    disclosed = "disclosed"
    partly = "partly"
    refused = "refused"  # by the authority's own decision, which can be appealed
    not_held = "not_held"
    recalled = "recalled"


class DisclosureRequest(Base):
    """Somebody asks to read what is masked or not published. Who asks need not say so (TF 2:18); the address is erased when it is over."""

    __tablename__ = "disclosure_request"
    __table_args__ = (sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name="handled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    about: Mapped[str] = mapped_column(sa.String(200))  # the public address of what it is about, made by us
    message: Mapped[str] = mapped_column(sa.Text, default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    outcome: Mapped[DisclosureOutcome | None] = mapped_column(code(DisclosureOutcome))
