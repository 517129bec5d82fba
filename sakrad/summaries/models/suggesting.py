"""What the machine proposes from the officials' own coding and the words themselves. A person decides; nothing is applied by itself."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.positions.models import Answer


class SuggestionKind(enum.StrEnum):
    """What is proposed."""

    similar = "similar"  # passages of several answers say nearly the same: `cluster` gathers them
    point = "point"  # words like those that were taken up before, under `theme_id`
    theme = "theme"  # a point without a theme reads like those of `theme_id`
    sensitive = "sensitive"  # may hold a name, a number, health or another sensitive fact: to be looked at before publication


class SuggestionRun(Base):
    """One computation, by the worker: asked for by somebody, with its progress."""

    __tablename__ = "suggestion_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    done: Mapped[int] = mapped_column(default=0)  # of `total` steps
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # what was read and learnt from, distinctive words

    consultation: Mapped[Consultation] = relationship()


class Suggestion(Base):
    """One proposal about exact words, with what made it. Accepted or refused by a named person."""

    __tablename__ = "suggestion"
    __table_args__ = (
        sa.CheckConstraint('start >= 0 AND "end" > start', name="range"),
        sa.CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided"),
        sa.Index("ix_suggestion_run", "run_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("suggestion_run.id"))
    kind: Mapped[SuggestionKind] = mapped_column(code(SuggestionKind))
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    cluster: Mapped[int | None]  # of passages that are alike
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id", ondelete="SET NULL"))
    fact: Mapped[str] = mapped_column(sa.String(40), default="")  # what kind of sensitive fact
    score: Mapped[float] = mapped_column(default=0.0)
    words: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # which words made it
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    accepted: Mapped[bool | None]

    run: Mapped[SuggestionRun] = relationship()
    answer: Mapped[Answer] = relationship()
