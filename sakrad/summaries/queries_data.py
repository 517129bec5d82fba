"""The published summary as records to take along: row by row, so that no summary is too large. Words are as readers see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from sakrad.consultations.models import Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.positions.queries_behind import agreed_column, joined_column
from sakrad.positions.queries_public import Voice, how_many, voice
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.agreement import Agreement
from sakrad.summaries.columns import SCHEMA, once
from sakrad.summaries.models import Citation, Finding, Point
from sakrad.summaries.queries_agreement import public_agreement
from sakrad.summaries.queries_checking_public import objections_in, outcome
from sakrad.summaries.queries_public import (
    Text,
    editions_column,
    editions_in,
    findings_column,
    findings_in,
    invited_count,
    list_points,
    summary_columns,
    words_of,
)

BATCH = 200  # points that are held at once
Record = dict[str, Any]


def _columns(*, at: datetime) -> dict[str, Any]:
    return {
        **summary_columns(),
        "findings": findings_column(),
        "editions": editions_column(),
        "invited": invited_count(),
        "answered": how_many(at),
        "joined": joined_column(),
        "agreed": agreed_column(),
    }


class PublishedData:
    """A published summary, ready to be told in records.

    Raises:
        Missing: it is not published.
    """

    def __init__(self, kommun: str, slug: str, at: datetime) -> None:
        self.at = at
        self.head, self._more = get_head(kommun, slug, at, _columns)
        if self._more["summary_id"] is None or self.head.summary_published_at is None:
            raise Missing("summary")
        self._texts: list[Text] = findings_in(self._more["findings"])
        ids = [text.id for text in self._texts]
        self._masks = masks_over(
            {
                TextKind.in_short: [self._more["summary_id"]],
                TextKind.finding: ids,
                TextKind.finding_heading: ids,
                TextKind.finding_section: ids,
            }
        )

    @property
    def summary_id(self) -> int:
        return int(self._more["summary_id"])

    def document(self) -> Record:
        """All of it as one document; the long lists are iterators."""
        return {
            "schema": SCHEMA,
            "sakrad": self.about(),
            "samlade_synpunkter": self.findings(),
            "synpunkter": once(self.points()),
            "hanvisningar": self.citations(),
            "stallningstaganden": self.stances(),
            "faktakontroll": self.fact_check(),
            "invandningar": self.objections(),
        }

    def about(self) -> Record:
        """The sakråd."""
        head = self.head
        editions = editions_in(self._more["editions"])
        return {
            "titel": head.title,
            "kommun": head.municipality,
            "namnd": head.authority,
            "diarienummer": head.diary_number,
            "adress": _whole("summaries.show", **head.address),
            "publicerad": clock.day_of(head.summary_published_at).isoformat() if head.summary_published_at else None,
            "utgava": editions[-1].number if editions else 1,
            "i_korthet": published(self._more["in_short"], self._masks.get((TextKind.in_short, self.summary_id), ())),
            "inbjudna": self._more["invited"],
            "svarade": self._more["answered"],
        }

    def findings(self) -> Iterator[Record]:
        """The findings, in order."""
        for text in self._texts:
            yield {
                "samlad_synpunkt": text.number,
                "avsnitt": published(text.section, self._masks.get((TextKind.finding_section, text.id), ())),
                "rubrik": self._heading(text),
                "text": citations.published(text.body, self._masks.get((TextKind.finding, text.id), ())),
                "minoritet": text.minority,
            }

    def points(self) -> Iterator[Record]:
        """Points that are cited or set aside, by number; one that several findings cite stands once for each."""
        numbers = {text.id: text for text in self._texts}
        questions = question_texts(self.head.id)
        told = sa.or_(Citation.finding_id.is_not(None), Point.set_aside_at.is_not(None))
        for first, last in number_ranges(self.head.id):
            rows = list_points(self.at, Point.consultation_id == self.head.id, Point.number.between(first, last), told)
            masks = masks_over(
                {TextKind.answer: {row.answer_id for row in rows}, TextKind.set_aside: [row.point_id for row in rows if row.set_aside_at]}
            )
            for row in sorted(rows, key=lambda row: (row.point, numbers[row.finding_id].number if row.finding_id in numbers else 0)):
                seen, words = voice(row), words_of(row, masks)
                finding = numbers.get(row.finding_id)
                yield {
                    "synpunkt": row.point,
                    "fraga": row.question,
                    "fraga_text": questions[row.question],
                    "organisation": seen.name if words else None,
                    "talar_for": [group.name for group in seen.groups] if words else [],
                    "ord": words,
                    "synlighet": seen.visibility.value,
                    "stallningstagande": row.stance.value if row.stance and words else None,
                    "eget_intresse": bool(row.own_interest and words),
                    "tidigare_version": bool(row.spoken_in < row.version),
                    "mote": seen.meeting,
                    "far_ateranvandas": bool(row.reuse and words),
                    "samlad_synpunkt": finding.number if finding else None,
                    "rubrik": self._heading(finding) if finding else "",
                    "skal": published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ())) if row.set_aside_at else "",
                    "adress": _address(self.head, seen),
                }

    def citations(self) -> Iterator[Record]:
        """Which finding rests on which point."""
        return citation_records(self.summary_id)

    def stances(self) -> Iterator[Record]:
        """How each organisation stands on each proposal, once."""
        return stance_records(public_agreement(self.head.id, self.at, self._more["joined"], self._more["agreed"]))

    def fact_check(self) -> Record | None:
        """How many organisations have confirmed how they are rendered; None where nobody was asked."""
        found = outcome(self.head.id)
        if not found.held:
            return None
        return {
            "citerade": found.cited,
            "bekraftade": found.confirmed,
            "invandningar": found.objections,
            "rattelser": found.corrections,
            "tysta": found.silent,
            "tidigare_lydelse": found.stale,
        }

    def objections(self) -> Iterator[Record]:
        """The objections that stand beside the text, as readers see them."""
        unmasked = objections_in(self.head.id, self.at)
        numbers = {text.id: text.number for text in self._texts}
        for finding_id, objections in unmasked.under(masks_over({TextKind.objection: unmasked.ids})).items():
            for one in objections:
                yield {
                    "samlad_synpunkt": numbers.get(finding_id) if finding_id else None,
                    "organisation": one.name,
                    "invandning": one.text,
                    "tidigare_lydelse": one.earlier,
                }

    def _heading(self, text: Text) -> str:
        return published(text.heading, self._masks.get((TextKind.finding_heading, text.id), ()))


def stance_records(whole: Agreement) -> Iterator[Record]:
    """The matrix as records, proposal by proposal."""
    for proposal in whole.proposals:
        for row in whole.rows:
            if take := row.takes.get(proposal.number):
                yield {
                    "fraga": proposal.number,
                    "organisation": row.voice.name,
                    "stallningstagande": take.stance.value,
                    "hur": take.how.value,
                }


def citation_records(summary_id: int) -> Iterator[Record]:
    """Which finding rests on which point."""
    statement = (
        sa.select(Finding.number, Point.number.label("point"), Citation.order)
        .join(Finding, Finding.id == Citation.finding_id)
        .join(Point, Point.id == Citation.point_id)
        .where(Finding.summary_id == summary_id)
        .order_by(Finding.number, Citation.order, Point.number)
    )
    for number, point, order in db.session.execute(statement):
        yield {"samlad_synpunkt": number, "synpunkt": point, "ordning": order}


def number_ranges(consultation_id: int) -> Iterator[tuple[int, int]]:
    """The consultation's points in pieces: the first and the last number of each."""
    last = db.session.scalar(sa.select(sa.func.max(Point.number)).where(Point.consultation_id == consultation_id)) or 0
    for first in range(1, last + 1, BATCH):
        yield first, first + BATCH - 1


def question_texts(consultation_id: int) -> Mapping[int, str]:
    """The questions by number."""
    rows = db.session.execute(sa.select(Question.number, Question.text).where(Question.consultation_id == consultation_id))
    return {row.number: row.text for row in rows}


def _address(head: Head, seen: Voice) -> str | None:
    if not seen.readable:
        return None
    if seen.meeting:
        return _whole("positions.views", **head.address, number=seen.meeting)
    return _whole("positions.show", **head.address, org=seen.key)


def _whole(endpoint: str, **parts: Any) -> str:
    """An address under the public one."""
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}{url_for(endpoint, **parts)}"
