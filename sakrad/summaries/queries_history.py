"""Reads about what has been done to points."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.core.db import db
from sakrad.positions.models import Answer
from sakrad.positions.queries_public import slice_of
from sakrad.summaries.models import PointChange, PointChangeKind


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history: what was done to the point of that number, and where its words stood after it."""

    number: int
    kind: PointChangeKind
    at: datetime
    by: str  # who did it; empty for the sample data and other machinery
    other: int | None
    theme: str
    words: str


def list_changes(answer: Answer, numbers: Collection[int]) -> list[Change]:
    """All that has been done to points of the answer, gone ones too, and to the points with these numbers. One statement."""
    of_answer = sa.select(PointChange.number).where(PointChange.answer_id == answer.id)
    statement = (
        sa.select(
            PointChange.number,
            PointChange.kind,
            PointChange.at,
            sa.func.coalesce(User.name, ""),
            PointChange.other,
            PointChange.theme,
            sa.func.coalesce(slice_of(Answer, PointChange.start, PointChange.end), ""),
        )
        .outerjoin(User, User.id == PointChange.by_id)
        .outerjoin(Answer, Answer.id == PointChange.answer_id)
        .where(
            PointChange.consultation_id == answer.version.position.consultation_id,
            sa.or_(PointChange.number.in_(of_answer), PointChange.number.in_(list(numbers))),
        )
        .order_by(PointChange.id)
    )
    return [Change(*row) for row in db.session.execute(statement)]
