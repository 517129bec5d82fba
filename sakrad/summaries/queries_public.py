"""The published summary: each finding with its sources beside it and the authority's answer under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from sakrad.consultations.models import Consultation, Invitation, Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import bytes_of, fitting, packed
from sakrad.core.text import Span
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_behind import Rows, Together, agreed_column, joined_column
from sakrad.positions.queries_public import (
    LISTED,
    Shown,
    Voice,
    how_many,
    is_counted,
    is_quotable,
    masked_slice,
    positions,
    slice_of,
    visibility_sql,
    voice,
)
from sakrad.positions.queries_reading import Listed, StanceChart, Taken, by_name, stance_chart
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.models import Citation, Finding, Point, Summary, summary_not_heard
from sakrad.summaries.replies import Replies, replies_in

PAGE_BYTES = 34_000  # of findings with their sources and answers, about, as they are sent
SOURCE_BYTES = 420  # of what stands around a quotation
REPLY_BYTES = 450  # of what stands around a reply, and around each of its commitments
WORDS_BYTES = 16_000  # of quotations beside one finding
ASIDES = 15  # points set aside that are quoted; the rest are counted
VOICES = 20  # in the table of who answered; the rest are a link away
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


@dataclass(frozen=True, slots=True)
class PointReply:
    """The authority's answer to one source of a finding."""

    source: Source
    reply: Any


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with all that hangs on it. `html` is None when it stands on another page."""

    number: int
    heading: str
    page: int
    html: Markup | None
    sources: tuple[Source, ...]
    reply: Any
    point_replies: tuple[PointReply, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """Points set aside for one reason, which is their answer unless the authority gave a point one of its own."""

    reason: str
    sources: tuple[Source, ...]
    replies: tuple[PointReply, ...]


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """…/sammanstallning"""

    head: Head
    in_short: str
    not_heard: tuple[Named, ...]
    invited: int
    invited_answered: int
    answered: int
    points: int
    cited: int
    findings: tuple[FindingView, ...]
    asides: tuple[Aside, ...]
    set_aside: int  # all of them, also those beyond ASIDES
    charts: tuple[StanceChart, ...]
    listed: tuple[Listed, ...]
    more_listed: int
    replied: bool
    page: int
    pages: int
    valid_until: datetime


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


def get_summary_page(kommun: str, slug: str, page: int, at: datetime) -> SummaryPage:
    """The published summary. 5 statements and those of `replies_in`.

    Raises:
        Missing: there is none, or it has not been published.
    """
    mine = sa.select(Summary.id).where(Summary.consultation_id == Consultation.id, Summary.published_at.is_not(None))
    own = mine.correlate(Consultation).scalar_subquery()
    head, more = get_head(
        kommun,
        slug,
        at,
        summary_id=own,
        in_short=mine.with_only_columns(Summary.in_short).correlate(Consultation).scalar_subquery(),
        not_heard=groups_of(summary_not_heard, summary_not_heard.c.summary_id, own),
        answered=how_many(at),
        invited=invited_count(),
        invited_answered=invited_answered_count(),
        joined=joined_column(),
        agreed=agreed_column(),
    )
    if more["summary_id"] is None or head.summary_published_at is None:
        raise Missing("summary")
    findings = list(db.session.scalars(sa.select(Finding).where(Finding.summary_id == more["summary_id"]).order_by(Finding.number)))
    points = list_points(at, Point.consultation_id == head.id)
    listed, charts = _voices(head.id, at, more["joined"], more["agreed"])
    replies = replies_in(head.id, at)
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in points},
            TextKind.set_aside: [row.point_id for row in points if row.set_aside_at],
            TextKind.finding: [finding.id for finding in findings],
            TextKind.finding_heading: [finding.id for finding in findings],
            TextKind.in_short: [more["summary_id"]],
        }
    )
    aside = [row for row in points if row.set_aside_at is not None and row.finding_id is None]
    asides = _asides(aside[:ASIDES], replies, masks)
    views, pages = _paged(findings, points, replies, masks, page, tail=_tail(asides, listed[:VOICES], charts))
    return SummaryPage(
        head=head,
        in_short=published(more["in_short"], masks.get((TextKind.in_short, more["summary_id"]), ())),
        not_heard=unpacked(more["not_heard"]),
        invited=more["invited"],
        invited_answered=more["invited_answered"],
        answered=more["answered"],
        points=len({row.point_id for row in points if row.finding_id is not None or row.set_aside_at is not None}),
        cited=len({row.point_id for row in points if row.finding_id is not None}),
        findings=views,
        asides=asides,
        set_aside=len(aside),
        charts=charts,
        listed=tuple(listed[:VOICES]),
        more_listed=max(0, len(listed) - VOICES),
        replied=bool(replies.by_finding or replies.by_point),
        page=min(page, pages),
        pages=pages,
        valid_until=head.valid_until,
    )


def list_points(at: datetime, *where: sa.ColumnElement[bool]) -> list[Any]:
    """Points with their words and their sender, once per finding that cites them: rows for `source`."""
    version = sa.orm.aliased(PositionVersion, name="spoken_version")
    columns = (
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
        Question.number.label("question"),
        Citation.finding_id,
    )
    statement = (
        positions(at, *columns, spoken=version)
        .join(Answer, Answer.version_id == version.id)
        .join(Point, Point.answer_id == Answer.id)
        .join(Question, Question.id == Answer.question_id)
        .outerjoin(Citation, Citation.point_id == Point.id)
        .where(*where)
        .order_by(Citation.finding_id, Citation.order, Point.number)
    )
    return list(db.session.execute(statement))


def _voices(consultation_id: int, at: datetime, joined: Rows, agreed: Rows) -> tuple[list[Listed], tuple[StanceChart, ...]]:
    """Who answered, and the chart of each proposal, in which each organisation counts once."""
    statement = (
        positions(at, Position.organisation_id, Question.number.label("question"), Question.text, Answer.stance)
        .outerjoin(Answer, sa.and_(Answer.version_id == Shown.id, Answer.stance.is_not(None)))
        .outerjoin(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == consultation_id, visibility_sql(at).in_(LISTED))
        .order_by(*by_name(at), Question.number)
    )
    voices: dict[int, Listed] = {}
    readable: dict[int, tuple[int, Voice]] = {}
    proposals: dict[int, tuple[str, dict[int, Stance]]] = {}
    for row in db.session.execute(statement):
        seen = voice(row)
        before = voices.get(row.position_id)
        taken = before.stances if before else ()
        if seen.readable:
            readable[row.position_id] = (row.organisation_id, seen)
        if row.stance is not None and seen.readable:
            taken = (*taken, Taken(row.question, row.stance))
            proposals.setdefault(row.question, (row.text, {}))[1][row.position_id] = row.stance
        voices[row.position_id] = Listed(seen, taken)
    together = Together(joined, agreed, readable)
    charts = tuple(stance_chart(number, text, together.count(number, stances)) for number, (text, stances) in sorted(proposals.items()))
    return list(voices.values()), charts


def source(row: Any, index: int, masks: Masks, budget: int) -> Source:
    """A cited point as readers may see it."""
    seen = voice(row)
    words = ""
    if seen.readable and row.quotable:
        words = masked_slice(row.words, row.start, row.end, masks.get((TextKind.answer, row.answer_id), []))
    end = fitting(words, budget)
    return Source(
        index=index,
        point=row.point,
        point_id=row.point_id,
        voice=seen,
        words=words[:end].rstrip(),
        cut=end < len(words),
        question=row.question,
        earlier=row.spoken_in < row.version,
        stance=row.stance if words else None,
        own_interest=bool(row.own_interest and words),
    )


def _paged(
    findings: list[Finding], points: list[Any], replies: Replies, masks: Masks, page: int, *, tail: int
) -> tuple[tuple[FindingView, ...], int]:
    """The findings, those of the page in full. A page takes as many as fit, at least one; last comes what is `tail` bytes long."""
    views: list[FindingView] = []
    sizes: list[int] = []
    index = 1
    for finding in findings:
        rows = [row for row in points if row.finding_id == finding.id]
        budget = max(90, WORDS_BYTES // max(1, len(rows)))
        sources = tuple(source(row, index + place, masks, budget) for place, row in enumerate(rows))
        index += len(rows)
        reply = replies.by_finding.get(finding.id)
        own = tuple(PointReply(one, replies.by_point[one.point_id]) for one in sources if one.point_id in replies.by_point)
        heading = published(finding.heading, masks.get((TextKind.finding_heading, finding.id), ()))
        numbers = {one.point: one.index for one in sources}
        html = citations.render(finding.body, numbers, masks.get((TextKind.finding, finding.id), ()))
        views.append(FindingView(finding.number, heading, 1, html, sources, reply, own))
        replied = [one for one in (reply, *(one.reply for one in own)) if one]
        sizes.append(
            len(html.encode())
            + sum(SOURCE_BYTES + bytes_of(one.words) for one in sources)
            + sum(REPLY_BYTES * (1 + len(one.promises)) + bytes_of(one.reason) for one in replied)
        )
    *places, pages = packed([*sizes, tail], PAGE_BYTES)
    page = min(page, pages)
    return tuple(
        replace(view, page=place) if place == page else _elsewhere(view, place) for view, place in zip(views, places, strict=True)
    ), pages


def _tail(asides: tuple[Aside, ...], listed: list[Listed], charts: tuple[StanceChart, ...]) -> int:
    """About how many bytes everything after the findings takes."""
    sources = [one for aside in asides for one in aside.sources]
    words = sum(bytes_of(aside.reason) for aside in asides) + sum(SOURCE_BYTES + bytes_of(one.words) for one in sources)
    words += sum(1_500 + bytes_of(own.reply.reason) for aside in asides for own in aside.replies)
    return words + 350 * len(listed) + sum(2_000 + 120 * min(chart.total, 40) for chart in charts)


def _elsewhere(view: FindingView, page: int) -> FindingView:
    """What the table of contents needs of a finding on another page."""
    return FindingView(view.number, view.heading, page, None, (), None, ())


def _asides(rows: list[Any], replies: Replies, masks: Masks) -> tuple[Aside, ...]:
    """Points that are not taken up, gathered under the reason that they share."""
    by_reason: dict[str, list[Any]] = {}
    for row in rows:
        reason = published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ()))
        by_reason.setdefault(reason, []).append(row)
    budget = max(60, 6_000 // max(1, len(rows)))
    return tuple(
        _aside(reason, [(row.point_id, source(row, 0, masks, budget)) for row in group], replies) for reason, group in by_reason.items()
    )


def _aside(reason: str, sources: list[tuple[int, Source]], replies: Replies) -> Aside:
    own = tuple(PointReply(one, replies.by_point[point_id]) for point_id, one in sources if point_id in replies.by_point)
    return Aside(reason, tuple(one for _, one in sources), own)
