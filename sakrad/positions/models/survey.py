"""Ask our members: closed questions, single-use links, and nothing but counters. Deleted when the answer is sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.positions.models.own import Draft


class Survey(Base):
    """A form to the organisation's own members about one draft."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # derives the single-use links
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("draft.id"), unique=True)
    intro: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # from then on its questions are frozen
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    draft: Mapped[Draft] = relationship(back_populates="survey")
    questions: Mapped[list[SurveyQuestion]] = relationship(
        back_populates="survey", order_by="SurveyQuestion.number", cascade="all, delete-orphan"
    )


class SurveyQuestion(Base):
    """A closed question with its options; `counts` holds how many chose each, and nothing says who."""

    __tablename__ = "survey_question"
    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(300))
    options: Mapped[list[str]] = mapped_column(sa.JSON)
    counts: Mapped[list[int]] = mapped_column(sa.JSON)

    survey: Mapped[Survey] = relationship(back_populates="questions")


class SurveyTicket(Base):
    """A single-use link. Holds neither whom it went to nor when it was used."""

    __tablename__ = "survey_ticket"
    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"))
    number: Mapped[int]
    used: Mapped[bool] = mapped_column(default=False)
