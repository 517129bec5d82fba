"""Reads about points whose position has a newer version: where their words stand now, before and after they are moved."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.text import Span
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.summaries import queries
from sakrad.summaries.marking import Place, found
from sakrad.summaries.models import Citation, Finding, Point


class Fate(enum.StrEnum):
    """What becomes of a point when a newer version has come."""

    stays = "stays"  # the words stand where they stood
    moves = "moves"  # they stand elsewhere in the text
    vanishes = "vanishes"  # they are gone
    reworded = "reworded"  # somebody has chosen other words for it


@dataclass(frozen=True, slots=True)
class Plan:
    """A point of a replaced version, the answer that stands now (None: none does), and where its words stand there."""

    point: Point
    answer: Answer | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class PointFate:
    """One point on the page of newer versions. `cited_in`: the numbers of the findings that cite it."""

    number: int
    words: str  # as they stood in the older version
    fate: Fate
    several: bool  # the words stand more than once; the likeliest place is taken
    cited_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """An answer in an older version, what stands in its place now, and the points that rest, or rested, on it."""

    organisation: str
    slug: str
    question: int
    asked: str
    version: int | None  # of what was said at a meeting, as it stands now
    numbers: tuple[int, int | None]  # of the two versions; None: the organisation stands behind none
    before: str
    after: str | None
    points: list[PointFate]

    @property
    def left(self) -> bool:
        """Whether something is lost unless somebody does something."""
        return any(point.fate is Fate.vanishes for point in self.points)


def list_plans(consultation: Consultation) -> list[Plan]:
    """Where each point of a replaced version would go, by number."""
    left_behind = queries.list_left_behind(consultation)
    keys = {point.id: _key_now(point.answer) for point in left_behind}
    standing = {_key_of(answer): answer for answer in queries.list_answers(consultation, set(keys.values()))}
    plans = []
    for point in left_behind:
        answer = standing.get(keys[point.id])
        place = found(point.answer.text, Span(point.start, point.end), answer.text) if answer else None
        plans.append(Plan(point, answer, place))
    return plans


def list_to_carry(consultation: Consultation) -> list[Pair]:
    """What pressing "Flytta" would do, answer by answer."""
    plans = list_plans(consultation)
    cited = _cited_in(plan.point.id for plan in plans)
    pairs: dict[tuple[int, int | None], list[tuple[Plan, PointFate]]] = {}
    for plan in plans:
        point = plan.point
        fate = Fate.vanishes if plan.place is None else Fate.stays if plan.place.start == point.start else Fate.moves
        several = plan.place is not None and plan.place.several
        row = PointFate(point.number, point.quotation, fate, several, cited.get(point.id, ()))
        pairs.setdefault((point.answer_id, plan.answer.id if plan.answer else None), []).append((plan, row))
    return [_pair(rows[0][0].point.answer, rows[0][0].answer, [row for _, row in rows]) for rows in pairs.values()]


def list_carried(consultation: Consultation) -> list[Pair]:
    """What has been moved to the versions that stand now, answer by answer. Two statements."""
    earlier, was = aliased(Point), aliased(Answer)
    statement = (
        queries.of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation)
        .add_columns(earlier, was)
        .join(earlier, earlier.id == Point.carried_from_id)
        .join(was, was.id == earlier.answer_id)
        .options(
            contains_eager(Point.answer).options(queries.WITH_SENDER, contains_eager(Answer.question)),
            joinedload(was.version),
        )
        .order_by(Position.id, Point.number)
    )
    rows = db.session.execute(statement).all()
    cited = _cited_in(point.id for point, _, _ in rows)
    pairs: dict[tuple[int, int], tuple[Answer, Answer, list[PointFate]]] = {}
    for point, place, answer in rows:
        words = answer.text[place.start : place.end]
        fate = Fate.reworded if words != point.quotation else Fate.stays if place.start == point.start else Fate.moves
        row = PointFate(point.number, words, fate, False, cited.get(point.id, ()))
        pairs.setdefault((answer.id, point.answer_id), (answer, point.answer, []))[2].append(row)
    return [_pair(*pair) for pair in pairs.values()]


def _pair(before: Answer, after: Answer | None, points: list[PointFate]) -> Pair:
    shown = after or before
    version = shown.version
    return Pair(
        organisation=version.organisation_name,
        slug=version.position.organisation.slug,
        question=shown.question.number,
        asked=shown.question.text,
        version=version.number if version.is_view else None,
        numbers=(before.version.number, after.version.number if after else None),
        before=before.text,
        after=after.text if after else None,
        points=points,
    )


def _cited_in(point_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    statement = (
        sa.select(Citation.point_id, Finding.number)
        .join(Finding, Finding.id == Citation.finding_id)
        .where(Citation.point_id.in_(list(point_ids)))
        .order_by(Finding.number)
    )
    cited: dict[int, tuple[int, ...]] = {}
    for point_id, number in db.session.execute(statement):
        cited[point_id] = (*cited.get(point_id, ()), number)
    return cited


def _key_of(answer: Answer, version: PositionVersion | None = None) -> queries.Key:
    version = version or answer.version
    return version.position.organisation.slug, answer.question.number, version.number if version.is_view else None


def _key_now(answer: Answer) -> queries.Key:
    """Where the answer's words are to be looked for: in the current answer, or in what the speaker made of the view."""
    version = answer.version
    made = {other.transcription.corrects_id: other for other in version.position.versions if other.transcription} if version.is_view else {}
    while version.id in made:
        version = made[version.id]
    return _key_of(answer, version)
