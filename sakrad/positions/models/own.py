"""Own space: the draft and all that members do with it before it is sent. Staff never reach any of these tables."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation, Question
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.core.files import StoredFile
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions.models.shared import REASON_LIMIT, Anchored, Stance

if TYPE_CHECKING:
    from sakrad.positions.models.survey import Survey
    from sakrad.positions.models.together import DraftConcurrence, DraftParty

REMARK_LIMIT = 4_000  # code points of a remark
RETURN_LIMIT = 2_000  # of why a draft is returned
ITEM_LIMIT = 200  # of a line on the checklist

draft_group = sa.Table(
    "draft_group",
    Base.metadata,
    sa.Column("draft_id", sa.ForeignKey("draft.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True),
)


class Draft(Anchored, Base):
    """An answer in progress, in the organisation's own space: unreachable for staff by any route."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "consultation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)  # optimistic lock of the facts above
    mark: Mapped[str] = mapped_column(sa.String(40), default="")  # of the save that made the version (save_marks.py)
    submission_key: Mapped[str] = mapped_column(sa.String(40))  # stops the double click; renewed at each submission
    approval_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # sent for approval; None again when it is sent or taken back
    approval_asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    sealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of a merged organisation, until both sides have accepted
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship()
    consultation: Mapped[Consultation] = relationship()
    groups: Mapped[list[TargetGroup]] = relationship(secondary=draft_group, order_by="TargetGroup.name")
    answers: Mapped[list[DraftAnswer]] = relationship(back_populates="draft", order_by="DraftAnswer.question_id")
    concurrences: Mapped[list[DraftConcurrence]] = relationship(back_populates="draft", order_by="DraftConcurrence.id")
    parties: Mapped[list[DraftParty]] = relationship(back_populates="draft", order_by="DraftParty.id")
    attachments: Mapped[list[DraftAttachment]] = relationship(back_populates="draft", order_by="DraftAttachment.id")
    survey: Mapped[Survey | None] = relationship(back_populates="draft")

    @property
    def left_out(self) -> dict[str, str]:
        """What is not answered on purpose: question number and reason, in the shape of PositionVersion.left_out."""
        return {str(answer.question.number): answer.left_out_reason for answer in self.answers if answer.left_out}


class DraftAnswer(Base):
    """One answer in a draft, with its own version: two people who save the same one are shown both texts."""

    __tablename__ = "draft_answer"
    __table_args__ = (sa.UniqueConstraint("draft_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    stance: Mapped[Stance | None] = mapped_column(code(Stance))
    options: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # chosen, in rank order for need
    own_interest: Mapped[bool] = mapped_column(default=False)
    left_out: Mapped[bool] = mapped_column(default=False)  # "Vi svarar inte på den här frågan"
    left_out_reason: Mapped[str] = mapped_column(sa.String(REASON_LIMIT), default="")
    version: Mapped[int] = mapped_column(default=0)
    mark: Mapped[str] = mapped_column(sa.String(40), default="")  # of the save that made the version (save_marks.py)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the personal link

    draft: Mapped[Draft] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()


class DraftRevision(Base):
    """What one acknowledged save left: the text as a splice of the revision before it, the rest as values.

    `words` replaces everything but the first `head` and the last `tail` code points of the revision before; a revision
    with neither is a whole text (a snapshot). Nothing that was acknowledged can be lost: every save is one row.
    """

    __tablename__ = "draft_revision"
    __table_args__ = (sa.Index("ix_draft_revision_part", "draft_id", "question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"))
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))  # None: the facts, whose text is the dissent
    number: Mapped[int]  # the version that the answer, or the draft's facts, got by the save
    head: Mapped[int] = mapped_column(default=0)
    tail: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(sa.Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the personal link


remark_mention = sa.Table(
    "remark_mention",
    Base.metadata,
    sa.Column("remark_id", sa.ForeignKey("remark.id"), primary_key=True),
    sa.Column("user_id", sa.ForeignKey("user.id"), primary_key=True),
)


class Remark(Base):
    """An internal comment beside an answer, or about the whole draft."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))  # None: about the whole
    text: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    draft: Mapped[Draft] = relationship()


class ChecklistItem(Base):
    """Something to do before the draft is sent."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(ITEM_LIMIT))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    draft: Mapped[Draft] = relationship()


class ApprovalOutcome(enum.StrEnum):
    """What an approver said."""

    approved = "approved"
    returned = "returned"


class Approval(Base):
    """Godkännande: that a member was asked, or spoke unasked. Binds what was read (`digest`); an edit voids it."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.CheckConstraint("outcome IS NULL OR (decided_at IS NOT NULL AND digest IS NOT NULL)", name="decided"),
        sa.CheckConstraint("outcome <> 'returned' OR reason <> ''", name="returned_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    outcome: Mapped[ApprovalOutcome | None] = mapped_column(code(ApprovalOutcome))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    digest: Mapped[str | None] = mapped_column(sa.String(64))  # receipts.fingerprint of what was read
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # of returning it
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by the first edit after it
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the round is over: sent, returned, taken back or asked anew

    draft: Mapped[Draft] = relationship()

    def approves(self, digest: str) -> bool:
        """Whether it stands and is about exactly the content with this fingerprint."""
        stands = self.outcome is ApprovalOutcome.approved and self.voided_at is None and self.closed_at is None
        return stands and self.digest == digest


class DraftAttachment(Base):
    """A file that goes with the draft. `copy` is what may be published: without metadata (DESIGN.md §8, Files)."""

    __tablename__ = "draft_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    copy_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the original: part of what is approved and sent
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    draft: Mapped[Draft] = relationship(back_populates="attachments")
    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id], lazy="joined")
    copy: Mapped[StoredFile] = relationship(foreign_keys=[copy_id], lazy="joined")
