"""The published summary as it stands on paper: every finding and source in full, exactly as readers may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality
from sakrad.directory.queries_public import Named
from sakrad.positions.queries_public import Voice
from sakrad.positions.queries_reading import Listed, StanceChart
from sakrad.records.models import TextKind
from sakrad.records.queries import published
from sakrad.summaries import citations
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection
from sakrad.summaries.queries_gathering import Gathered, gather
from sakrad.summaries.queries_public import EditionLine, Masks, Said, Text, words_of


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
    """The published summary in full. As many statements as `gather`.

    Raises:
        Missing: there is none, or it has not been published.
    """
    all_ = gather(kommun, slug, at)
    cited, points = all_.counted
    cited_by = all_.by_finding()
    return PaperFacts(
        head=all_.head,
        in_short=all_.in_short,
        findings=tuple(_written(text, cited_by[text.id], all_) for text in all_.texts),
        asides=_reasons(
            [
                (published(one.row.set_aside_reason, all_.masks.get((TextKind.set_aside, one.row.point_id), ())), _cited(one, all_.masks))
                for one in all_.aside
            ]
        ),
        nothings=_reasons(
            [
                (
                    published(one.row.nothing_because, all_.masks.get((TextKind.nothing, one.row.answer_id), ())),
                    Cited(0, one.voice, "", one.row.question, earlier=False),
                )
                for one in all_.untaken
            ]
        ),
        unanswered=all_.unanswered,
        charts=all_.heard.charts,
        listed=all_.heard.listed,
        not_heard=all_.not_heard,
        invited=all_.invited,
        invited_answered=all_.invited_answered,
        answered=all_.answered,
        points=points,
        cited=cited,
        editions=all_.editions,
        checked=all_.check,
        objections=all_.objections.get(None, ()),
    )


def _written(text: Text, said: list[Said], all_: Gathered) -> Written:
    def hidden(kind: TextKind, words: str) -> str:
        return published(words, all_.masks.get((kind, text.id), ()))

    return Written(
        id=text.id,
        number=text.number,
        section=hidden(TextKind.finding_section, text.section),
        heading=hidden(TextKind.finding_heading, text.heading),
        body=citations.published(text.body, all_.masks.get((TextKind.finding, text.id), ())),
        minority=text.minority,
        sources=tuple(_cited(one, all_.masks) for one in said),
        objections=all_.objections.get(text.id, ()),
    )


def _cited(said: Said, masks: Masks) -> Cited:
    row, seen = said.row, said.voice
    return Cited(row.point, seen, words_of(row, masks, seen), row.question, earlier=row.spoken_in < seen.version)


def _reasons(pairs: list[tuple[str, Cited]]) -> tuple[Reason, ...]:
    """Gathered under the reason that they share, in order of the first."""
    gathered: dict[str, list[Cited]] = {}
    for reason, one in pairs:
        gathered.setdefault(reason, []).append(one)
    return tuple(Reason(reason, tuple(sources)) for reason, sources in gathered.items())
