"""Editions: what the summary says each time that it is published, kept as it was. Masks go with the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.differences import kept
from sakrad.core.events import Actor
from sakrad.core.text import Span, places
from sakrad.records import commands as records
from sakrad.records.models import Mask, TextKind
from sakrad.records.queries import list_masks
from sakrad.summaries.models import Edition, EditionFinding, Summary
from sakrad.summaries.queries_masking import list_edition_texts

ELSEWHERE = 3  # code points: shorter words are hidden again only in the text in which they were hidden
Texts = Mapping[tuple[TextKind, int], str]


def add_edition(summary: Summary, *, reason: str, actor: Actor | None, at: datetime) -> Edition:
    """Keep the summary as it stands as its next edition."""
    number = max((edition.number for edition in summary.editions), default=0) + 1
    edition = Edition(number=number, in_short=summary.in_short, reason=reason, published_at=at, published_by_id=actor.id if actor else None)
    edition.findings = [
        EditionFinding(
            finding_id=finding.id,
            number=finding.number,
            section=finding.section,
            heading=finding.heading,
            body=finding.body,
            minority=finding.minority,
        )
        for finding in summary.findings
    ]
    summary.editions.append(edition)
    db.session.flush()
    return edition


def texts_of(summary: Summary) -> dict[tuple[TextKind, int], str]:
    """The texts of the summary that a correction may change, by what a mask names them by."""
    texts = {(TextKind.in_short, summary.id): summary.in_short}
    for finding in summary.findings:
        texts[TextKind.finding_heading, finding.id] = finding.heading
        texts[TextKind.finding, finding.id] = finding.body
    return texts


def carry_masks(consultation: Consultation, before: Texts, after: Texts, *, actor: Actor | None, at: datetime) -> None:
    """Let what is hidden in the texts stay hidden: in the editions as they were, and in the new text wherever the words stand.

    Call it when the texts have been replaced, before the edition that holds the new ones is added.
    """
    standing = {key: list_masks(key[0], [key[1]]) for key in before}
    hidden = [(before[key][mask.start : mask.end], mask) for key, masks in standing.items() for mask in masks]
    for key, masks in standing.items():
        kind, text_id = key
        for older in list_edition_texts(kind, [text_id]):
            if older.text == before[key]:
                _lay(consultation, older.kind, older.ids[0], [(Span(mask.start, mask.end), mask) for mask in masks], actor, at)
        if before[key] == after[key]:
            continue
        wanted = [(span, mask) for mask in masks for span in kept(before[key], after[key], Span(mask.start, mask.end))]
        wanted += [
            (span, mask)
            for words, mask in hidden
            if len(words) >= ELSEWHERE or (mask.kind, mask.text_id) == key
            for span in places(after[key], words)
        ]
        for mask in masks:  # over the text that was
            records.remove_mask(mask, actor=actor, at=at, **consultation.scope)
        _lay(consultation, kind, text_id, wanted, actor, at)


def copy_masks(summary: Summary, edition: Edition, *, actor: Actor | None, at: datetime) -> None:
    """Hide in the edition what is hidden in the summary, whose words it holds."""
    by_finding = {row.finding_id: row for row in edition.findings}
    pairs = [(TextKind.in_short, summary.id, TextKind.edition_in_short, edition.id)]
    for finding in summary.findings:
        row = by_finding[finding.id]
        pairs += [
            (TextKind.finding, finding.id, TextKind.edition_finding, row.id),
            (TextKind.finding_heading, finding.id, TextKind.edition_heading, row.id),
            (TextKind.finding_section, finding.id, TextKind.edition_section, row.id),
        ]
    for kind, text_id, older, row_id in pairs:
        masks = list_masks(kind, [text_id])
        _lay(summary.consultation, older, row_id, [(Span(mask.start, mask.end), mask) for mask in masks], actor, at)


def _lay(
    consultation: Consultation, kind: TextKind, text_id: int, wanted: Sequence[tuple[Span, Mask]], actor: Actor | None, at: datetime
) -> None:
    """Hide the spans on the ground of their masks, those that are not hidden already."""
    there = _spans(list_masks(kind, [text_id]))
    for span, mask in wanted:
        if span not in there:
            there.add(span)
            records.add_mask(kind, text_id, span, ground=mask.ground, actor=actor, at=at, **consultation.scope)


def _spans(masks: Iterable[Mask]) -> set[Span]:
    return {Span(mask.start, mask.end) for mask in masks}
