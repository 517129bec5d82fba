"""The published summary: each finding with its sources beside it and the authority's answer under it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from sakrad.consultations.queries_public import Head
from sakrad.consultations.tongues import Tongue
from sakrad.core.paging import PAGE, bytes_of, packed, page_count
from sakrad.directory.queries_public import Named
from sakrad.positions.queries_public import Voice, voice
from sakrad.positions.queries_reading import Listed, StanceChart
from sakrad.records.models import TextKind
from sakrad.records.queries import published
from sakrad.summaries import citations
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection
from sakrad.summaries.queries_gathering import gather
from sakrad.summaries.queries_public import (
    EditionLine,
    Masks,
    Source,
    Text,
    quotation,
    source,
)
from sakrad.summaries.replies import Replies

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
    """The authority's answer to one source of a finding, or to one and others that were set aside."""

    source: Source
    reply: Any
    others: int = 0  # that got the same
    whole: bool = False  # they all did


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
    """Points set aside for one reason, and what the authority answered."""

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
    languages: tuple[Tongue, ...]  # that it can be read in
    page: int
    pages: int
    valid_until: datetime


def get_summary_page(kommun: str, slug: str, page: int, at: datetime, *, finding: int | None = None) -> SummaryPage:
    """The published summary. As many statements as `gather`.

    Args:
        finding: the number of the one that the page shall hold, whatever `page` says.

    Raises:
        Missing: there is none, or it has not been published.
    """
    all_ = gather(kommun, slug, at)
    asides, nothings = _asides(all_.aside[:ASIDES], all_.replies, all_.masks), _nothings(all_.untaken[:NOTHINGS], all_.masks)
    views, sizes = read(all_.texts, {text.id: all_.of(text) for text in all_.texts}, all_.masks, all_.replies, all_.objections)
    whole = all_.objections.get(None, ())
    tail = _tail(asides, nothings, all_.unanswered, all_.listed[:VOICES], all_.charts) + sum(map(_size, whole))
    *places, pages = packed([*sizes, tail], PAGE_BYTES)
    wanted = [place for view, place in zip(views, places, strict=True) if view.number == finding]
    page = min(wanted[0] if wanted else page, pages)
    cited, points = all_.counted
    return SummaryPage(
        head=all_.head,
        in_short=all_.in_short,
        not_heard=all_.not_heard,
        invited=all_.invited,
        invited_answered=all_.invited_answered,
        answered=all_.answered,
        points=points,
        cited=cited,
        findings=placed_on(page, views, places),
        asides=asides,
        set_aside=len(all_.aside),
        nothings=nothings,
        nothing=len(all_.untaken),
        untold=all_.untold,
        unanswered=all_.unanswered,
        charts=all_.charts,
        listed=all_.listed[:VOICES],
        more_listed=max(0, len(all_.listed) - VOICES),
        listed_pages=page_count(len(all_.listed), PAGE),
        editions=all_.editions,
        check=all_.check,
        objections=whole,
        replied=bool(all_.replies.by_finding or all_.replies.by_point),
        languages=all_.languages,
        page=page,
        pages=pages,
        valid_until=all_.head.valid_until,
    )


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
    listed: Sequence[Listed],
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
    """Most often the reason is the reply to them all: it is said once."""
    shared: dict[Any, list[Source]] = {}
    for point_id, one in sources:
        if point_id in replies.by_point:
            shared.setdefault(replies.by_point[point_id], []).append(one)
    own = tuple(PointReply(ones[0], reply, len(ones) - 1, len(ones) == len(sources)) for reply, ones in shared.items())
    return Aside(reason, tuple(one for _, one in sources), own)


def _nothings(rows: Sequence[Any], masks: Masks) -> tuple[Nothing, ...]:
    """Answers from which nothing is taken up, gathered under the reason that they share."""
    by_reason: dict[str, list[tuple[Voice, int]]] = {}
    for row in rows:
        reason = published(row.nothing_because, masks.get((TextKind.nothing, row.answer_id), ()))
        by_reason.setdefault(reason, []).append((voice(row), row.question))
    return tuple(Nothing(reason, tuple(voices)) for reason, voices in by_reason.items())
