"""The published summary: each finding with its sources beside it and the authority's answer under it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from sakrad.consultations.queries_public import Head
from sakrad.consultations.tongues import Tongue
from sakrad.core.drawn import MEGABYTE, Kept
from sakrad.core.paging import PAGE, bytes_of, packed, page_count
from sakrad.directory.queries_public import Named
from sakrad.positions.queries_public import Voice
from sakrad.records.models import TextKind
from sakrad.records.queries import published
from sakrad.summaries import citations
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection
from sakrad.summaries.queries_gathering import Heard, gather
from sakrad.summaries.queries_public import (
    EditionLine,
    Masks,
    Said,
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


@dataclass(frozen=True, slots=True, eq=False)
class FindingView:
    """A finding with all that hangs on it.

    Of the same values it is the same object (`read`): what is drawn of it is found again without comparing all that it holds.
    """

    number: int
    heading: str
    section: str  # in which it stands; empty where it stands in none
    begins: bool  # the section begins here
    minority: bool
    html: Markup
    sources: tuple[Source, ...]
    reply: Any
    point_replies: tuple[PointReply, ...]
    objections: tuple[Objection, ...]
    size: int  # about how many bytes it takes on the page


class Heading(NamedTuple):
    """A finding in the table of contents."""

    number: int
    heading: str
    section: str
    begins: bool


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
    """…/sammanstallning. Compared by all that it tells, so that what is drawn of it is found by it."""

    head: Head
    in_short: str
    not_heard: tuple[Named, ...]
    invited: int
    invited_answered: int
    answered: int
    points: int
    cited: int
    contents: tuple[tuple[Heading, int], ...]  # every finding, with its page
    findings: tuple[FindingView, ...]  # those of the page
    asides: tuple[Aside, ...]
    set_aside: int  # all of them, also those beyond ASIDES
    nothings: tuple[Nothing, ...]
    nothing: int  # all of them, also those beyond NOTHINGS
    untold: int  # as many again, of answers that are not published: neither is the reason, which may tell of them
    unanswered: tuple[tuple[int, str], ...]  # number and text of the questions that nobody answered
    heard: Heard
    shown: int  # of those who answered
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
    views = read(all_.texts, all_.by_finding(), all_.masks, all_.replies, all_.objections)
    whole = all_.objections.get(None, ())
    tail = _tail(asides, nothings, all_.unanswered, all_.heard) + sum(map(_size, whole))
    *places, pages = packed([*(view.size for view in views), tail], PAGE_BYTES)
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
        contents=tuple(
            (Heading(one.number, one.heading, one.section, one.begins), place) for one, place in zip(views, places, strict=True)
        ),
        findings=tuple(view for view, place in zip(views, places, strict=True) if place == page),
        asides=asides,
        set_aside=len(all_.aside),
        nothings=nothings,
        nothing=len(all_.untaken),
        untold=all_.untold,
        unanswered=all_.unanswered,
        heard=all_.heard,
        shown=VOICES,
        more_listed=max(0, len(all_.heard.listed) - VOICES),
        listed_pages=page_count(len(all_.heard.listed), PAGE),
        editions=all_.editions,
        check=all_.check,
        objections=whole,
        replied=bool(all_.replies.by_finding or all_.replies.by_point),
        languages=all_.languages,
        page=page,
        pages=pages,
        valid_until=all_.head.valid_until,
    )


class Found(NamedTuple):
    """What is said about a finding: the reply to it, those to its points by their ids, and the objections."""

    reply: Any
    by_point: tuple[tuple[int, Any], ...]
    objections: tuple[Objection, ...]


_views: Kept[FindingView] = Kept(16 * MEGABYTE)


def read(
    texts: Sequence[Text],
    cited: Mapping[int, Sequence[Said]],
    masks: Masks,
    replies: Replies,
    objections: Objections,
) -> list[FindingView]:
    """The findings as readers see them, all in full.

    Args:
        cited: what each cites, by its id.
        objections: by the same.
    """
    views: list[FindingView] = []
    lying = tuple((kind, id_, tuple(spans)) for (kind, id_), spans in masks.items())
    index, section = 1, ""
    for text in texts:
        begins = bool(text.section)
        section = published(text.section, masks.get((TextKind.finding_section, text.id), ())) if begins else section
        said = cited[text.id]
        found = Found(
            replies.by_finding.get(text.id),
            tuple((row.point_id, replies.by_point[row.point_id]) for row, _voice in said if row.point_id in replies.by_point),
            objections.get(text.id, ()),
        )
        make = partial(_read, text, section, said, index, masks, found)
        takes = partial(_takes, said)
        views.append(_views.of(make, text, section, tuple(said), index, lying, found, takes=takes))
        index += len(said)
    return views


def _takes(said: Sequence[Said], view: FindingView) -> int:
    """With the rows that it was made of, whose words stand there in full."""
    return 4 * view.size + sum(1_000 + 2 * len(row.words or "") for row, _voice in said)


def _size(one: Objection) -> int:
    return SOURCE_BYTES + bytes_of(one.text)


def _read(text: Text, section: str, said: Sequence[Said], index: int, masks: Masks, found: Found) -> FindingView:
    """One finding; `index` is that of its first source. What decides it stands in the key of `_views` too."""
    in_text = {paragraph.quotes for paragraph in citations.parse(text.body)}
    budget = max(90, WORDS_BYTES // max(1, len(said)))
    sources = tuple(
        source(row, index + place, masks, budget, quoted=row.point in in_text, seen=seen) for place, (row, seen) in enumerate(said)
    )
    quoted = [one for one in said if one.row.point in in_text]
    quote_budget = max(300, QUOTED_BYTES // max(1, len(quoted)))
    html = citations.render(
        text.body,
        {one.point: one.index for one in sources},
        masks.get((TextKind.finding, text.id), ()),
        quotations={row.point: quotation(row, masks, quote_budget, seen) for row, seen in quoted},
    )
    html = with_places(html, text.number)
    by_point = dict(found.by_point)
    own = tuple(PointReply(one, by_point[one.point_id]) for one in sources if one.point_id in by_point)
    replied = [one for one in (found.reply, *by_point.values()) if one]
    size = (
        len(html.encode())
        + sum(SOURCE_BYTES + bytes_of("" if one.quoted else one.words) for one in sources)
        + sum(REPLY_BYTES * (1 + len(one.promises)) + bytes_of(one.reason) for one in replied)
        + sum(map(_size, found.objections))
    )
    return FindingView(
        number=text.number,
        heading=published(text.heading, masks.get((TextKind.finding_heading, text.id), ())),
        section=section,
        begins=bool(text.section),
        minority=text.minority,
        html=html,
        sources=sources,
        reply=found.reply,
        point_replies=own,
        objections=found.objections,
        size=size,
    )


def with_places(html: Markup, number: int) -> Markup:
    """Each paragraph of a finding with an address of its own: #samlad-3-2 is the second of the third."""
    places = itertools.count(1)
    return Markup(PARAGRAPH.sub(lambda tag: f'<{tag[1]} id="samlad-{number}-{next(places)}"{tag[2]}>', html))  # noqa: S704 - was safe, and is


def _tail(
    asides: tuple[Aside, ...],
    nothings: tuple[Nothing, ...],
    unanswered: tuple[tuple[int, str], ...],
    heard: Heard,
) -> int:
    """About how many bytes everything after the findings takes."""
    sources = [one for aside in asides for one in aside.sources]
    words = sum(bytes_of(aside.reason) for aside in asides) + sum(SOURCE_BYTES + bytes_of(one.words) for one in sources)
    words += sum(1_500 + bytes_of(own.reply.reason) for aside in asides for own in aside.replies)
    words += sum(bytes_of(one.reason) + 220 * len(one.voices) for one in nothings) + sum(160 + bytes_of(text) for _, text in unanswered)
    return words + 350 * len(heard.listed[:VOICES]) + sum(2_000 + 120 * min(chart.total, 40) for chart in heard.charts)


def _asides(said: Sequence[Said], replies: Replies, masks: Masks) -> tuple[Aside, ...]:
    """Points that are not taken up, gathered under the reason that they share."""
    by_reason: dict[str, list[Source]] = {}
    budget = max(60, 6_000 // max(1, len(said)))
    for one in said:
        reason = published(one.row.set_aside_reason, masks.get((TextKind.set_aside, one.row.point_id), ()))
        by_reason.setdefault(reason, []).append(source(one.row, 0, masks, budget, seen=one.voice))
    return tuple(_aside(reason, group, replies) for reason, group in by_reason.items())


def _aside(reason: str, sources: list[Source], replies: Replies) -> Aside:
    """Most often the reason is the reply to them all: it is said once."""
    shared: dict[Any, list[Source]] = {}
    for one in sources:
        if one.point_id in replies.by_point:
            shared.setdefault(replies.by_point[one.point_id], []).append(one)
    own = tuple(PointReply(ones[0], reply, len(ones) - 1, len(ones) == len(sources)) for reply, ones in shared.items())
    return Aside(reason, tuple(sources), own)


def _nothings(said: Sequence[Said], masks: Masks) -> tuple[Nothing, ...]:
    """Answers from which nothing is taken up, gathered under the reason that they share."""
    by_reason: dict[str, list[tuple[Voice, int]]] = {}
    for one in said:
        reason = published(one.row.nothing_because, masks.get((TextKind.nothing, one.row.answer_id), ()))
        by_reason.setdefault(reason, []).append((one.voice, one.row.question))
    return tuple(Nothing(reason, tuple(voices)) for reason, voices in by_reason.items())
