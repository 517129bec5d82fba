"""The summary as readers will meet it, for those who write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from sakrad.consultations.models import Consultation
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over
from sakrad.summaries import citations, queries_public
from sakrad.summaries.models import Finding, Point, Summary
from sakrad.summaries.queries_public import Source
from sakrad.summaries.queries_writing import Asked, list_unanswered

BYTES = 20_000  # of a quotation: whole, as long as an answer may be
ASIDES = 100  # points set aside that are shown; the rest are counted


@dataclass(frozen=True, slots=True)
class Preview:
    """What has been written, with the words that it rests on, and what is left out with its reason."""

    findings: list[tuple[Finding, Markup, list[Source]]]
    asides: list[tuple[str, list[Source]]]  # by their shared reason
    more_asides: int
    unanswered: list[Asked]


def get_preview(consultation: Consultation, summary: Summary | None, at: datetime) -> Preview:
    """The preview, in three statements."""
    rows = queries_public.list_points(at, Point.consultation_id == consultation.id)
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in rows},
            TextKind.finding: [finding.id for finding in summary.findings] if summary else [],
        }
    )
    findings, index = [], 1
    for finding in summary.findings if summary else []:
        cited = [row for row in rows if row.finding_id == finding.id]
        alone = {paragraph.quotes for paragraph in citations.parse(finding.body)}
        sources = [queries_public.source(row, index + place, masks, BYTES, quoted=row.point in alone) for place, row in enumerate(cited)]
        index += len(cited)
        quoted = {row.point: queries_public.quotation(row, masks, BYTES) for row in cited}
        numbers = {one.point: one.index for one in sources}
        html = citations.render(finding.body, numbers, masks.get((TextKind.finding, finding.id), ()), quotations=quoted)
        findings.append((finding, html, sources))
    aside = [row for row in rows if row.set_aside_at is not None and row.finding_id is None]
    reasons: dict[str, list[Source]] = {}
    for row in aside[:ASIDES]:
        reasons.setdefault(row.set_aside_reason, []).append(queries_public.source(row, 0, masks, BYTES))
    return Preview(findings, list(reasons.items()), max(0, len(aside) - ASIDES), list_unanswered(consultation.id))
