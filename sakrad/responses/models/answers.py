"""The authority's answers: drafted, reviewed by a colleague, taken to the authority, decided, published."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Authority, Unit
from sakrad.summaries.models import Finding, Point

if TYPE_CHECKING:
    from sakrad.responses.models.ledger import Commitment


class Outcome(enum.StrEnum):
    """PRACTICE.md 29, in its order."""

    will_do = "will_do"
    partly = "partly"
    already_done = "already_done"
    study = "study"
    wont_do = "wont_do"
    not_ours = "not_ours"
    input = "input"


class DecisionForm(enum.StrEnum):
    """Who decided is part of the answer (PRACTICE.md 2, KL 6:38)."""

    board = "board"
    delegation = "delegation"
    administration = "administration"


class FeedbackRelease(Base):
    """The authority's answers on their way: proposed, sent to the authority, decided, published together.

    A consultation has one, or several parts, each published at one moment; a later part has a day that was announced.
    """

    __tablename__ = "feedback_release"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint(
            "decided_at IS NULL OR (sent_at IS NOT NULL AND decision_form IS NOT NULL AND decision_on IS NOT NULL)", name="decided"
        ),
        sa.CheckConstraint("published_at IS NULL OR decided_at IS NOT NULL", name="published_after_decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(120), default="")  # of a part: "Det som rör skolan"
    planned_on: Mapped[date | None]  # the day by which a part is to be published; announced when an earlier part is
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    meeting_on: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision_form: Mapped[DecisionForm | None] = mapped_column(code(DecisionForm))
    decision_on: Mapped[date | None]
    decision_ref: Mapped[str] = mapped_column(sa.String(60), default="")
    minutes_url: Mapped[str] = mapped_column(sa.String(500), default="")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship()
    responses: Mapped[list[Response]] = relationship(back_populates="release", order_by="Response.id")


class Response(Base):
    """Nämndens svar on a finding or on a single point."""

    __tablename__ = "response"
    __table_args__ = (
        sa.CheckConstraint("(finding_id IS NULL) <> (point_id IS NULL)", name="one_target"),
        sa.CheckConstraint("outcome <> 'study' OR study_until_on IS NOT NULL", name="study_has_date"),
        sa.CheckConstraint("outcome <> 'not_ours' OR whose <> ''", name="not_ours_says_whose"),
        sa.CheckConstraint("outcome <> 'input' OR (basis <> '' AND basis_on IS NOT NULL)", name="input_has_basis"),
        sa.CheckConstraint("outcome NOT IN ('wont_do', 'partly') OR reason <> ''", name="refusal_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("feedback_release.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(sa.ForeignKey("finding.id"), unique=True)
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("point.id"), unique=True)
    outcome: Mapped[Outcome] = mapped_column(code(Outcome))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    study_until_on: Mapped[date | None]
    whose: Mapped[str] = mapped_column(sa.String(160), default="")
    basis: Mapped[str] = mapped_column(sa.String(200), default="")  # the document in which it is used
    basis_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)  # optimistic lock
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # later than `sent_at`: the authority has an older wording
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # who last changed it, and so does not review it
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # the colleague who is asked to read it
    review_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reviewed_version: Mapped[int | None]  # that was found good; a change voids it. None beside a note: a change is asked for
    review_note: Mapped[str] = mapped_column(sa.String(500), default="")  # between colleagues, never published
    changed_by_board: Mapped[bool] = mapped_column(default=False)  # the authority decided something else than was proposed

    release: Mapped[FeedbackRelease] = relationship(back_populates="responses")
    versions: Mapped[list[ResponseVersion]] = relationship(order_by="ResponseVersion.number", cascade="all, delete-orphan")
    finding: Mapped[Finding | None] = relationship()
    point: Mapped[Point | None] = relationship()
    commitments: Mapped[list[Commitment]] = relationship(back_populates="response", order_by="Commitment.number")


class ResponseVersion(Base):
    """What an answer said after a save. One of them is what the authority was sent."""

    __tablename__ = "response_version"
    __table_args__ = (sa.UniqueConstraint("response_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("response.id", ondelete="CASCADE"))
    number: Mapped[int]  # Response.version of that day
    outcome: Mapped[Outcome] = mapped_column(code(Outcome))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    study_until_on: Mapped[date | None]
    whose: Mapped[str] = mapped_column(sa.String(160), default="")
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    basis_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    sent: Mapped[bool] = mapped_column(default=False)  # this is what went to the authority


class AnswerTask(Base):
    """That a unit is to draft the answer to a finding or a single point."""

    __tablename__ = "answer_task"
    __table_args__ = (sa.CheckConstraint("(finding_id IS NULL) <> (point_id IS NULL)", name="one_target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(sa.ForeignKey("finding.id"), unique=True)
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("point.id"), unique=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")  # between colleagues
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
    finding: Mapped[Finding | None] = relationship()
    point: Mapped[Point | None] = relationship()
    unit: Mapped[Unit] = relationship()


class Phrase(Base):
    """A wording that an authority uses again and again, kept to begin an answer from."""

    __tablename__ = "phrase"
    __table_args__ = (sa.CheckConstraint("text <> ''", name="text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("authority.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    text: Mapped[str] = mapped_column(sa.Text)
    outcome: Mapped[Outcome | None] = mapped_column(code(Outcome))  # that it usually goes with
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    authority: Mapped[Authority] = relationship()


class BoardPaper(Base):
    """Tjänsteskrivelse: what the administration writes to the authority (PRACTICE.md 3). The answers are set in when it is made."""

    __tablename__ = "board_paper"

    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    proposal: Mapped[str] = mapped_column(sa.Text, default="")  # förslag till beslut
    in_short: Mapped[str] = mapped_column(sa.Text, default="")  # sammanfattning av ärendet
    matter: Mapped[str] = mapped_column(sa.Text, default="")  # ärendet
    consequences: Mapped[str] = mapped_column(sa.Text, default="")  # konsekvenser
    civil_society: Mapped[str] = mapped_column(sa.Text, default="")  # konsekvenser för civilsamhället
    basis: Mapped[str] = mapped_column(sa.Text, default="")  # beslutsunderlag, a line each
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
