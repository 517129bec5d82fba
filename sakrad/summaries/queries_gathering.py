"""All that stands in a published summary, gathered once for the page, the paper and the data: as readers may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import ContentAbout, Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.consultations.queries_versions import languages_column, languages_in
from sakrad.consultations.tongues import Tongue
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.statements import built_once
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.models import Answer, Position, Stance
from sakrad.positions.queries_behind import Rows, Together, agreed_column, joined_column
from sakrad.positions.queries_public import LISTED, Shown, Voice, how_many, positions, visibility_sql, voice
from sakrad.positions.queries_reading import Listed, StanceChart, Taken, by_name, stance_chart
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries.models import summary_not_heard
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection, objections_in, outcome
from sakrad.summaries.queries_public import (
    EditionLine,
    Masks,
    Text,
    editions_column,
    editions_in,
    findings_column,
    findings_in,
    invited_answered_count,
    invited_count,
    points,
    summary_columns,
    unanswered_column,
)
from sakrad.summaries.replies import Replies, replies_in


@dataclass(frozen=True, slots=True)
class Gathered:
    """A published summary. Rows are those of `list_points`; the texts want `masks`, all else is masked already."""

    head: Head
    in_short: str
    texts: tuple[Text, ...]
    points: tuple[Any, ...]  # a row per citation
    untaken: tuple[Any, ...]  # answers from which nothing was taken up, for a reason that may be read
    untold: int  # as many again, of answers that are not published: neither is the reason, which may tell of them
    listed: tuple[Listed, ...]
    charts: tuple[StanceChart, ...]
    not_heard: tuple[Named, ...]
    invited: int
    invited_answered: int
    answered: int
    unanswered: tuple[tuple[int, str], ...]  # number and text of the questions that nobody answered
    editions: tuple[EditionLine, ...]  # oldest first; the last is the one that is read
    check: CheckOutcome
    masks: Masks
    replies: Replies
    languages: tuple[Tongue, ...]  # that it can be read in
    objections: dict[int | None, tuple[Objection, ...]]  # by the finding's id; None: against all that rests on its words

    @property
    def aside(self) -> list[Any]:
        """The points that are set aside."""
        return [row for row in self.points if row.set_aside_at is not None and row.finding_id is None]

    @property
    def counted(self) -> tuple[int, int]:
        """How many points were cited, of how many that were cited or set aside."""
        cited = {row.point_id for row in self.points if row.finding_id is not None}
        return len(cited), len(cited | {row.point_id for row in self.points if row.set_aside_at is not None})

    def of(self, text: Text) -> list[Any]:
        """The rows of what a finding cites."""
        return [row for row in self.points if row.finding_id == text.id]


def _columns(*, at: datetime) -> dict[str, Any]:
    own = summary_columns()
    return {
        **own,
        "findings": findings_column(),
        "editions": editions_column(),
        "unanswered": unanswered_column(),
        "not_heard": groups_of(summary_not_heard, summary_not_heard.c.summary_id, own["summary_id"]),
        "answered": how_many(at),
        "invited": invited_count(),
        "invited_answered": invited_answered_count(),
        "joined": joined_column(),
        "agreed": agreed_column(),
        "languages": languages_column(ContentAbout.summary),
    }


@built_once
def _points(consultation_id: int, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    return points(at, nothing=True).where(Position.consultation_id == consultation_id)


def gather(kommun: str, slug: str, at: datetime) -> Gathered:
    """The published summary, whole. 6 statements and that of `replies_in`.

    Raises:
        Missing: there is none, or it has not been published.
    """
    head, more = get_head(kommun, slug, at, _columns)
    if more["summary_id"] is None or head.summary_published_at is None:
        raise Missing("summary")
    texts, editions = findings_in(more["findings"]), editions_in(more["editions"])
    rows = list(db.session.execute(*_points(head.id, at)))
    found = [row for row in rows if row.point_id is not None]
    nothing = [row for row in rows if row.point_id is None and row.spoken_in == row.version and voice(row).visibility in LISTED]
    untaken = [row for row in nothing if voice(row).readable]
    listed, charts = list_voices(head.id, at, more["joined"], more["agreed"])
    objected = objections_in(head.id, at)
    masks = masks_over(
        {
            TextKind.answer: {row.answer_id for row in found},
            TextKind.set_aside: [row.point_id for row in found if row.set_aside_at],
            TextKind.nothing: [row.answer_id for row in untaken],
            TextKind.finding: [text.id for text in texts],
            TextKind.finding_heading: [text.id for text in texts],
            TextKind.finding_section: [text.id for text in texts if text.section],
            TextKind.in_short: [more["summary_id"]],
            TextKind.edition_reason: [edition.id for edition in editions if edition.reason],
            TextKind.objection: objected.ids,
        }
    )
    return Gathered(
        head=head,
        in_short=published(more["in_short"], masks.get((TextKind.in_short, more["summary_id"]), ())),
        texts=tuple(texts),
        points=tuple(found),
        untaken=tuple(untaken),
        untold=len(nothing) - len(untaken),
        listed=tuple(listed),
        charts=charts,
        not_heard=unpacked(more["not_heard"]),
        invited=more["invited"],
        invited_answered=more["invited_answered"],
        answered=more["answered"],
        unanswered=tuple((number, text) for number, text in sorted(more["unanswered"] or ())),
        editions=tuple(replace(one, reason=published(one.reason, masks.get((TextKind.edition_reason, one.id), ()))) for one in editions),
        check=outcome(head.id),
        masks=masks,
        replies=replies_in(head.id, at),
        languages=languages_in(more["languages"]),
        objections=dict(objected.under(masks)),
    )


@built_once
def _voices(consultation_id: int, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    return (
        positions(at, Position.organisation_id, Question.number.label("question"), Question.text, Answer.stance)
        .outerjoin(Answer, sa.and_(Answer.version_id == Shown.id, Answer.stance.is_not(None)))
        .outerjoin(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == consultation_id, visibility_sql(at).in_(LISTED))
        .order_by(*by_name(at), Question.number)
    )


def list_voices(consultation_id: int, at: datetime, joined: Rows, agreed: Rows) -> tuple[list[Listed], tuple[StanceChart, ...]]:
    """Who answered, and the chart of each proposal, in which each organisation counts once."""
    voices: dict[int, Listed] = {}
    readable: dict[int, tuple[int, Voice]] = {}
    proposals: dict[int, tuple[str, dict[int, Stance]]] = {}
    for row in db.session.execute(*_voices(consultation_id, at)):
        seen = voice(row)
        before = voices.get(row.position_id)
        taken = before.stances if before else ()
        if seen.readable:
            readable[row.position_id] = (row.organisation_id, seen)
        if row.stance is not None and seen.readable:
            taken = (*taken, Taken(row.question, row.stance))
            proposals.setdefault(row.question, (row.text, {}))[1][row.position_id] = row.stance
        voices[row.position_id] = Listed(seen, taken)
    together = Together(joined, agreed, readable)
    charts = tuple(stance_chart(number, text, together.count(number, stances)) for number, (text, stances) in sorted(proposals.items()))
    return list(voices.values()), charts
