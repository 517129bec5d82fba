"""The published summary: each finding with its sources beside it and the authority's answer under it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, bytes_of, packed, page_count
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.models import Answer, Position, Stance
from sakrad.positions.queries_behind import Rows, Together, agreed_column, joined_column
from sakrad.positions.queries_public import LISTED, Shown, Voice, how_many, positions, visibility_sql, voice
from sakrad.positions.queries_reading import Listed, StanceChart, Taken, by_name, stance_chart
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.models import Summary, summary_not_heard
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection, objections_in, outcome
from sakrad.summaries.queries_public import (
    EditionLine,
    Masks,
    Source,
    Text,
    editions_column,
    editions_in,
    findings_column,
    findings_in,
    invited_answered_count,
    invited_count,
    list_points,
    quotation,
    source,
    unanswered_column,
)
from sakrad.summaries.replies import Replies, replies_in

Objections = Mapping[int | None, tuple[Objection, ...]]
PAGE_BYTES = 34_000  # of findings with their sources and answers, about, as they are sent
SOURCE_BYTES = 420  # of what stands around a quotation
REPLY_BYTES = 450  # of what stands around a reply, and around each of its commitments
WORDS_BYTES = 16_000  # of quotations beside one finding
QUOTED_BYTES = 8_000  # of quotations in the text of one finding
ASIDES = 15  # points set aside that are quoted; the rest are counted
NOTHINGS = 30  # answers from which nothing was taken up; the rest are counted
PARAGRAPH = re.compile(r'<(p|figure)((?: class="voice[^"]*")?)>')
VOICES = 20  # in the table of who answered; the rest are a link away


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
    section: str  # in which it stands; empty where it stands in none
    begins: bool  # the section begins here
    minority: bool
    page: int
    html: Markup | None
    sources: tuple[Source, ...] = ()
    reply: Any = None
    point_replies: tuple[PointReply, ...] = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """Points set aside for one reason, which is their answer unless the authority gave a point one of its own."""

    reason: str
    sources: tuple[Source, ...]
    replies: tuple[PointReply, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Answers from which nothing is taken up, for one reason: whose, and to which question."""

    reason: str
    voices: tuple[tuple[Voice, int], ...]


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
    nothings: tuple[Nothing, ...]
    nothing: int  # all of them, also those beyond NOTHINGS
    untold: int  # as many again, of answers that are not published: neither is the reason, which may tell of them
    unanswered: tuple[tuple[int, str], ...]  # number and text of the questions that nobody answered
    charts: tuple[StanceChart, ...]
    listed: tuple[Listed, ...]
    more_listed: int
    listed_pages: int  # of the list of all answers
    editions: tuple[EditionLine, ...]  # oldest first; the last is the one that is read
    check: CheckOutcome
    objections: tuple[Objection, ...]  # against all that rests on an organisation's words
    replied: bool
    page: int
    pages: int
    valid_until: datetime


def get_summary_page(kommun: str, slug: str, page: int, at: datetime, *, finding: int | None = None) -> SummaryPage:
    """The published summary. 6 statements and that of `replies_in`.

    Args:
        finding: the number of the one that the page shall hold, whatever `page` says.

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
        findings=findings_column(),
        editions=editions_column(),
        unanswered=unanswered_column(),
        not_heard=groups_of(summary_not_heard, summary_not_heard.c.summary_id, own),
        answered=how_many(at),
        invited=invited_count(),
        invited_answered=invited_answered_count(),
        joined=joined_column(),
        agreed=agreed_column(),
    )
    if more["summary_id"] is None or head.summary_published_at is None:
        raise Missing("summary")
    texts, editions = findings_in(more["findings"]), editions_in(more["editions"])
    rows = list_points(at, Position.consultation_id == head.id, nothing=True)
    points = [row for row in rows if row.point_id is not None]
    untaken = [row for row in rows if row.point_id is None and row.spoken_in == row.version and voice(row).visibility in LISTED]
    untold = [row for row in untaken if not voice(row).readable]
    untaken = [row for row in untaken if voice(row).readable]
    listed, charts = list_voices(head.id, at, more["joined"], more["agreed"])
    unmasked, objected = replies_in(head.id, at), objections_in(head.id, at)
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in points},
            TextKind.set_aside: [row.point_id for row in points if row.set_aside_at],
            TextKind.nothing: [row.answer_id for row in untaken],
            TextKind.finding: [text.id for text in texts],
            TextKind.finding_heading: [text.id for text in texts],
            TextKind.finding_section: [text.id for text in texts if text.section],
            TextKind.in_short: [more["summary_id"]],
            TextKind.edition_reason: [edition.id for edition in editions if edition.reason],
            TextKind.response: unmasked.ids,
            TextKind.objection: objected.ids,
        }
    )
    replies, objections = unmasked.under(masks), objected.under(masks)
    aside = [row for row in points if row.set_aside_at is not None and row.finding_id is None]
    asides, nothings = _asides(aside[:ASIDES], replies, masks), _nothings(untaken[:NOTHINGS], masks)
    unanswered = tuple((number, text) for number, text in sorted(more["unanswered"] or ()))
    cited = {text.id: [row for row in points if row.finding_id == text.id] for text in texts}
    views, sizes = read(texts, cited, masks, replies, objections)
    tail = _tail(asides, nothings, unanswered, listed[:VOICES], charts) + sum(map(_size, objections.get(None, ())))
    *places, pages = packed([*sizes, tail], PAGE_BYTES)
    wanted = [place for view, place in zip(views, places, strict=True) if view.number == finding]
    page = min(wanted[0] if wanted else page, pages)
    return SummaryPage(
        head=head,
        in_short=published(more["in_short"], masks.get((TextKind.in_short, more["summary_id"]), ())),
        not_heard=unpacked(more["not_heard"]),
        invited=more["invited"],
        invited_answered=more["invited_answered"],
        answered=more["answered"],
        points=len({row.point_id for row in points if row.finding_id is not None or row.set_aside_at is not None}),
        cited=len({row.point_id for row in points if row.finding_id is not None}),
        findings=placed_on(page, views, places),
        asides=asides,
        set_aside=len(aside),
        nothings=nothings,
        nothing=len(untaken),
        untold=len(untold),
        unanswered=unanswered,
        charts=charts,
        listed=tuple(listed[:VOICES]),
        more_listed=max(0, len(listed) - VOICES),
        listed_pages=page_count(len(listed), PAGE),
        editions=tuple(replace(one, reason=published(one.reason, masks.get((TextKind.edition_reason, one.id), ()))) for one in editions),
        check=outcome(head.id),
        objections=objections.get(None, ()),
        replied=bool(replies.by_finding or replies.by_point),
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )


def list_voices(consultation_id: int, at: datetime, joined: Rows, agreed: Rows) -> tuple[list[Listed], tuple[StanceChart, ...]]:
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


def read(
    texts: Sequence[Text], cited: Mapping[int, list[Any]], masks: Masks, replies: Replies, objections: Objections
) -> tuple[list[FindingView], list[int]]:
    """The findings as readers see them, all in full, and about how many bytes each takes with what hangs on it.

    Args:
        cited: the rows of `list_points` that each cites, by its id.
        objections: by the same.
    """
    views: list[FindingView] = []
    sizes: list[int] = []
    index, section = 1, ""
    for text in texts:
        begins = bool(text.section)
        section = published(text.section, masks.get((TextKind.finding_section, text.id), ())) if begins else section
        view = _read(text, cited[text.id], index, masks, replies)
        index += len(view.sources)
        view = replace(view, section=section, begins=begins, objections=objections.get(text.id, ()))
        views.append(view)
        replied = [one for one in (view.reply, *(one.reply for one in view.point_replies)) if one]
        sizes.append(
            len((view.html or "").encode())
            + sum(SOURCE_BYTES + bytes_of("" if one.quoted else one.words) for one in view.sources)
            + sum(REPLY_BYTES * (1 + len(one.promises)) + bytes_of(one.reason) for one in replied)
            + sum(map(_size, view.objections))
        )
    return views, sizes


def _size(one: Objection) -> int:
    return SOURCE_BYTES + bytes_of(one.text)


def _read(text: Text, rows: Sequence[Any], index: int, masks: Masks, replies: Replies) -> FindingView:
    """One finding; `index` is that of its first source."""
    in_text = {paragraph.quotes for paragraph in citations.parse(text.body)}
    budget = max(90, WORDS_BYTES // max(1, len(rows)))
    sources = tuple(source(row, index + place, masks, budget, quoted=row.point in in_text) for place, row in enumerate(rows))
    quoted = [row for row in rows if row.point in in_text]
    html = citations.render(
        text.body,
        {one.point: one.index for one in sources},
        masks.get((TextKind.finding, text.id), ()),
        quotations={row.point: quotation(row, masks, max(300, QUOTED_BYTES // len(quoted))) for row in quoted},
    )
    return FindingView(
        number=text.number,
        heading=published(text.heading, masks.get((TextKind.finding_heading, text.id), ())),
        section="",
        begins=False,
        minority=text.minority,
        page=1,
        html=with_places(html, text.number),
        sources=sources,
        reply=replies.by_finding.get(text.id),
        point_replies=tuple(PointReply(one, replies.by_point[one.point_id]) for one in sources if one.point_id in replies.by_point),
    )


def with_places(html: Markup, number: int) -> Markup:
    """Each paragraph of a finding with an address of its own: #samlad-3-2 is the second of the third."""
    places = itertools.count(1)
    return Markup(PARAGRAPH.sub(lambda tag: f'<{tag[1]} id="samlad-{number}-{next(places)}"{tag[2]}>', html))  # noqa: S704 - was safe, and is


def placed_on(page: int, views: Sequence[FindingView], places: Sequence[int]) -> tuple[FindingView, ...]:
    """Those of the page in full; of the others what the table of contents needs."""
    return tuple(
        replace(view, page=place)
        if place == page
        else replace(view, page=place, html=None, sources=(), reply=None, point_replies=(), objections=())
        for view, place in zip(views, places, strict=True)
    )


def _tail(
    asides: tuple[Aside, ...],
    nothings: tuple[Nothing, ...],
    unanswered: tuple[tuple[int, str], ...],
    listed: list[Listed],
    charts: tuple[StanceChart, ...],
) -> int:
    """About how many bytes everything after the findings takes."""
    sources = [one for aside in asides for one in aside.sources]
    words = sum(bytes_of(aside.reason) for aside in asides) + sum(SOURCE_BYTES + bytes_of(one.words) for one in sources)
    words += sum(1_500 + bytes_of(own.reply.reason) for aside in asides for own in aside.replies)
    words += sum(bytes_of(one.reason) + 220 * len(one.voices) for one in nothings) + sum(160 + bytes_of(text) for _, text in unanswered)
    return words + 350 * len(listed) + sum(2_000 + 120 * min(chart.total, 40) for chart in charts)


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


def _nothings(rows: list[Any], masks: Masks) -> tuple[Nothing, ...]:
    """Answers from which nothing is taken up, gathered under the reason that they share."""
    by_reason: dict[str, list[tuple[Voice, int]]] = {}
    for row in rows:
        reason = published(row.nothing_because, masks.get((TextKind.nothing, row.answer_id), ()))
        by_reason.setdefault(reason, []).append((voice(row), row.question))
    return tuple(Nothing(reason, tuple(voices)) for reason, voices in by_reason.items())
