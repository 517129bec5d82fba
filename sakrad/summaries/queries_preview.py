"""The summary as readers will meet it, for those who write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from sakrad.consultations.models import Consultation
from sakrad.core.paging import bytes_of, packed
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over
from sakrad.summaries import citations, queries_public
from sakrad.summaries.models import Finding, Point, Summary
from sakrad.summaries.queries_public import Masks, Source
from sakrad.summaries.queries_writing import Asked, list_unanswered

PAGE_BYTES = 90_000  # of findings with their sources, about
WORDS_BYTES = 40_000  # of quotations beside one finding, and in its text
SOURCE_BYTES = 600  # of what stands around a quotation
ASIDES = 30  # points set aside that are shown; the rest are counted


@dataclass(frozen=True, slots=True)
class Read:
    """A finding as a reader will meet it."""

    finding: Finding
    html: Markup
    sources: list[Source]
    page: int = 1

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.html.encode()) + sum(SOURCE_BYTES + bytes_of(one.words) for one in self.sources)


@dataclass(frozen=True, slots=True)
class Preview:
    """What has been written, with the words that it rests on, and what is left out with its reason."""

    findings: list[Read]  # all of them; those of `page` are shown
    asides: list[tuple[str, list[Source]]]  # by their shared reason
    more_asides: int
    unanswered: list[Asked]
    page: int
    pages: int


def get_preview(consultation: Consultation, summary: Summary | None, page: int, at: datetime) -> Preview:
    """The preview, in three statements. What follows the findings stands on the last page."""
    rows = queries_public.list_points(at, Point.consultation_id == consultation.id)
    findings = summary.findings if summary else []
    masks = masks_over({TextKind.answer: {row.answer_id for row in rows}, TextKind.finding: [finding.id for finding in findings]})
    read, index = [], 1
    for finding in findings:
        cited = [row for row in rows if row.finding_id == finding.id]
        read.append(_read(finding, cited, index, masks))
        index += len(cited)
    places = packed([one.size for one in read], PAGE_BYTES)
    pages = max(places, default=1)
    aside = [row for row in rows if row.set_aside_at is not None and row.finding_id is None]
    reasons: dict[str, list[Source]] = {}
    for row in aside[:ASIDES]:
        reasons.setdefault(row.set_aside_reason, []).append(queries_public.source(row, 0, masks, WORDS_BYTES // ASIDES))
    return Preview(
        findings=[Read(one.finding, one.html, one.sources, place) for one, place in zip(read, places, strict=True)],
        asides=list(reasons.items()),
        more_asides=max(0, len(aside) - ASIDES),
        unanswered=list_unanswered(consultation.id),
        page=min(page, pages),
        pages=pages,
    )


def _read(finding: Finding, cited: list[Any], index: int, masks: Masks) -> Read:
    budget = max(90, WORDS_BYTES // max(1, len(cited)))
    alone = {paragraph.quotes for paragraph in citations.parse(finding.body)}
    sources = [queries_public.source(row, index + place, masks, budget, quoted=row.point in alone) for place, row in enumerate(cited)]
    quotations = {row.point: queries_public.quotation(row, masks, budget) for row in cited if row.point in alone}
    numbers = {one.point: one.index for one in sources}
    html = citations.render(finding.body, numbers, masks.get((TextKind.finding, finding.id), ()), quotations=quotations)
    return Read(finding, html, sources)
