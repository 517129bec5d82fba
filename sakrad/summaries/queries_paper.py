"""The published summary as it stands on paper: every finding and source in full, exactly as readers may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.models import Position
from sakrad.positions.queries_behind import agreed_column, joined_column
from sakrad.positions.queries_public import Voice, how_many, voice
from sakrad.positions.queries_reading import Listed, StanceChart
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.models import Summary, summary_not_heard
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection, objections_in, outcome
from sakrad.summaries.queries_public import (
    EditionLine,
    Masks,
    editions_column,
    editions_in,
    findings_column,
    findings_in,
    invited_answered_count,
    invited_count,
    list_points,
    unanswered_column,
    words_of,
)
from sakrad.summaries.queries_public_page import list_voices


@dataclass(frozen=True, slots=True)
class Cited:
    """A source with its exact words, masked; without words they may not be read."""

    point: int  # its number in the consultation
    voice: Voice
    words: str
    question: int
    earlier: bool  # from a version that has been replaced


@dataclass(frozen=True, slots=True)
class Written:
    """A finding: masked, with its markers."""

    id: int
    number: int
    section: str
    heading: str
    body: str
    minority: bool
    sources: tuple[Cited, ...]
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not in the summary, and what."""

    reason: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """All that the document tells."""

    head: Head
    in_short: str
    findings: tuple[Written, ...]
    asides: tuple[Reason, ...]
    nothings: tuple[Reason, ...]  # whose sources have no words: nothing is quoted
    unanswered: tuple[tuple[int, str], ...]
    charts: tuple[StanceChart, ...]
    listed: tuple[Listed, ...]
    not_heard: tuple[Named, ...]
    invited: int
    invited_answered: int
    answered: int
    points: int
    cited: int
    editions: tuple[EditionLine, ...]
    checked: CheckOutcome
    objections: tuple[Objection, ...]  # against all that rests on an organisation's words


def get_address(consultation_id: int) -> tuple[str, str]:
    """The municipality's and the consultation's slugs. Raises Missing."""
    row = db.session.execute(
        sa.select(Municipality.slug, Consultation.slug)
        .join(Consultation, Consultation.municipality_id == Municipality.id)
        .where(Consultation.id == consultation_id)
    ).first()
    if row is None:
        raise Missing("consultation")
    return row[0], row[1]


def get_paper_facts(kommun: str, slug: str, at: datetime) -> PaperFacts:
    """The published summary in full, in six statements.

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
    untaken = [row for row in rows if row.point_id is None and row.spoken_in == row.version and voice(row).readable]
    listed, charts = list_voices(head.id, at, more["joined"], more["agreed"])
    against = objections_in(head.id, at)
    ids = [text.id for text in texts]
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in points},
            TextKind.set_aside: [row.point_id for row in points if row.set_aside_at],
            TextKind.nothing: [row.answer_id for row in untaken],
            TextKind.finding: ids,
            TextKind.finding_heading: ids,
            TextKind.finding_section: ids,
            TextKind.in_short: [more["summary_id"]],
            TextKind.edition_reason: [edition.id for edition in editions],
            TextKind.objection: against.ids,
        }
    )
    objections = against.under(masks)
    return PaperFacts(
        head=head,
        in_short=published(more["in_short"], masks.get((TextKind.in_short, more["summary_id"]), ())),
        findings=tuple(
            _written(text, [row for row in points if row.finding_id == text.id], masks, objections.get(text.id, ())) for text in texts
        ),
        asides=_reasons(
            [
                (published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ())), _cited(row, masks))
                for row in points
                if row.set_aside_at is not None and row.finding_id is None
            ]
        ),
        nothings=_reasons(
            [
                (
                    published(row.nothing_because, masks.get((TextKind.nothing, row.answer_id), ())),
                    Cited(0, voice(row), "", row.question, earlier=False),
                )
                for row in untaken
            ]
        ),
        unanswered=tuple((number, text) for number, text in sorted(more["unanswered"] or ())),
        charts=charts,
        listed=tuple(listed),
        not_heard=unpacked(more["not_heard"]),
        invited=more["invited"],
        invited_answered=more["invited_answered"],
        answered=more["answered"],
        points=len({row.point_id for row in points if row.finding_id is not None or row.set_aside_at is not None}),
        cited=len({row.point_id for row in points if row.finding_id is not None}),
        editions=tuple(
            EditionLine(one.number, one.id, one.published_at, published(one.reason, masks.get((TextKind.edition_reason, one.id), ())))
            for one in editions
        ),
        checked=outcome(head.id),
        objections=objections.get(None, ()),
    )


def _written(text: Any, rows: list[Any], masks: Masks, objections: tuple[Objection, ...]) -> Written:
    def hidden(kind: TextKind, words: str) -> str:
        return published(words, masks.get((kind, text.id), ()))

    return Written(
        id=text.id,
        number=text.number,
        section=hidden(TextKind.finding_section, text.section),
        heading=hidden(TextKind.finding_heading, text.heading),
        body=citations.published(text.body, masks.get((TextKind.finding, text.id), ())),
        minority=text.minority,
        sources=tuple(_cited(row, masks) for row in rows),
        objections=objections,
    )


def _cited(row: Any, masks: Masks) -> Cited:
    return Cited(row.point, voice(row), words_of(row, masks), row.question, earlier=row.spoken_in < row.version)


def _reasons(pairs: list[tuple[str, Cited]]) -> tuple[Reason, ...]:
    """Gathered under the reason that they share, in order of the first."""
    gathered: dict[str, list[Cited]] = {}
    for reason, one in pairs:
        gathered.setdefault(reason, []).append(one)
    return tuple(Reason(reason, tuple(sources)) for reason, sources in gathered.items())
