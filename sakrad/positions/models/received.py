"""What has been received: immutable. A correction is a new version, a withdrawal is marked, nothing is erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation, Question
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.core.files import StoredFile
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.meetings.models import Meeting
from sakrad.positions.models.shared import SPOKEN, Anchored, AnchoringLevel, Channel, Stance

if TYPE_CHECKING:
    from sakrad.positions.models.together import Concurrence, PositionParty

version_group = sa.Table(
    "position_version_group",
    Base.metadata,
    sa.Column("version_id", sa.ForeignKey("position_version.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True, index=True),
)


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
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # taken back by the organisation; lifted by a new version

    consultation: Mapped[Consultation] = relationship()
    organisation: Mapped[Organisation] = relationship()
    current: Mapped[PositionVersion | None] = relationship(foreign_keys=[current_id], post_update=True)
    published: Mapped[PositionVersion | None] = relationship(foreign_keys=[published_id], post_update=True)
    versions: Mapped[list[PositionVersion]] = relationship(
        back_populates="position", foreign_keys="PositionVersion.position_id", order_by="PositionVersion.number"
    )
    parties: Mapped[list[PositionParty]] = relationship(back_populates="position", order_by="PositionParty.id")

    @hybrid_property
    def stands(self) -> bool:
        """Received, and neither disowned nor withdrawn."""
        return self.current_id is not None and self.disowned_at is None and self.withdrawn_at is None

    @stands.inplace.expression
    @classmethod
    def _stands(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.current_id.is_not(None), cls.disowned_at.is_(None), cls.withdrawn_at.is_(None))


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
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the version's own trace of a withdrawal
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True)  # said there: stands beside what is written
    left_out: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)  # question number → reason, for the municipality only
    party_names: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # said to stand behind, as it was sent

    position: Mapped[Position] = relationship(back_populates="versions", foreign_keys=[position_id])
    groups: Mapped[list[TargetGroup]] = relationship(secondary=version_group, order_by="TargetGroup.name")
    answers: Mapped[list[Answer]] = relationship(back_populates="version", order_by="Answer.question_id")
    concurrences: Mapped[list[Concurrence]] = relationship(
        back_populates="version", foreign_keys="Concurrence.version_id", order_by="Concurrence.id"
    )
    attachments: Mapped[list[PositionAttachment]] = relationship(back_populates="version", order_by="PositionAttachment.id")
    ratification: Mapped[Ratification | None] = relationship(back_populates="version")
    meeting: Mapped[Meeting | None] = relationship()
    transcription: Mapped[Transcription | None] = relationship(back_populates="version", foreign_keys="Transcription.version_id")

    @property
    def is_view(self) -> bool:
        """Said at a meeting: stands beside the written answer, and never in its place."""
        return self.meeting_id is not None

    @property
    def is_newest(self) -> bool:
        """Nothing has taken its place: the current answer, or a view that its speaker has not corrected."""
        if not self.is_view:
            return self.position.current_id == self.id
        entries = [other.transcription for other in self.position.versions if other.transcription is not None]
        return all(entry.corrects_id != self.id for entry in entries)

    @property
    def is_disowned(self) -> bool:
        return self.disowned_at is not None if self.is_view else self.position.disowned_at is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None if self.is_view else self.position.withdrawn_at is not None

    @property
    def is_preliminary(self) -> bool:
        """Sent before anybody had decided it, and not confirmed since."""
        return self.anchoring is AnchoringLevel.not_yet and self.ratification is None


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


class Ratification(Base):
    """That a preliminary answer has been confirmed: who decided, when. The answer itself is not changed."""

    __tablename__ = "ratification"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"), unique=True)
    anchoring: Mapped[AnchoringLevel] = mapped_column(code(AnchoringLevel))
    decided_on: Mapped[date]
    decision_ref: Mapped[str] = mapped_column(sa.String(60), default="")
    asked: Mapped[int | None]
    answered: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the personal link

    version: Mapped[PositionVersion] = relationship(back_populates="ratification")


class Transcription(Base):
    """What staff entered from paper, mail, phone or a meeting. Never a draft; the stated time is the version's received_at.

    `reference` derives the link by which the speaker confirms or corrects what was written down.
    """

    __tablename__ = "transcription"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"), unique=True)
    whole: Mapped[bool] = mapped_column(default=False)  # a letter, entered whole as the answer to the open question
    scan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # read back, and right
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("position_version.id"))  # the speaker's correction of that version

    version: Mapped[PositionVersion] = relationship(back_populates="transcription", foreign_keys=[version_id])
    scan: Mapped[StoredFile | None] = relationship()

    @property
    def channel(self) -> Channel:
        return self.version.channel

    @property
    def received_at(self) -> datetime:
        """The stated time."""
        return self.version.received_at

    @property
    def corrected(self) -> bool:
        """By its sender, when it was read back."""
        return self.corrects_id is not None

    @property
    def confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def unconfirmed(self) -> bool:
        """Something spoken that its sender has not confirmed. What came in writing is the sender's own words anyhow."""
        return self.channel in SPOKEN and not self.confirmed


class PositionAttachment(Base):
    """A file that came with an answer. Readers get `copy` only, and only once the authority has published it.

    The copy is the file stripped of what nobody meant to publish, or one in which the authority has hidden words (`masked_at`).
    """

    __tablename__ = "position_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("position_version.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    copy_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    masked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the authority replaced the copy

    version: Mapped[PositionVersion] = relationship(back_populates="attachments")
    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id], lazy="joined")
    copy: Mapped[StoredFile] = relationship(foreign_keys=[copy_id], lazy="joined")
