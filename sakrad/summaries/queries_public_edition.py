"""One edition of the published summary: its words as they were, and what the next one changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import text
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import bytes_of, packed
from sakrad.positions.models import Position
from sakrad.positions.queries_public import voice
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.models import Edition, EditionFinding, Finding, Summary
from sakrad.summaries.queries_public import EditionLine, Masks, Said, Text, editions_column, editions_in, list_points
from sakrad.summaries.queries_public_page import PAGE_BYTES, FindingView, read
from sakrad.summaries.replies import Replies

# What masks an edition's text, and what masks the text that readers see now: as long as both say the same, both lie over it.
OF_FINDING = (
    ("body", TextKind.finding, TextKind.edition_finding),
    ("heading", TextKind.finding_heading, TextKind.edition_heading),
    ("section", TextKind.finding_section, TextKind.edition_section),
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that the next edition changed: of the finding with the number, or None for what is in short. Plain and masked."""

    number: int | None
    before: str
    after: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class EditionPage:
    """…/sammanstallning/utgava/<n>"""

    head: Head
    edition: EditionLine
    following: EditionLine | None  # the one that replaced it; None: this is what the summary says now
    editions: tuple[EditionLine, ...]
    in_short: str
    contents: tuple[tuple[FindingView, int], ...]  # every finding, with its page
    changes: tuple[Changed, ...]  # those of the page
    changed_on: int  # the page where they begin
    page: int
    pages: int
    valid_until: datetime

    @property
    def findings(self) -> list[FindingView]:
        """Those of the page."""
        return [view for view, place in self.contents if place == self.page]


def _columns(*, at: datetime) -> dict[str, Any]:
    return {"editions": editions_column()}


def get_edition_page(kommun: str, slug: str, number: int, page: int, at: datetime) -> EditionPage:
    """One edition. 4 statements.

    Raises:
        Missing: there is no such edition, or nothing has been published.
    """
    head, more = get_head(kommun, slug, at, _columns)
    editions = {one.number: one for one in editions_in(more["editions"])}
    edition, following = editions.get(number), editions.get(number + 1)
    if edition is None:
        raise Missing("edition")
    rows = _rows([one.id for one in (edition, following) if one])
    by_number = {row.point: row for row in list_points(at, Position.consultation_id == head.id)}
    masks = _masks(rows, list(editions.values()), [row.answer_id for row in by_number.values()])
    mine, theirs = ([row for row in rows if one and row.edition_id == one.id] for one in (edition, following))
    texts = [Text(row.number, row.id, row.heading, row.body, row.section, row.minority) for row in mine if row.id is not None]
    cited = {
        one.id: [Said(by_number[point], voice(by_number[point])) for point in citations.cited(one.body) if point in by_number]
        for one in texts
    }
    views = read(texts, cited, masks, Replies(), {})
    told_of = {row.finding_id: view for row, view in zip((row for row in mine if row.id is not None), views, strict=True)}
    changes = _changes(mine, theirs, masks, told_of, by_number) if following else []
    *places, pages = packed(
        [*(view.size for view in views), *(bytes_of(one.before) + bytes_of(one.after) for one in changes), 0], PAGE_BYTES
    )
    page = min(page, pages)
    changes = [replace(one, page=place) for one, place in zip(changes, places[len(views) :], strict=True)]
    told = {
        one.number: replace(one, reason=published(one.reason, masks.get((TextKind.edition_reason, one.id), ())))
        for one in editions.values()
    }
    return EditionPage(
        head=head,
        edition=told[number],
        following=told.get(number + 1),
        editions=tuple(told.values()),
        in_short=published(mine[0].in_short, masks.get((TextKind.in_short, edition.id), ())),
        contents=tuple(zip(views, places[: len(views)], strict=True)),
        changes=tuple(one for one in changes if one.page == page),
        changed_on=changes[0].page if changes else pages,
        page=page,
        pages=pages,
        valid_until=head.valid_until,
    )


def _rows(edition_ids: list[int]) -> list[Any]:
    """The findings of the editions, each beside what it says now; one row without a finding for an edition that has none."""
    statement = (
        sa.select(
            Edition.id.label("edition_id"),
            Edition.in_short,
            Summary.id.label("summary_id"),
            Summary.in_short.label("now_in_short"),
            *(EditionFinding.id, EditionFinding.number, EditionFinding.finding_id, EditionFinding.minority),
            *(EditionFinding.heading, EditionFinding.body, EditionFinding.section),
            *(Finding.heading.label("now_heading"), Finding.body.label("now_body"), Finding.section.label("now_section")),
        )
        .select_from(Edition)
        .join(Summary, Summary.id == Edition.summary_id)
        .outerjoin(EditionFinding, EditionFinding.edition_id == Edition.id)
        .outerjoin(Finding, Finding.id == EditionFinding.finding_id)
        .where(Edition.id.in_(edition_ids))
        .order_by(Edition.number, EditionFinding.number)
    )
    return list(db.session.execute(statement))


def _masks(rows: Sequence[Any], editions: Sequence[EditionLine], answer_ids: Sequence[int]) -> Masks:
    """What lies over the editions' texts, as `read` asks for it: by the kinds of the text that is read now, and their own ids."""
    findings = [row for row in rows if row.id is not None]
    found = masks_over(
        {
            **{now: {row.finding_id for row in findings} for _, now, _ in OF_FINDING},
            **{then: {row.id for row in findings} for _, _, then in OF_FINDING},
            TextKind.in_short: {row.summary_id for row in rows},
            TextKind.edition_in_short: {row.edition_id for row in rows},
            TextKind.edition_reason: [one.id for one in editions],
            TextKind.answer: answer_ids,
        }
    )
    masks = {key: spans for key, spans in found.items() if key[0] in (TextKind.answer, TextKind.edition_reason)}
    for row in rows:
        same = row.in_short == row.now_in_short
        own = found.get((TextKind.edition_in_short, row.edition_id), [])
        masks[TextKind.in_short, row.edition_id] = [*own, *(found.get((TextKind.in_short, row.summary_id), []) if same else ())]
    for row in findings:
        for name, now, then in OF_FINDING:
            same = getattr(row, name) == getattr(row, f"now_{name}")
            own = found.get((then, row.id), [])
            masks[now, row.id] = [*own, *(found.get((now, row.finding_id), []) if same else ())]
    return masks


def _changes(
    before: Sequence[Any], after: Sequence[Any], masks: Masks, views: Mapping[int, FindingView], points: Container[int]
) -> list[Changed]:
    """Each text that is not the same in both editions.

    Args:
        views: the findings as the page shows them, by finding: whose sources have the numbers that the reader sees.
        points: the numbers of those that readers may know of.
    """
    was, became = (published(rows[0].in_short, masks[TextKind.in_short, rows[0].edition_id]) for rows in (before, after))
    found = [Changed(None, was, became)] if was != became else []
    old, new = ({row.finding_id: row for row in rows if row.id is not None} for rows in (before, after))
    for finding_id, row in {**old, **new}.items():
        shown = {one.point: str(one.index) for one in views[finding_id].sources} if finding_id in views else {}
        mark = partial(_mark, shown, points)
        was, became = (_words(texts[finding_id], masks, mark) if finding_id in texts else "" for texts in (old, new))
        if was != became:
            found.append(Changed(row.number, was, became))
    return found


def _mark(shown: Mapping[int, str], points: Container[int], match: re.Match[str]) -> str:
    """A mark with the number that its source has on the page, or what tells that the next edition cites something more."""
    number = int(match["number"] or 0)
    if number not in points:
        return ""
    return f"[{shown[number]}]" if number in shown else f" ({gettext('ny källa')})"


def _words(row: Any, masks: Masks, mark: Callable[[re.Match[str]], str]) -> str:
    """A finding as plain words, with the numbers of the sources that it cites."""
    section, heading = (published(getattr(row, name), masks[kind, row.id]) for name, kind, _ in (OF_FINDING[2], OF_FINDING[1]))
    body = citations.GLUED.sub(mark, text.plain(citations.published(row.body, masks[TextKind.finding, row.id])))
    return "\n\n".join(part for part in (section, heading, body.strip()) if part)
