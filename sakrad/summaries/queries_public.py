"""What readers may see of the summary's sources and texts: what its page, its editions and its answers are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext

from sakrad.consultations.models import Consultation, Invitation, Question, QuestionKind
from sakrad.core.db import db, json_rows
from sakrad.core.paging import fitting
from sakrad.core.text import Span
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_public import SAYS_ANYTHING, Voice, is_counted, is_quotable, masked_slice, positions, slice_of, voice
from sakrad.records.models import TextKind
from sakrad.summaries.citations import Quotation
from sakrad.summaries.models import Citation, Edition, Finding, NothingToTakeUp, Point, Summary
from sakrad.summaries.queries import IS_STANDING

Masks = Mapping[tuple[TextKind, int], list[Span]]


@dataclass(frozen=True, slots=True)
class Source:
    """A cited point as readers may see it: without words when they may not be read."""

    index: int  # on the page
    point: int  # its number in the consultation
    point_id: int
    voice: Voice
    words: str
    cut: bool
    question: int
    earlier: bool  # from a version that has been replaced
    stance: Stance | None
    own_interest: bool
    quoted: bool = False  # in the text beside it, so that the margin need not say the words again


# -- columns of the page's head


def invited_count() -> sa.ScalarSelect[int]:
    """How many organisations were invited. Needs Consultation outside."""
    return (
        sa.select(sa.func.count())
        .select_from(Invitation)
        .where(Invitation.consultation_id == Consultation.id)
        .correlate(Consultation)
        .scalar_subquery()
    )


def invited_answered_count() -> sa.ScalarSelect[int]:
    """How many of them answered. Needs Consultation outside."""
    return (
        sa.select(sa.func.count())
        .select_from(Invitation)
        .join(
            Position,
            sa.and_(Position.consultation_id == Invitation.consultation_id, Position.organisation_id == Invitation.organisation_id),
        )
        .where(Invitation.consultation_id == Consultation.id, is_counted())
        .correlate(Consultation)
        .scalar_subquery()
    )


def summary_columns() -> dict[str, sa.ScalarSelect[Any]]:
    """Id of the published summary, and its text in short before masks. Needs Consultation outside."""
    published = sa.select(Summary.id).where(Summary.consultation_id == Consultation.id, Summary.published_at.is_not(None))
    mine = published.correlate(Consultation)
    return {"summary_id": mine.scalar_subquery(), "in_short": mine.with_only_columns(Summary.in_short).scalar_subquery()}


def findings_column() -> sa.ScalarSelect[Any]:
    """The findings of the published summary, a text each. Needs Consultation outside; read by `findings_in`."""
    texts = (Finding.number, Finding.id, Finding.heading, Finding.body, Finding.section, sa.case((Finding.minority, 1), else_=0))
    return (
        sa.select(json_rows(*texts))
        .join(Summary, Summary.id == Finding.summary_id)
        .where(Summary.consultation_id == Consultation.id, Summary.published_at.is_not(None))
        .correlate(Consultation)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Text:
    """A finding as it is written, before masks. `id` is what they lie over."""

    number: int
    id: int
    heading: str
    body: str
    section: str
    minority: bool


def findings_in(rows: Sequence[Sequence[Any]] | None) -> list[Text]:
    """What the column holds, by number."""
    found = sorted(rows or (), key=itemgetter(0))
    return [Text(number, id_, heading, body, section, bool(minority)) for number, id_, heading, body, section, minority in found]


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition in the list of them. `reason` still wants its mask, by `id`."""

    number: int
    id: int
    published_at: datetime
    reason: str


def editions_column() -> sa.ScalarSelect[Any]:
    """The editions of the published summary. Needs Consultation outside; read by `editions_in`."""
    return (
        sa.select(json_rows(Edition.number, Edition.id, Edition.published_at, Edition.reason))
        .join(Summary, Summary.id == Edition.summary_id)
        .where(Summary.consultation_id == Consultation.id, Summary.published_at.is_not(None))
        .correlate(Consultation)
        .scalar_subquery()
    )


def editions_in(rows: Sequence[Sequence[Any]] | None) -> tuple[EditionLine, ...]:
    """What the column holds, oldest first."""
    return tuple(EditionLine(number, id_, _instant(at), reason) for number, id_, at, reason in sorted(rows or (), key=itemgetter(0)))


def _instant(text: str) -> datetime:
    """An instant as the databases write it into JSON: SQLite without its zone, which is UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def unanswered_column() -> sa.ScalarSelect[Any]:
    """Number and text of each question that nobody answered (the rule of queries_writing.list_unanswered). Needs Consultation outside."""
    answered = (
        sa.select(Answer.id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Answer.question_id == Question.id, IS_STANDING, SAYS_ANYTHING)
        .correlate(Question)
        .exists()
    )
    return (
        sa.select(json_rows(Question.number, Question.text))
        .where(Question.consultation_id == Consultation.id, Question.kind != QuestionKind.open, Question.withdrawn_at.is_(None), ~answered)
        .correlate(Consultation)
        .scalar_subquery()
    )


# -- sources


def list_points(at: datetime, *where: sa.ColumnElement[bool], nothing: bool = False) -> list[Any]:
    """Points with their words and their sender, once per finding that cites them: rows for `source`.

    Args:
        nothing: also a row for each answer from which nothing is taken up, with no point but `nothing_because`.
    """
    version = sa.orm.aliased(PositionVersion, name="spoken_version")
    statement = _of_points(positions(at, *_columns(version, nothing=nothing), spoken=version), version, nothing=nothing)
    return list(db.session.execute(statement.where(*where)))


def points_alone() -> sa.Select[*tuple[Any, ...]]:
    """A statement of the same rows, with `nothing`, but without their sender: `position_id`, `version_id` and `meeting_id` say who
    that is. Narrow it with where.
    """
    version = sa.orm.aliased(PositionVersion, name="spoken_version")
    whose = (Position.id.label("position_id"), version.id.label("version_id"), version.meeting_id)
    statement = sa.select(*whose, *_columns(version, nothing=True)).select_from(Position).join(version, version.position_id == Position.id)
    return _of_points(statement, version, nothing=True)


def _columns(version: Any, *, nothing: bool) -> tuple[Any, ...]:
    return (
        Point.id.label("point_id"),
        Point.number.label("point"),
        Point.start,
        Point.end,
        Point.set_aside_at,
        Point.set_aside_reason,
        Answer.id.label("answer_id"),
        Answer.stance,
        Answer.own_interest,
        slice_of(Answer, Point.start, Point.end).label("words"),
        sa.and_(is_quotable(Answer.version_id), version.withdrawn_at.is_(None), version.disowned_at.is_(None)).label("quotable"),
        version.number.label("spoken_in"),
        version.reuse,
        Question.number.label("question"),
        Citation.finding_id,
        (NothingToTakeUp.reason if nothing else sa.null()).label("nothing_because"),
    )


def _of_points(statement: sa.Select[*tuple[Any, ...]], version: Any, *, nothing: bool) -> sa.Select[*tuple[Any, ...]]:
    statement = (
        statement.join(Answer, Answer.version_id == version.id)
        .join(Point, Point.answer_id == Answer.id, isouter=nothing)
        .join(Question, Question.id == Answer.question_id)
        .outerjoin(Citation, Citation.point_id == Point.id)
    )
    if nothing:
        statement = statement.outerjoin(NothingToTakeUp, NothingToTakeUp.answer_id == Answer.id)
        statement = statement.where(sa.or_(Point.id.is_not(None), NothingToTakeUp.answer_id.is_not(None)))
    return statement.order_by(Citation.finding_id, Citation.order, Point.number, Answer.id)


class Said(NamedTuple):
    """A point, a row of `list_points` or of `points_alone`, and whose it is."""

    row: Any
    voice: Voice


def words_of(row: Any, masks: Masks, seen: Voice | None = None) -> str:
    """The exact words of a cited point, masked; empty where they may not be read. `seen`: its sender, where that is known already."""
    if not ((seen or voice(row)).readable and row.quotable):
        return ""
    return masked_slice(row.words, row.start, row.end, masks.get((TextKind.answer, row.answer_id), []))


def source(row: Any, index: int, masks: Masks, budget: int, *, quoted: bool = False, seen: Voice | None = None) -> Source:
    """A cited point as readers may see it, in about `budget` bytes.

    Args:
        quoted: its words stand as a quotation in the text.
        seen: its sender, where that is known already.
    """
    seen = seen or voice(row)
    words = words_of(row, masks, seen)
    end = fitting(words, budget)
    return Source(
        index=index,
        point=row.point,
        point_id=row.point_id,
        voice=seen,
        words=words[:end].rstrip(),
        cut=end < len(words),
        question=row.question,
        earlier=row.spoken_in < seen.version,
        stance=row.stance if words else None,
        own_interest=bool(row.own_interest and words),
        quoted=quoted,
    )


def quotation(row: Any, masks: Masks, budget: int, seen: Voice | None = None) -> Quotation:
    """The point's words as a quotation in the text, with who says them; `seen` as in `source`."""
    seen = seen or voice(row)
    words = words_of(row, masks, seen)
    end = fitting(words, budget)
    return Quotation(words[:end].rstrip() + (" …" if end < len(words) else ""), seen.name or gettext("En organisation"))
