"""Moving points to a newer version of the position, with their numbers and so their citations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.positions.models import Answer
from sakrad.summaries import queries_carrying
from sakrad.summaries.commands.history import next_number, record
from sakrad.summaries.commands.points import refuse_unless_compiling
from sakrad.summaries.models import Point, PointChangeKind


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the points of replaced versions: the numbers of those that moved, and of those whose words are gone."""

    moved: list[int]
    vanished: list[int]


def carry_points(consultation: Consultation, *, actor: Actor | None, at: datetime) -> Carried:
    """Move the points of replaced versions to the same words of the new answer to the same question, where they stand.

    The point keeps its number, and so its citations. Points whose words are gone stay where they were and are told. Where
    the words stand more than once, the place whose surroundings are most alike is taken (marking.found).
    """
    refuse_unless_compiling(consultation, at)
    carried = Carried([], [])
    for plan in queries_carrying.list_plans(consultation):
        if plan.answer is None or plan.place is None:
            carried.vanished.append(plan.point.number)
            continue
        start = plan.place.start
        carry(plan.point, plan.answer, Span(start, start + plan.point.end - plan.point.start), actor=actor, at=at)
        carried.moved.append(plan.point.number)
    return carried


def carry(point: Point, answer: Answer, span: Span, *, actor: Actor | None, at: datetime) -> None:
    """Let the point be those words of the answer; a row that it points at (`carried_from_id`) remembers its earlier place."""
    place = Point(
        consultation_id=point.consultation_id,
        number=next_number(point.consultation_id),
        answer_id=point.answer_id,
        start=point.start,
        end=point.end,
        carried_from_id=point.carried_from_id,
        created_at=point.created_at,
        created_by_id=point.created_by_id,
    )
    db.session.add(place)
    db.session.flush()
    point.answer, point.start, point.end = answer, span.start, span.end
    point.carried_from_id = place.id
    db.session.flush()
    record(point, PointChangeKind.carried, actor=actor, at=at)
