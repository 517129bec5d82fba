"""Taking up exact words, sorting them, setting them aside. The event log holds publication; who took up what stands in the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer, PositionVersion
from sakrad.summaries import lifecycle, queries
from sakrad.summaries.models import NothingToTakeUp, Point, Theme


class BadSpan(ValueError):
    """The range holds no words of the answer."""


class ReasonMissing(ValueError):
    """Leaving words out is answered for."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the points of replaced versions: the numbers of those that moved, and of those whose words are gone."""

    moved: list[int]
    vanished: list[int]


def refuse_unless_compiling(consultation: Consultation, at: datetime) -> None:
    """Raise `Blocked` before opening and after the summary is published."""
    refuse_unless_clear(lifecycle.blockers_to_compile(dates_of(consultation), at))


def add_theme(consultation: Consultation, *, name: str, actor: Actor | None, at: datetime) -> Theme:
    """The theme of that name: a new one last in order, or the one there is (names differ by more than case)."""
    refuse_unless_compiling(consultation, at)
    themes = queries.list_themes(consultation)
    for theme in themes:
        if theme.name.casefold() == name.casefold():
            return theme
    theme = Theme(consultation_id=consultation.id, name=name, order=max((theme.order for theme in themes), default=0) + 1)
    db.session.add(theme)
    db.session.flush()
    return theme


def rename_theme(theme: Theme, *, name: str, consultation: Consultation, actor: Actor | None, at: datetime) -> Theme:
    """Give the theme another name. When another theme has it already, the two become one."""
    refuse_unless_compiling(consultation, at)
    for other in queries.list_themes(consultation):
        if other.id != theme.id and other.name.casefold() == name.casefold():
            db.session.execute(sa.update(Point).where(Point.theme_id == theme.id).values(theme_id=other.id))
            db.session.delete(theme)
            db.session.flush()
            return other
    theme.name = name
    db.session.flush()
    return theme


def take_up(
    answer: Answer,
    *,
    spans: Sequence[Span] | None,
    theme: Theme | None = None,
    groups: Sequence[TargetGroup] | None = None,
    actor: Actor | None,
    at: datetime,
) -> list[Point]:
    """Make points of the answer's exact words, one per span; None takes it whole. White space at the ends is left out.

    Splitting an answer that was taken up whole narrows that point to the first span, unless it is already cited or set
    aside. A span that is a point already gives that point. Whatever said that nothing is taken up is withdrawn.

    Args:
        groups: whom the words are about; None means those that the version speaks for.

    Raises:
        BadSpan: a span lies outside the text or holds only white space.
        Blocked: the answer is not of the current version, or the summary is published.
    """
    position = answer.version.position
    refuse_unless_compiling(position.consultation, at)
    version = answer.version
    stands = not version.is_disowned and not version.is_withdrawn
    refuse_unless_clear(lifecycle.blockers_to_take_up(current=version.is_newest, stands=stands))
    wanted = [_trimmed(answer.text, span) for span in (spans if spans is not None else [Span(0, len(answer.text))])]
    reopen_answer(answer, actor=actor, at=at)
    there = {Span(point.start, point.end): point for point in queries.list_points_of(answer)}
    whole = there.get(_trimmed(answer.text, Span(0, len(answer.text))))
    if whole and (whole.set_aside_at or queries.cited_numbers([whole])):
        whole = None
    points = []
    for span in wanted:
        point = there.get(span)
        if point is None and whole is not None:
            point, whole = whole, None
            point.start, point.end = span.start, span.end
        if point is None:
            point = Point(
                consultation_id=position.consultation_id,
                number=_next_number(position.consultation_id),
                answer_id=answer.id,
                start=span.start,
                end=span.end,
                created_at=at,
                created_by_id=actor.id if actor else None,
                groups=list(answer.version.groups),
            )
            db.session.add(point)
        there[span] = point
        point.theme = theme or point.theme
        if groups is not None:
            point.groups = list(groups)
        points.append(point)
        db.session.flush()
    return points


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    if not 0 <= start < end <= len(text):
        raise BadSpan
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        raise BadSpan
    return Span(start, end)


def _next_number(consultation_id: int) -> int:
    last = db.session.scalar(sa.select(sa.func.max(Point.number)).where(Point.consultation_id == consultation_id))
    return (last or 0) + 1


def sort_point(point: Point, *, theme: Theme | None, groups: Sequence[TargetGroup], actor: Actor | None, at: datetime) -> None:
    """Put the point under the theme (None: under none) and say whom it is about."""
    refuse_unless_compiling(point.consultation, at)
    point.theme = theme
    point.groups = list(groups)
    db.session.flush()


def remove_point(point: Point, *, actor: Actor | None, at: datetime) -> None:
    """Take the point away: its words are then neither taken up nor left out.

    Raises:
        Blocked: a finding cites it, or the summary is published.
    """
    refuse_unless_compiling(point.consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_leave(queries.cited_numbers([point])))
    place: Point | None = point
    while place is not None:  # with the rows that remember its earlier places
        earlier = place.carried_from_id
        db.session.delete(place)
        db.session.flush()
        place = db.session.get(Point, earlier) if earlier is not None else None


def set_aside(points: Sequence[Point], *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Leave the points out of the summary with one shared reason, which is public and is their answer.

    Raises:
        ReasonMissing: there is no reason.
        Blocked: findings cite some of them (every number is told), or the summary is published.
    """
    if not reason.strip():
        raise ReasonMissing
    for point in points[:1]:
        refuse_unless_compiling(point.consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_leave(queries.cited_numbers(points)))
    for point in points:
        point.set_aside_at, point.set_aside_reason = at, reason.strip()
        point.set_aside_by_id = actor.id if actor else None
    db.session.flush()


def take_back(point: Point, *, actor: Actor | None, at: datetime) -> None:
    """The point is no longer set aside."""
    refuse_unless_compiling(point.consultation, at)
    point.set_aside_at, point.set_aside_reason, point.set_aside_by_id = None, "", None
    db.session.flush()


def nothing_to_take_up(answer: Answer, *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Say why nothing is taken up from the answer (a greeting, "se ovan"). Points of it that no finding cites go away.

    Raises:
        ReasonMissing: there is no reason.
        Blocked: a finding cites a point of it, or the summary is published.
    """
    if not reason.strip():
        raise ReasonMissing
    consultation = answer.version.position.consultation
    refuse_unless_compiling(consultation, at)
    points = queries.list_points_of(answer)
    refuse_unless_clear(lifecycle.blockers_to_leave(queries.cited_numbers(points)))
    for point in points:
        remove_point(point, actor=actor, at=at)
    row = db.session.get(NothingToTakeUp, answer.id) or NothingToTakeUp(answer_id=answer.id)
    row.reason, row.decided_at, row.decided_by_id = reason.strip(), at, actor.id if actor else None
    db.session.add(row)
    db.session.flush()


def reopen_answer(answer: Answer, *, actor: Actor | None, at: datetime) -> None:
    """Withdraw what said that nothing is taken up from the answer."""
    refuse_unless_compiling(answer.version.position.consultation, at)
    if row := db.session.get(NothingToTakeUp, answer.id):
        db.session.delete(row)
        db.session.flush()


def carry_points(consultation: Consultation, *, actor: Actor | None, at: datetime) -> Carried:
    """Move the points of replaced versions to the same words of the new answer to the same question, where they stand.

    The point keeps its number, and so its citations; a row that it points at (`carried_from_id`) remembers its earlier
    place. Points whose words are gone stay where they were and are told. Where the words stand more than once the place
    nearest to the earlier one is taken.
    """
    refuse_unless_compiling(consultation, at)
    left_behind = queries.list_left_behind(consultation)
    keys = {point.id: _key_now(point.answer) for point in left_behind}
    standing = {_key_of(answer): answer for answer in queries.list_answers(consultation, set(keys.values()))}
    carried = Carried([], [])
    for point in left_behind:
        answer = standing.get(keys[point.id])
        start = _nearest(answer.text, point.quotation, point.start) if answer else None
        if answer is None or start is None:
            carried.vanished.append(point.number)
            continue
        place = Point(
            consultation_id=consultation.id,
            number=_next_number(consultation.id),
            answer_id=point.answer_id,
            start=point.start,
            end=point.end,
            carried_from_id=point.carried_from_id,
            created_at=point.created_at,
            created_by_id=point.created_by_id,
        )
        db.session.add(place)
        db.session.flush()
        point.answer, point.start, point.end = answer, start, start + (point.end - point.start)
        point.carried_from_id = place.id
        db.session.flush()
        carried.moved.append(point.number)
    return carried


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


def _nearest(text: str, words: str, start: int) -> int | None:
    """Where the words stand in the text, nearest to `start`; None where they do not."""
    places, at = [], text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return min(places, key=lambda place: abs(place - start), default=None)
