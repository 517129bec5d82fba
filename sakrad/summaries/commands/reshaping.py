"""Points that are already there, in another shape: split, merged, with fewer or more words. Numbers and citations are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.core.errors import Blocker, refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.positions.models import Answer
from sakrad.summaries import queries
from sakrad.summaries.commands.carrying import carry
from sakrad.summaries.commands.findings import save_finding
from sakrad.summaries.commands.history import next_number, record
from sakrad.summaries.commands.points import forget, joined_notes, refuse_unless_current
from sakrad.summaries.marking import BadSpan, cut, trimmed, union
from sakrad.summaries.models import Citation, Finding, Point, PointChangeKind
from sakrad.summaries.rewriting import renumbered


class Apart(ValueError):
    """Points are merged when there are at least two, of the same answer."""


def split_point(point: Point, *, spans: Sequence[Span], actor: Actor | None, at: datetime) -> list[Point]:
    """Cut the point where the spans begin and end. The first part keeps the number; every word stays in one of the parts.

    The parts have the point's theme, groups, note and reason to be set aside. Findings that cite it cite all the parts.

    Raises:
        BadSpan: the spans hold no words of the point, or all of them.
        Blocked: the answer is not of the current version, or the summary is published.
    """
    answer = point.answer
    refuse_unless_current(answer, at)
    first, *rest = cut(answer.text, Span(point.start, point.end), spans)
    if not rest:
        raise BadSpan
    _refuse_if_taken(answer, [first, *rest], [point])
    point.start, point.end = first.start, first.end
    db.session.flush()
    record(point, PointChangeKind.narrowed, actor=actor, at=at)
    parts = [point]
    for span in rest:
        part = Point(
            consultation_id=point.consultation_id,
            number=next_number(point.consultation_id),
            answer=answer,
            start=span.start,
            end=span.end,
            theme=point.theme,
            groups=list(point.groups),
            note=point.note,
            set_aside_at=point.set_aside_at,
            set_aside_reason=point.set_aside_reason,
            set_aside_by_id=point.set_aside_by_id,
            created_at=at,
            created_by_id=actor.id if actor else None,
        )
        db.session.add(part)
        db.session.flush()
        record(point, PointChangeKind.split_off, actor=actor, at=at, other=part.number)
        record(part, PointChangeKind.taken_up, actor=actor, at=at, other=point.number)
        parts.append(part)
    _rewrite([point], {point.number: [part.number for part in parts]}, actor, at)
    return parts


def merge_points(points: Sequence[Point], *, actor: Actor | None, at: datetime) -> Point:
    """Make one point of several of the same answer: the first in the text, which keeps its number, with all their words.

    What lies between them comes along. Findings that cite the others cite it instead; themes, groups and notes are kept.

    Raises:
        Apart: they are fewer than two, or of different answers.
        Blocked: some are set aside, their notes are too long together, the words are a point already, the answer is not of
            the current version, or the summary is published.
    """
    if len(points) < 2 or len({point.answer_id for point in points}) > 1:
        raise Apart
    kept, *others = sorted(points, key=lambda point: (point.start, point.end))
    refuse_unless_current(kept.answer, at)
    aside = [point.number for point in (kept, *others) if point.set_aside_at]
    refuse_unless_clear([Blocker("point_set_aside", {"numbers": aside})] if aside else [])
    notes = joined_notes(point.note for point in (kept, *others))
    span = union([Span(point.start, point.end) for point in (kept, *others)])
    _refuse_if_taken(kept.answer, [span], points)
    kept.start, kept.end, kept.note = span.start, span.end, notes
    kept.theme = next((point.theme for point in (kept, *others) if point.theme), None)
    kept.groups = list(dict.fromkeys(group for point in (kept, *others) for group in point.groups))
    db.session.flush()
    _rewrite(others, {point.number: [kept.number] for point in (kept, *others)}, actor, at)
    for point in others:
        record(point, PointChangeKind.merged, actor=actor, at=at, other=kept.number)
        forget(point)
    record(kept, PointChangeKind.narrowed, actor=actor, at=at)
    return kept


def change_words(point: Point, *, answer: Answer, span: Span, actor: Actor | None, at: datetime) -> None:
    """Let the point be other words: fewer, more, or those of the answer that stands now where its own are gone.

    Raises:
        BadSpan: the span holds no words of the answer.
        Apart: the answer is another organisation's, or to another question.
        Blocked: the words are a point already, the answer is not of the current version, or the summary is published.
    """
    refuse_unless_current(answer, at)
    if (answer.version.position_id, answer.question_id) != (point.answer.version.position_id, point.answer.question_id):
        raise Apart
    span = trimmed(answer.text, span)
    _refuse_if_taken(answer, [span], [point])
    if answer.id != point.answer_id:
        carry(point, answer, span, actor=actor, at=at)
    elif span != Span(point.start, point.end):
        point.start, point.end = span.start, span.end
        db.session.flush()
        record(point, PointChangeKind.narrowed, actor=actor, at=at)


def _refuse_if_taken(answer: Answer, spans: Sequence[Span], but: Sequence[Point]) -> None:
    """The same words are not two points: it would not be clear which of them is cited."""
    own = {point.id for point in but}
    taken = [point.number for point in queries.list_points_of(answer) if point.id not in own and Span(point.start, point.end) in spans]
    refuse_unless_clear([Blocker("point_same_words", {"numbers": taken})] if taken else [])


def _rewrite(points: Sequence[Point], becomes: Mapping[int, Sequence[int]], actor: Actor | None, at: datetime) -> None:
    """Let every finding that cites the points say what they have become."""
    citing = sa.select(Citation.finding_id).where(Citation.point_id.in_([point.id for point in points]))
    for finding in db.session.scalars(sa.select(Finding).where(Finding.id.in_(citing)).order_by(Finding.number)):
        body = renumbered(finding.body, becomes)
        save_finding(finding, heading=finding.heading, body=body, seen_version=finding.version, actor=actor, at=at)
