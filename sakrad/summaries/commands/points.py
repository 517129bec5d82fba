"""Taking up exact words, sorting them, setting them aside. Each writes its line in the history of the points (PointChange)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.core.errors import Blocker, refuse_unless_clear
from sakrad.core.events import Actor
from sakrad.core.text import Span
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer
from sakrad.records.commands import ReasonMissing
from sakrad.summaries import lifecycle, queries
from sakrad.summaries.commands.history import next_number, record
from sakrad.summaries.commands.sharing import mark_read
from sakrad.summaries.marking import trimmed
from sakrad.summaries.models import NothingToTakeUp, Point, PointChangeKind, Theme

NOTE = 500  # code points that the column holds


def refuse_unless_compiling(consultation: Consultation, at: datetime) -> None:
    """Raise `Blocked` before opening and after the summary is published."""
    refuse_unless_clear(lifecycle.blockers_to_compile(dates_of(consultation), at))


def refuse_unless_current(answer: Answer, at: datetime) -> None:
    """Raise `Blocked` unless the answer is what the organisation stands for now, and is being compiled."""
    version = answer.version
    refuse_unless_compiling(version.position.consultation, at)
    stands = not version.is_disowned and not version.is_withdrawn
    refuse_unless_clear(lifecycle.blockers_to_take_up(current=version.is_newest, stands=stands))


def joined_notes(notes: Iterable[str]) -> str:
    """All the notes, each once. Raise `Blocked` when they are longer together than a note may be."""
    note = "\n".join(dict.fromkeys(filter(None, notes)))
    refuse_unless_clear([Blocker("point_notes_too_long", {"most": NOTE})] if len(note) > NOTE else [])
    return note


def take_up(
    answer: Answer,
    *,
    spans: Sequence[Span] | None,
    theme: Theme | None = None,
    groups: Sequence[TargetGroup] | None = None,
    note: str = "",
    actor: Actor | None,
    at: datetime,
) -> list[Point]:
    """Make points of the answer's exact words, one per span; None takes it whole. White space at the ends is left out.

    Splitting an answer that was taken up whole narrows that point to the first span, unless it is already cited or set
    aside. A span that is a point already gives that point. Whatever said that nothing is taken up is withdrawn.

    Args:
        groups: whom the words are about; None means those that the version speaks for.
        note: between colleagues, on each of the points, after what is noted there already.

    Raises:
        BadSpan: a span lies outside the text or holds only white space.
        Blocked: the answer is not of the current version, or the summary is published.
    """
    position = answer.version.position
    refuse_unless_current(answer, at)
    wanted = [trimmed(answer.text, span) for span in (spans if spans is not None else [Span(0, len(answer.text))])]
    reopen_answer(answer, actor=actor, at=at)
    there = {Span(point.start, point.end): point for point in queries.list_points_of(answer)}
    whole = there.get(trimmed(answer.text, Span(0, len(answer.text))))
    if whole and (whole.set_aside_at or queries.cited_numbers([whole])):
        whole = None
    points = []
    for span in wanted:
        point, done = there.get(span), None
        if point is None and whole is not None:
            point, whole, done = whole, None, PointChangeKind.narrowed
            point.start, point.end = span.start, span.end
        if point is None:
            done = PointChangeKind.taken_up
            point = Point(
                consultation_id=position.consultation_id,
                number=next_number(position.consultation_id),
                answer_id=answer.id,
                start=span.start,
                end=span.end,
                created_at=at,
                created_by_id=actor.id if actor else None,
                note="",
                groups=list(answer.version.groups),
            )
            db.session.add(point)
        there[span] = point
        if theme is not None and theme is not point.theme:
            point.theme, done = theme, done or PointChangeKind.sorted
        if groups is not None:
            point.groups = list(groups)
        point.note = joined_notes([point.note, note.strip()])
        points.append(point)
        db.session.flush()
        if done:
            record(point, done, actor=actor, at=at)
    mark_read([answer], actor=actor, at=at)
    return points


def sort_point(
    point: Point, *, theme: Theme | None, groups: Sequence[TargetGroup], note: str | None = None, actor: Actor | None, at: datetime
) -> None:
    """Put the point under the theme (None: under none), say whom it is about, and note something between colleagues (None: as it was)."""
    refuse_unless_compiling(point.consultation, at)
    moved = theme is not point.theme
    point.theme = theme
    point.groups = list(groups)
    if note is not None:
        point.note = note.strip()
    db.session.flush()
    if moved:
        record(point, PointChangeKind.sorted, actor=actor, at=at)


def remove_point(point: Point, *, actor: Actor | None, at: datetime) -> None:
    """Take the point away: its words are then neither taken up nor left out.

    Raises:
        Blocked: a finding cites it, or the summary is published.
    """
    refuse_unless_compiling(point.consultation, at)
    refuse_unless_clear(lifecycle.blockers_to_leave(queries.cited_numbers([point])))
    record(point, PointChangeKind.removed, actor=actor, at=at)
    forget(point)


def forget(point: Point) -> None:
    """Delete the point's rows; its history stays."""
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
    leave_out(points, reason=reason, actor=actor, at=at)


def leave_out(points: Sequence[Point], *, reason: str, actor: Actor | None, at: datetime) -> None:
    """The same, whatever the phase: for a correction of what is published."""
    for point in points:
        point.set_aside_at, point.set_aside_reason = at, reason.strip()
        point.set_aside_by_id = actor.id if actor else None
        record(point, PointChangeKind.set_aside, actor=actor, at=at)
    mark_read([point.answer for point in points], actor=actor, at=at)
    db.session.flush()


def take_back(point: Point, *, actor: Actor | None, at: datetime) -> None:
    """The point is no longer set aside."""
    refuse_unless_compiling(point.consultation, at)
    let_in(point, actor=actor, at=at)


def let_in(point: Point, *, actor: Actor | None, at: datetime) -> None:
    """The same, whatever the phase: for a correction of what is published."""
    if point.set_aside_at is not None:
        record(point, PointChangeKind.taken_back, actor=actor, at=at)
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
    mark_read([answer], actor=actor, at=at)
    db.session.flush()


def reopen_answer(answer: Answer, *, actor: Actor | None, at: datetime) -> None:
    """Withdraw what said that nothing is taken up from the answer."""
    refuse_unless_compiling(answer.version.position.consultation, at)
    if row := db.session.get(NothingToTakeUp, answer.id):
        db.session.delete(row)
        db.session.flush()
