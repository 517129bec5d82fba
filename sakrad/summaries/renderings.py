"""How each organisation is rendered in a summary: the paragraphs that rest on its words, with those words.

It is what the organisation is shown in the faktakontroll, and what its reply is about: another text gives another digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from sakrad.consultations.models import Question
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.directory.queries_merging import now_of
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import slice_of
from sakrad.summaries import citations
from sakrad.summaries.models import Citation, Finding, Point, Summary


@dataclass(frozen=True, slots=True)
class Quote:
    """The organisation's exact words that the text rests on."""

    number: int  # of the point
    question: int
    words: str
    whole: str = ""  # the answer that they stand in, where it is asked for


@dataclass(frozen=True, slots=True)
class Passage:
    """What a finding says on the ground of the organisation's words: those of its paragraphs, without the marks of others."""

    finding_id: int
    finding: int
    heading: str
    paragraphs: tuple[str, ...]  # as written, with the marks of the organisation's own points
    quotes: tuple[Quote, ...]

    @property
    def words(self) -> str:
        """What readers read, without any marks."""
        return "\n\n".join(filter(None, (citations.GLUED.sub("", paragraph).strip() for paragraph in self.paragraphs)))

    @property
    def kept(self) -> dict[str, Any]:
        """As a reply keeps it."""
        return {
            "finding_id": self.finding_id,
            "finding": self.finding,
            "heading": self.heading,
            "paragraphs": list(self.paragraphs),
            "quotes": [{"number": quote.number, "question": quote.question, "words": quote.words} for quote in self.quotes],
        }


@dataclass(frozen=True, slots=True)
class Rendering:
    """Everything that a summary says on the ground of one organisation's words."""

    passages: tuple[Passage, ...]

    @property
    def digest(self) -> str:
        """Of the words alone: neither the findings' order nor what others are cited for changes it."""
        said = [
            (passage.finding_id, passage.heading, passage.words, sorted((quote.question, quote.words) for quote in passage.quotes))
            for passage in sorted(self.passages, key=lambda passage: passage.finding_id)
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @property
    def text(self) -> str:
        """All of it as readers read it, to be compared with another wording."""
        return "\n\n".join(f"{passage.heading}\n\n{passage.words}".strip() for passage in self.passages)

    @property
    def kept(self) -> list[dict[str, Any]]:
        """As a reply keeps it."""
        return [passage.kept for passage in self.passages]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A passage as a page shows it: its text with marks that lead to the organisation's own words under it."""

    passage: Passage
    html: Markup
    quotes: tuple[tuple[int, Quote], ...]  # numbered through the page
    quoted: frozenset[int | None]  # the numbers of the points whose words stand in the text itself
    answers: tuple[tuple[int, str], ...]  # the organisation's answers that say more than is quoted, each with its question's number


def drawn(rendering: Rendering, who: str) -> list[Drawn]:
    """The passages for a page. `who` says the words that are quoted in the text."""
    found, index = [], 0
    for passage in rendering.passages:
        quotes = tuple(enumerate(passage.quotes, start=index + 1))
        index += len(quotes)
        html = citations.render(
            "\n\n".join(passage.paragraphs),
            {quote.number: place for place, quote in quotes},
            quotations={quote.number: citations.Quotation(quote.words, who) for quote in passage.quotes},
        )
        quoted = frozenset(part.quotes for paragraph in passage.paragraphs for part in citations.parse(paragraph))
        answers = dict.fromkeys((quote.question, quote.whole) for quote in passage.quotes if quote.whole not in ("", quote.words))
        found.append(Drawn(passage, html, quotes, quoted, tuple(answers)))
    return found


def restored(kept: Sequence[dict[str, Any]]) -> Rendering:
    """What a reply kept of what it was shown."""
    return Rendering(
        tuple(
            Passage(**one | {"paragraphs": tuple(one["paragraphs"]), "quotes": tuple(Quote(**quote) for quote in one["quotes"])})
            for one in kept
        )
    )


def renderings(summary: Summary, organisation: Organisation | None = None) -> dict[int, Rendering]:
    """How each cited organisation is rendered, by id, or only the one with its whole answers, in one statement besides the findings."""
    statement = (
        sa.select(
            now_of(Position.organisation_id).label("organisation_id"),
            Citation.finding_id,
            Point.number,
            Question.number.label("question"),
            slice_of(Answer, Point.start, Point.end).label("words"),
            (sa.literal("") if organisation is None else Answer.text).label("whole"),
        )
        .join(Finding, Finding.id == Citation.finding_id)
        .join(Point, Point.id == Citation.point_id)
        .join(Answer, Answer.id == Point.answer_id)
        .join(Question, Question.id == Answer.question_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Finding.summary_id == summary.id)
        .order_by(Finding.number, Citation.order)
    )
    if organisation is not None:
        statement = statement.where(now_of(Position.organisation_id) == organisation.id)
    parsed = {finding.id: (finding, citations.parse(finding.body)) for finding in summary.findings}
    gathered: dict[int, dict[int, list[Quote]]] = {}
    for row in db.session.execute(statement):
        quote = Quote(row.number, row.question, row.words, row.whole)
        gathered.setdefault(row.organisation_id, {}).setdefault(row.finding_id, []).append(quote)
    return {
        organisation_id: Rendering(tuple(_passage(*parsed[finding_id], quotes) for finding_id, quotes in findings.items()))
        for organisation_id, findings in gathered.items()
    }


def _passage(finding: Finding, paragraphs: Iterable[citations.Paragraph], quotes: list[Quote]) -> Passage:
    own = {quote.number for quote in quotes}
    texts = tuple(_with_own_marks(paragraph.text, own) for paragraph in paragraphs if own & set(paragraph.cited))
    return Passage(finding.id, finding.number, finding.heading, texts, tuple(quotes))


def _with_own_marks(text: str, own: set[int]) -> str:
    def kept(match: Any) -> str:
        return str(match[0]) if match["number"] and int(match["number"]) in own else ""

    return citations.GLUED.sub(kept, text).strip()
