"""The authority's answers, the commitments that follow, and what was done."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Function
from sakrad.summaries.models import Finding, Point


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


class ProgressStatus(enum.StrEnum):
    under_way = "under_way"
    changed = "changed"
    done = "done"


class FeedbackRelease(Base):
    """The authority's answers on their way: proposed, sent to the authority, decided, published together."""

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

    release: Mapped[FeedbackRelease] = relationship(back_populates="responses")
    finding: Mapped[Finding | None] = relationship()
    point: Mapped[Point | None] = relationship()
    commitments: Mapped[list[Commitment]] = relationship(back_populates="response", order_by="Commitment.number")


class Commitment(Base):
    """Åtagande: who (function) does what by when. Its state is its latest progress; overdue is derived and public."""

    __tablename__ = "commitment"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "number"), sa.CheckConstraint("what <> ''", name="what"))

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("response.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(300))
    function_id: Mapped[int] = mapped_column(sa.ForeignKey("function.id"))
    due_on: Mapped[date] = mapped_column(index=True)
    how_seen: Mapped[str] = mapped_column(sa.String(300), default="")  # how one will see that it is done
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)  # while the latest progress says so

    consultation: Mapped[Consultation] = relationship()
    response: Mapped[Response] = relationship(back_populates="commitments")
    function: Mapped[Function] = relationship()
    progress: Mapped[list[Progress]] = relationship(back_populates="commitment", order_by="Progress.id")


class Progress(Base):
    """What was done towards a commitment. Appended, never changed.

    A moved due date keeps the former one beside it, so that the promise as it was first made can always be read.
    """

    __tablename__ = "progress"
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint("(due_on IS NULL) = (former_due_on IS NULL)", name="moved_from_somewhere"),
        sa.CheckConstraint("due_on IS NULL OR status = 'changed'", name="moved_is_changed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[ProgressStatus] = mapped_column(code(ProgressStatus))
    text: Mapped[str] = mapped_column(sa.Text)
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    due_on: Mapped[date | None]  # the new due date, where this moved it
    former_due_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    commitment: Mapped[Commitment] = relationship(back_populates="progress")


class BoardPaper(Base):
    """Tjänsteskrivelse: what the administration writes to the authority (PRACTICE.md 3). The proposed answers are set in"""

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
