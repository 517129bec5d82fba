"""What is being compiled as records for the officials' own files: every point that stands, row by row.

A file leaves the workspace, so masked words are masked here too. Notes between colleagues stay.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.directory.queries_public import groups_of, unpacked
from sakrad.meetings.models import Meeting
from sakrad.positions.models import Answer, Position, PositionVersion, version_group
from sakrad.positions.queries_public import masked_slice, slice_of
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries import citations
from sakrad.summaries.models import Citation, Finding, Point, Summary, Theme, point_group
from sakrad.summaries.queries import STANDS
from sakrad.summaries.queries_agreement import standing_agreement
from sakrad.summaries.queries_data import Record, citation_records, number_ranges, stance_records


def findings(summary: Summary | None) -> Iterator[Record]:
    """The findings, in order; `summary` as `queries.find_summary` gives it."""
    texts = summary.findings if summary else []
    ids = [text.id for text in texts]
    masks = masks_over(dict.fromkeys((TextKind.finding, TextKind.finding_heading, TextKind.finding_section), ids))
    for text in texts:
        yield {
            "samlad_synpunkt": text.number,
            "avsnitt": published(text.section, masks.get((TextKind.finding_section, text.id), ())),
            "rubrik": published(text.heading, masks.get((TextKind.finding_heading, text.id), ())),
            "text": citations.published(text.body, masks.get((TextKind.finding, text.id), ())),
            "minoritet": text.minority,
        }


def cited(summary: Summary | None) -> Iterator[Record]:
    """Which finding rests on which point."""
    return citation_records(summary.id) if summary else iter(())


def stances(consultation: Consultation) -> Iterator[Record]:
    """How each organisation stands on each proposal, once."""
    return stance_records(standing_agreement(consultation))


def points(consultation: Consultation) -> Iterator[Record]:
    """Every point of the answers that stand, by number; one that several findings cite stands once for each."""
    over = aliased(Theme)
    statement = (
        sa.select(
            Point.id.label("point_id"),
            Point.number,
            Point.start,
            Point.end,
            Point.set_aside_at,
            Point.set_aside_reason,
            slice_of(Answer, Point.start, Point.end).label("words"),
            Answer.id.label("answer_id"),
            Answer.stance,
            Answer.own_interest,
            Question.number.label("question"),
            Question.text,
            PositionVersion.organisation_name,
            PositionVersion.wish,
            PositionVersion.reuse,
            groups_of(version_group, version_group.c.version_id, PositionVersion.id).label("spoken_for"),
            groups_of(point_group, point_group.c.point_id, Point.id).label("given"),
            Meeting.number.label("meeting"),
            Theme.name.label("theme"),
            over.name.label("over"),
            Finding.id.label("finding_id"),
            Finding.number.label("finding"),
            Finding.heading,
        )
        .join(Answer, Answer.id == Point.answer_id)
        .join(Question, Question.id == Answer.question_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .outerjoin(Meeting, Meeting.id == PositionVersion.meeting_id)
        .outerjoin(Theme, Theme.id == Point.theme_id)
        .outerjoin(over, over.id == Theme.parent_id)
        .outerjoin(Citation, Citation.point_id == Point.id)
        .outerjoin(Finding, Finding.id == Citation.finding_id)
        .where(Point.consultation_id == consultation.id, STANDS)
        .order_by(Point.number, Finding.number)
    )
    for first, last in number_ranges(consultation.id):
        rows = db.session.execute(statement.where(Point.number.between(first, last))).all()
        masks = masks_over(
            {
                TextKind.answer: {row.answer_id for row in rows},
                TextKind.set_aside: {row.point_id for row in rows if row.set_aside_at},
                TextKind.finding_heading: {row.finding_id for row in rows if row.finding_id},
            }
        )
        for row in rows:
            yield {
                "synpunkt": row.number,
                "fraga": row.question,
                "fraga_text": row.text,
                "organisation": row.organisation_name,
                "talar_for": [group.name for group in unpacked(row.spoken_for)],
                "ord": masked_slice(row.words, row.start, row.end, masks.get((TextKind.answer, row.answer_id), [])),
                "stallningstagande": row.stance.value if row.stance else None,
                "eget_intresse": row.own_interest,
                "mote": row.meeting,
                "far_ateranvandas": row.reuse,
                "samlad_synpunkt": row.finding,
                "rubrik": published(row.heading or "", masks.get((TextKind.finding_heading, row.finding_id), ())),
                "skal": published(row.set_aside_reason, masks.get((TextKind.set_aside, row.point_id), ())),
                "tema": row.theme,
                "overtema": row.over,
                "grupper": [group.name for group in unpacked(row.given)],
                "onskan": row.wish.value if row.wish else None,
            }
