"""Own space (Draft) and what has been received (Position). Staff never reach a draft; what is received is immutable."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Organisation, TargetGroup

ANSWER_LIMIT = 20_000  # code points


class Stance(enum.StrEnum):
    """Ställningstagande, only on a question that holds a proposal (METHOD.md §5.1)."""

    supports = "supports"
    supports_with_reservations = "supports_with_reservations"
    opposes = "opposes"
    no_position = "no_position"


class AnchoringLevel(enum.StrEnum):
    """Who decided the answer (METHOD.md §5.4). Shown, never scored."""

    annual_meeting = "annual_meeting"
    member_consultation = "member_consultation"
    board = "board"
    working_group = "working_group"
    official = "official"
    not_yet = "not_yet"


class PublicationWish(enum.StrEnum):
    """PRACTICE.md 23."""

    named = "named"
    unnamed = "unnamed"
    municipality_only = "municipality_only"


class Channel(enum.StrEnum):
    """How the answer came in."""

    web = "web"
    email = "email"
    paper = "paper"
    phone = "phone"
    meeting = "meeting"


class Anchored:
    """How an answer is anchored and what its sender wishes: the same facts in the draft and in what was sent."""

    signed_role: Mapped[str] = mapped_column(sa.String(120), default="")  # "Ordförande"; never a name
    anchoring: Mapped[AnchoringLevel | None] = mapped_column(code(AnchoringLevel))
    decided_on: Mapped[date | None]
    decision_ref: Mapped[str] = mapped_column(sa.String(60), default="")  # "§ 7"
    asked: Mapped[int | None]
    answered: Mapped[int | None]
    dissent: Mapped[str] = mapped_column(sa.Text, default="")
    wish: Mapped[PublicationWish | None] = mapped_column(code(PublicationWish))
    reuse: Mapped[bool] = mapped_column(default=False)  # may be reused as open data


draft_group = sa.Table(
    "draft_group",
    Base.metadata,
    sa.Column("draft_id", sa.ForeignKey("draft.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True),
)
version_group = sa.Table(
    "position_version_group",
    Base.metadata,
    sa.Column("version_id", sa.ForeignKey("position_version.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True, index=True),
)


class Draft(Anchored, Base):
    """An answer in progress, in the organisation's own space: unreachable for staff by any route."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "consultation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)  # optimistic lock of the facts above
    submission_key: Mapped[str] = mapped_column(sa.String(40))  # stops the double click; renewed at each submission
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship()
    consultation: Mapped[Consultation] = relationship()
    groups: Mapped[list[TargetGroup]] = relationship(secondary=draft_group, order_by="TargetGroup.name")
    answers: Mapped[list[DraftAnswer]] = relationship(back_populates="draft", order_by="DraftAnswer.question_id")


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
    version: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the personal link

    draft: Mapped[Draft] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()


class Position(Base):
    """Svar: all that one organisation has sent to one consultation. Its versions are immutable; one is current."""

    __tablename__ = "position"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)  # the address when it is published without name
    current_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("position_version.id", use_alter=True, name="fk_position_current_id"), unique=True
    )
    published_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("position_version.id", use_alter=True, name="fk_position_published_id"), unique=True
    )  # the version that readers see: the latest that was reviewed for publication
    disowned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # "Det var inte vi"; lifted by a new version

    consultation: Mapped[Consultation] = relationship()
    organisation: Mapped[Organisation] = relationship()
    current: Mapped[PositionVersion | None] = relationship(foreign_keys=[current_id], post_update=True)
    published: Mapped[PositionVersion | None] = relationship(foreign_keys=[published_id], post_update=True)
    versions: Mapped[list[PositionVersion]] = relationship(
        back_populates="position", foreign_keys="PositionVersion.position_id", order_by="PositionVersion.number"
    )


class PositionVersion(Anchored, Base):
    """What was received, as it was received. The digest covers a nonce that stands only on the receipt."""

    __tablename__ = "position_version"
    __table_args__ = (
        sa.UniqueConstraint("position_id", "number"),
        sa.CheckConstraint("asked IS NULL OR asked >= 0", name="asked"),
        sa.CheckConstraint("answered IS NULL OR answered >= 0", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(sa.ForeignKey("position.id"))
    number: Mapped[int]
    receipt_number: Mapped[str] = mapped_column(sa.String(40), unique=True)  # "SN-2027-0042-…": see records.commands
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    submission_key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    channel: Mapped[Channel] = mapped_column(code(Channel), default=Channel.web)
    organisation_name: Mapped[str] = mapped_column(sa.String(160))  # the name of that day
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the personal link
    registered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the registrator's tick
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    disowned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the version's own trace of "Det var inte vi"

    position: Mapped[Position] = relationship(back_populates="versions", foreign_keys=[position_id])
    groups: Mapped[list[TargetGroup]] = relationship(secondary=version_group, order_by="TargetGroup.name")
    answers: Mapped[list[Answer]] = relationship(back_populates="version", order_by="Answer.question_id")


class Answer(Base):
    """One answer of a received version. Immutable."""

    __tablename__ = "answer"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "question_id"),
        sa.Index("ix_answer_question", "question_id", "version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    question_version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    stance: Mapped[Stance | None] = mapped_column(code(Stance))
    options: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    own_interest: Mapped[bool] = mapped_column(default=False)

    version: Mapped[PositionVersion] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()
