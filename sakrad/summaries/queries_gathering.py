"""All that stands in a published summary, gathered once for the page, the paper and the data: as readers may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, ContentAbout, Question
from sakrad.consultations.queries_public import Head, get_head
from sakrad.consultations.queries_versions import languages_column, languages_in
from sakrad.consultations.tongues import Tongue
from sakrad.core.db import in_order
from sakrad.core.drawn import MEGABYTE, Kept
from sakrad.core.errors import Missing
from sakrad.core.statements import built_once, read_columns
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.models import Answer, Position, PositionVersion, Stance
from sakrad.positions.queries_behind import Together, agreed_column, joined_column
from sakrad.positions.queries_public import LISTED, READABLE, Shown, Visibility, Voice, how_many, positions, voice
from sakrad.positions.queries_reading import Listed, StanceChart, Taken, stance_chart
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.summaries.models import FactCheck, summary_not_heard
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection, Unmasked, objections_in, outcome
from sakrad.summaries.queries_public import (
    EditionLine,
    Masks,
    Said,
    Text,
    editions_column,
    editions_in,
    findings_column,
    findings_in,
    invited_answered_count,
    invited_count,
    points_alone,
    summary_columns,
    unanswered_column,
)
from sakrad.summaries.replies import Replies, is_replied, replies_in

PLACES = {name: place for place, name in enumerate(Visibility)}


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Who answered. Of the same rows it is the same object: what is made of it is found again without comparing all that it holds."""

    listed: tuple[Listed, ...]  # named ones first
    charts: tuple[StanceChart, ...]  # of each proposal; each organisation counts once
    voices: Mapping[tuple[int, int | None], Voice]  # by position; those from a meeting by their version too

    @property
    def opposed(self) -> tuple[Voice, ...]:
        return tuple(one for chart in self.charts for one in chart.opposed)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A published summary. The texts and the points want `masks`, all else is masked already."""

    head: Head
    in_short: str
    texts: tuple[Text, ...]
    points: tuple[Said, ...]  # one per citation
    untaken: tuple[Said, ...]  # answers from which nothing was taken up, for a reason that may be read
    untold: int  # as many again, of answers that are not published: neither is the reason, which may tell of them
    heard: Heard
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
    def aside(self) -> list[Said]:
        """The points that are set aside."""
        return [one for one in self.points if one.row.set_aside_at is not None and one.row.finding_id is None]

    @property
    def counted(self) -> tuple[int, int]:
        """How many points were cited, of how many that were cited or set aside."""
        cited = {row.point_id for row, _voice in self.points if row.finding_id is not None}
        return len(cited), len(cited | {row.point_id for row, _voice in self.points if row.set_aside_at is not None})

    def by_finding(self) -> dict[int, list[Said]]:
        """What each finding cites, by its id."""
        found: dict[int, list[Said]] = {text.id: [] for text in self.texts}
        for one in self.points:
            if one.row.finding_id in found:
                found[one.row.finding_id].append(one)
        return found


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
        "checked": sa.select(FactCheck.id).where(FactCheck.consultation_id == Consultation.id).correlate(Consultation).exists(),
        "replied": is_replied(),
        "languages": languages_column(ContentAbout.summary),
    }


@built_once
def _points(consultation_id: int) -> sa.Select[*tuple[Any, ...]]:
    return points_alone().where(Position.consultation_id == consultation_id)


def gather(kommun: str, slug: str, at: datetime) -> Gathered:
    """The published summary, whole. 4 statements, 2 more where a faktakontroll has been held, and that of `replies_in` where there are any.

    Raises:
        Missing: there is none, or it has not been published.
    """
    head, more = get_head(kommun, slug, at, _columns)
    if more["summary_id"] is None or head.summary_published_at is None:
        raise Missing("summary")
    texts, editions = findings_in(more["findings"]), editions_in(more["editions"])
    voices, joined, agreed = tuple(read_columns(*_voices(head.id, at)).all()), _tuples(more["joined"]), _tuples(more["agreed"])
    heard = _heards.of(lambda: _heard(voices, joined, agreed), voices, joined, agreed, takes=lambda _heard: ROW * len(voices))
    rows = [
        Said(row, heard.voices[row.position_id, row.version_id if row.meeting_id is not None else None])
        for row in read_columns(*_points(head.id)).all()
    ]
    found = [one for one in rows if one.row.point_id is not None]
    nothing = [
        one for one in rows if one.row.point_id is None and one.row.spoken_in == one.voice.version and one.voice.visibility in LISTED
    ]
    untaken = [one for one in nothing if one.voice.readable]
    objected = objections_in(head.id, at) if more["checked"] else Unmasked((), lambda _masks: {})
    masks = masks_over(
        {
            TextKind.answer: {one.row.answer_id for one in found},
            TextKind.set_aside: [one.row.point_id for one in found if one.row.set_aside_at],
            TextKind.nothing: [one.row.answer_id for one in untaken],
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
        heard=heard,
        not_heard=unpacked(more["not_heard"]),
        invited=more["invited"],
        invited_answered=more["invited_answered"],
        answered=more["answered"],
        unanswered=tuple((number, text) for number, text in sorted(more["unanswered"] or ())),
        editions=tuple(replace(one, reason=published(one.reason, masks.get((TextKind.edition_reason, one.id), ()))) for one in editions),
        check=outcome(head.id) if more["checked"] else CheckOutcome(held=False),
        masks=masks,
        replies=replies_in(head.id, at) if more["replied"] else Replies(),
        languages=languages_in(more["languages"]),
        objections=dict(objected.under(masks)),
    )


@built_once
def _voices(consultation_id: int, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Every written answer, and every view from a meeting, with what `voice` needs: a row for each stance in it."""
    spoken = sa.orm.aliased(PositionVersion, name="spoken_version")
    return (
        positions(at, Position.organisation_id, Question.number.label("question"), Question.text, Answer.stance, spoken=spoken)
        .outerjoin(Answer, sa.and_(Answer.version_id == Shown.id, Answer.stance.is_not(None)))
        .outerjoin(Question, Question.id == Answer.question_id)
        .where(
            Position.consultation_id == consultation_id,
            sa.or_(spoken.id == Position.current_id, spoken.meeting_id.is_not(None)),
        )
        .order_by(Position.id, Question.number)
    )


def _tuples(rows: Sequence[Sequence[Any]] | None) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in rows or ())


_heards: Kept[Heard] = Kept(8 * MEGABYTE)
ROW = 2_000  # bytes that a row of them takes, with what is made of it


def _heard(rows: Sequence[Any], joined: tuple[tuple[Any, ...], ...], agreed: tuple[tuple[Any, ...], ...]) -> Heard:
    """Of the rows of `_voices` and the columns of queries_behind. Only written answers are listed and counted here."""
    voices = {(row.position_id, row.version_id if row.meeting is not None else None): voice(row) for row in rows}
    listed: dict[int, tuple[Any, Voice]] = {}
    taken: dict[int, list[Taken]] = {}
    proposals: dict[int, tuple[str, dict[int, Stance]]] = {}
    for row in rows:
        if row.meeting is not None or row.visibility not in LISTED:
            continue
        listed[row.position_id] = row, voices[row.position_id, None]
        if row.stance is not None and row.visibility in READABLE:
            taken.setdefault(row.position_id, []).append(Taken(row.question, row.stance))
            proposals.setdefault(row.question, (row.text, {}))[1][row.position_id] = row.stance
    together = Together(joined, agreed, {id_: (row.organisation_id, seen) for id_, (row, seen) in listed.items() if seen.readable})
    return Heard(
        listed=tuple(Listed(seen, tuple(taken.get(row.position_id, ()))) for row, seen in sorted(listed.values(), key=_by_name)),
        charts=tuple(stance_chart(number, text, together.count(number, stances)) for number, (text, stances) in sorted(proposals.items())),
        voices=voices,
    )


def _by_name(one: tuple[Any, Voice]) -> tuple[int, str]:
    """The order of positions.queries_reading.by_name."""
    row, seen = one
    return PLACES[seen.visibility], in_order(seen.name) if seen.visibility is Visibility.named and seen.name else row.reference
