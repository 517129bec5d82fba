"""What is done to points, written down by number: numbers are never given to another point."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.events import Actor
from sakrad.summaries.models import Point, PointChange, PointChangeKind


def next_number(consultation_id: int) -> int:
    """One more than any point of the consultation has, or has had."""
    last = [
        db.session.scalar(sa.select(sa.func.max(table.number)).where(table.consultation_id == consultation_id))
        for table in (Point, PointChange)
    ]
    return max(number or 0 for number in last) + 1


def record(point: Point, kind: PointChangeKind, *, actor: Actor | None, at: datetime, other: int | None = None) -> None:
    """Write down what was done to the point: where its words stand after it, and under which theme."""
    change = PointChange(
        consultation_id=point.consultation_id,
        number=point.number,
        kind=kind,
        answer_id=point.answer_id,
        start=point.start,
        end=point.end,
        other=other,
        theme=point.theme.name if point.theme else "",
        at=at,
        by_id=actor.id if actor else None,
    )
    db.session.add(change)
