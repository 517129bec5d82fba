"""The matter: a consultation, its questions and material. What people decide is stored; the phase is derived (lifecycle)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core.db import Base, UTCDateTime, code
from sakrad.core.files import StoredFile
from sakrad.directory.models import Authority, Function, Municipality, Subject, TargetGroup, Unit

if TYPE_CHECKING:
    from sakrad.consultations.models.correcting import Correction, CouncilHearing
    from sakrad.consultations.models.inviting import Invitation


class PolicyStage(enum.StrEnum):
    """The six steps of the Council of Europe's Code (METHOD.md §1.5)."""

    agenda = "agenda"
    drafting = "drafting"
    decision = "decision"
    implementation = "implementation"
    monitoring = "monitoring"
    reformulation = "reformulation"


class ParticipationLevel(enum.StrEnum):
    """The four levels of the same Code."""

    information = "information"
    consultation = "consultation"
    dialogue = "dialogue"
    partnership = "partnership"


class AnswersPublic(enum.StrEnum):
    """When answers become readable: each at its review, or all at closing (never "slutet": PRACTICE.md 5)."""

    review = "review"
    closing = "closing"


class CommentsRule(enum.StrEnum):
    """Whether organisations may comment, and when: never, while it is open, or in a round of ten days after closing (PRACTICE.md 27)."""

    none = "none"
    open = "open"
    after_closing = "after_closing"


class QuestionKind(enum.StrEnum):
    """METHOD.md §5.2; `open` is the last one: "Något annat ni vill säga?"."""

    experience = "experience"
    need = "need"
    proposal = "proposal"
    consequence = "consequence"
    commitment = "commitment"
    choice = "choice"
    open = "open"


consultation_group = sa.Table(
    "consultation_group",
    Base.metadata,
    sa.Column("consultation_id", sa.ForeignKey("consultation.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True, index=True),
)
consultation_subject = sa.Table(
    "consultation_subject",
    Base.metadata,
    sa.Column("consultation_id", sa.ForeignKey("consultation.id"), primary_key=True),
    sa.Column("subject_id", sa.ForeignKey("subject.id"), primary_key=True, index=True),
)


UNFINISHED = sa.text(
    "announced_at IS NOT NULL AND cancelled_at IS NULL AND ended_at IS NULL"
    " AND feedback_published_at IS NULL AND summary_published_at IS NULL"
)


class Consultation(Base):
    """A sakråd: a delimited, structured consultation with organisations on one matter."""

    __tablename__ = "consultation"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "slug"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint("announced_at IS NULL OR (opens_at IS NOT NULL AND closes_at IS NOT NULL)", name="announced_has_dates"),
        sa.CheckConstraint("announced_at IS NULL OR feedback_due_on IS NOT NULL", name="announced_has_feedback_date"),
        sa.CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name="cancelled_has_reason"),
        sa.CheckConstraint("summary_published_at IS NULL OR announced_at IS NOT NULL", name="summary_after_announcing"),
        sa.CheckConstraint("feedback_published_at IS NULL OR summary_published_at IS NOT NULL", name="feedback_after_summary"),
        sa.Index("ix_consultation_public", "announced_at", "closes_at"),
        sa.Index("ix_consultation_closes", "closes_at"),
        sa.Index(  # all that lists and counts of many ask of each: its row, which is long, is not read
            "ix_consultation_phase",
            *("municipality_id", "announced_at", "opens_at", "closes_at"),
            *("cancelled_at", "ended_at", "feedback_published_at", "summary_published_at"),
        ),
        sa.Index(  # the open ones of a municipality are counted without looking at those that have ended
            "ix_consultation_open",
            *("municipality_id", "closes_at", "opens_at"),
            sqlite_where=UNFINISHED,
            postgresql_where=UNFINISHED,
        ),
        sa.Index("ix_consultation_authority", "authority_id", "announced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"))
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("authority.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    function_id: Mapped[int | None] = mapped_column(sa.ForeignKey("function.id"))
    slug: Mapped[str] = mapped_column(sa.String(80))
    version: Mapped[int] = mapped_column(default=1)  # optimistic lock of the officers' form

    # What it is about
    title: Mapped[str] = mapped_column(sa.String(160))
    lead: Mapped[str] = mapped_column(sa.String(300), default="")  # the matter in one sentence
    need: Mapped[str] = mapped_column(sa.Text, default="")  # why now: behov och tidpunkt
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    background: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    background_easy: Mapped[str] = mapped_column(sa.Text, default="")  # lättläst
    can_influence: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    already_decided: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    use_of_views: Mapped[str] = mapped_column(sa.Text, default="")  # how the views are taken care of
    policy_stage: Mapped[PolicyStage] = mapped_column(code(PolicyStage), default=PolicyStage.drafting)
    participation_level: Mapped[ParticipationLevel] = mapped_column(code(ParticipationLevel), default=ParticipationLevel.consultation)
    diary_number: Mapped[str] = mapped_column(sa.String(60), default="")  # theirs, free form
    inviting_function: Mapped[str] = mapped_column(sa.String(160), default="")  # "Socialnämndens ordförande"
    touches_money: Mapped[bool] = mapped_column(default=False)  # shows the notice of PRACTICE.md 19

    # Whom
    selection_rationale: Mapped[str] = mapped_column(sa.Text, default="")
    open_invitation: Mapped[bool] = mapped_column(default=True)
    answers_public: Mapped[AnswersPublic] = mapped_column(code(AnswersPublic), default=AnswersPublic.review)
    comments_rule: Mapped[CommentsRule] = mapped_column(code(CommentsRule), default=CommentsRule.none)
    coordinator_takes_part: Mapped[bool] = mapped_column(default=True)  # the municipality's coordinator may handle it

    # When: instants are decisions, `closes_at` is exclusive
    opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    summary_due_on: Mapped[date | None]
    decision_on: Mapped[date | None]  # the authority's meeting
    feedback_due_on: Mapped[date | None]
    follow_up_on: Mapped[date | None]
    short_time_reason: Mapped[str] = mapped_column(sa.Text, default="")  # soft gates, passed with a public reason
    group_not_invited_reason: Mapped[str] = mapped_column(sa.Text, default="")
    early_decision_reason: Mapped[str] = mapped_column(sa.Text, default="")

    # What has been decided
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")
    summary_published_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    feedback_published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    follow_up_began_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # with the first progress of a commitment
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sample: Mapped[bool] = mapped_column(default=False)

    municipality: Mapped[Municipality] = relationship()
    authority: Mapped[Authority] = relationship()
    unit: Mapped[Unit | None] = relationship()
    function: Mapped[Function | None] = relationship()
    groups: Mapped[list[TargetGroup]] = relationship(secondary=consultation_group, order_by="TargetGroup.name")
    subjects: Mapped[list[Subject]] = relationship(secondary=consultation_subject, order_by="Subject.name")
    questions: Mapped[list[Question]] = relationship(back_populates="consultation", order_by="Question.number")
    materials: Mapped[list[Material]] = relationship(back_populates="consultation", order_by="Material.id")
    corrections: Mapped[list[Correction]] = relationship(back_populates="consultation", order_by="Correction.number")
    hearings: Mapped[list[CouncilHearing]] = relationship(back_populates="consultation", order_by="CouncilHearing.id")
    invitations: Mapped[list[Invitation]] = relationship(back_populates="consultation", order_by="Invitation.id")

    @property
    def contact(self) -> Function | None:
        """Whom to turn to: the function that it was given to, or that one's heir since a reorganisation."""
        return self.function.present if self.function else None

    @property
    def address(self) -> dict[str, Any]:
        """The parts of its address, for url_for."""
        return {"kommun": self.municipality.slug, "slug": self.slug}

    @property
    def scope(self) -> dict[str, Any]:
        """Whose matter it is, for the events and the masks of it."""
        return {"municipality_id": self.municipality_id, "authority_id": self.authority_id, "consultation_id": self.id}


class Question(Base):
    """A typed question. Frozen at opening: after it an announced correction makes the next version, or withdraws it.

    Never deleted, renumbered or changed in kind once it has opened (DESIGN.md §8, Questions).
    """

    __tablename__ = "question"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(code(QuestionKind))
    text: Mapped[str] = mapped_column(sa.String(500))
    help: Mapped[str] = mapped_column(sa.String(500), default="")
    length_hint: Mapped[str] = mapped_column(sa.String(120), default="")  # "En halv sida räcker."
    required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # for need (ranked) and choice
    version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by an announced correction

    consultation: Mapped[Consultation] = relationship(back_populates="questions")


class Material(Base):
    """Uploaded material with a text description of what it says, for those who cannot open it."""

    __tablename__ = "material"
    __table_args__ = (sa.CheckConstraint("description <> ''", name="described"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    title: Mapped[str] = mapped_column(sa.String(160))
    description: Mapped[str] = mapped_column(sa.Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by an announced correction; the file stays readable as replaced

    consultation: Mapped[Consultation] = relationship(back_populates="materials")
    file: Mapped[StoredFile] = relationship(lazy="joined")
