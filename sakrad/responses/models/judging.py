"""What organisations judge: whether a commitment was kept (Verdict), and both sides the process (Evaluation)."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import Appended, Base, UTCDateTime, code
from sakrad.directory.models import Organisation
from sakrad.responses.models.ledger import Commitment


class VerdictValue(enum.StrEnum):
    """PRACTICE.md 30: bedömning."""

    done = "done"
    partly = "partly"
    not_done = "not_done"


class Verdict(Appended, Base):
    """An organisation's view of whether a commitment was kept. Appended; the latest of each organisation counts.

    Published as counts from three up; its name and its words only where it wishes so, and after review (PRACTICE.md 26).
    Officials see no more of it than readers do, but for the words that wait for review.
    """

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(sa.String(160))  # of the day
    value: Mapped[VerdictValue] = mapped_column(code(VerdictValue))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    by_name: Mapped[bool] = mapped_column(default=False)  # it wants its name beside it
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the mailed link

    commitment: Mapped[Commitment] = relationship()
    organisation: Mapped[Organisation] = relationship()


class EvaluationRound(enum.StrEnum):
    """When both sides are asked about the process."""

    feedback = "feedback"  # when the authority has answered
    year = "year"  # a year later


class EvaluationSide(enum.StrEnum):
    official = "official"
    organisation = "organisation"


class EvaluationSeat(Base):
    """That somebody is asked, and whether they have answered: nothing ties it to what was answered, nor when."""

    __tablename__ = "evaluation_seat"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "round", "organisation_id"),
        sa.UniqueConstraint("consultation_id", "round", "user_id"),
        sa.CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name="one_seat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # derives its mailed link
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    round: Mapped[EvaluationRound] = mapped_column(code(EvaluationRound))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered: Mapped[bool] = mapped_column(default=False)

    consultation: Mapped[Consultation] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def side(self) -> EvaluationSide:
        return EvaluationSide.official if self.organisation_id is None else EvaluationSide.organisation


class EvaluationReply(Appended, Base):
    """Somebody's view of the process: 1 (not at all) to 5 (wholly) on each of eight statements, None where one cannot say.

    Its key is random, so that not even the order tells whose it is.
    """

    __tablename__ = "evaluation_reply"
    __table_args__ = (
        sa.Index("ix_evaluation_reply_consultation", "consultation_id", "round", "side"),
        *(sa.CheckConstraint(f"q{n} BETWEEN 1 AND 5", name=f"q{n}") for n in range(1, 9)),
    )

    reference: Mapped[str] = mapped_column(sa.String(20), primary_key=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    round: Mapped[EvaluationRound] = mapped_column(code(EvaluationRound))
    side: Mapped[EvaluationSide] = mapped_column(code(EvaluationSide))
    q1: Mapped[int | None]
    q2: Mapped[int | None]
    q3: Mapped[int | None]
    q4: Mapped[int | None]
    q5: Mapped[int | None]
    q6: Mapped[int | None]
    q7: Mapped[int | None]
    q8: Mapped[int | None]
