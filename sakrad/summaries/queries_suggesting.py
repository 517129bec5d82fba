"""Reads for what the machine proposes: what it computes from, and its proposals as officials meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.text import Span
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer, Position, PositionVersion, version_group
from sakrad.positions.queries_public import WORDED
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_of
from sakrad.summaries.analysis.passages import Said
from sakrad.summaries.analysis.sensitive import Fact
from sakrad.summaries.models import Point, Suggestion, SuggestionKind, SuggestionRun, Theme
from sakrad.summaries.queries import CITED, LARGEST, NOTHING, list_themes, of_consultation

PAGE = 20  # proposals, or groups of passages that are alike
Decided = tuple[SuggestionKind, int, int, int, int | None]  # kind, answer, start, end, theme


@dataclass(frozen=True, slots=True)
class Marking:
    """A point as the machine learns from it."""

    answer: int
    span: Span
    theme: int | None
    done: bool  # cited or set aside: nothing is proposed about it
    whole: bool  # the answer as it came, not yet split


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a computation reads: plain values, so that no transaction stays open meanwhile."""

    answers: list[Said]
    groups: dict[int, list[int]]  # whom the answer's sender speaks for
    closed: frozenset[int]  # answers from which nothing is to be taken up
    points: list[Marking]
    masked: dict[int, list[Span]]
    decided: frozenset[Decided]


def get_material(consultation_id: int) -> Material:
    """What the consultation's computation reads. Six statements."""
    consultation = db.session.get_one(Consultation, consultation_id)
    columns = (Answer.id, Position.organisation_id, Answer.text, Answer.version_id, NOTHING)
    rows = db.session.execute(
        of_consultation(sa.select(Answer), consultation).where(WORDED).with_only_columns(*columns).order_by(Answer.id)
    ).all()
    texts = {row[0]: row[2] for row in rows}
    of_versions: dict[int, list[int]] = {}
    pairs = sa.select(version_group.c.version_id, version_group.c.target_group_id).join(
        PositionVersion, PositionVersion.id == version_group.c.version_id
    )
    for version_id, group_id in db.session.execute(
        pairs.join(Position, Position.id == PositionVersion.position_id).where(Position.consultation_id == consultation_id)
    ):
        of_versions.setdefault(version_id, []).append(group_id)
    points = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).with_only_columns(
        Point.answer_id, Point.start, Point.end, Point.theme_id, sa.or_(CITED, Point.set_aside_at.is_not(None))
    )
    earlier = sa.select(Suggestion.kind, Suggestion.answer_id, Suggestion.start, Suggestion.end, Suggestion.theme_id)
    earlier = earlier.join(SuggestionRun, SuggestionRun.id == Suggestion.run_id)
    decided = db.session.execute(earlier.where(SuggestionRun.consultation_id == consultation_id, Suggestion.decided_at.is_not(None)))
    return Material(
        answers=[Said(row[0], row[1], row[2]) for row in rows],
        groups={row[0]: of_versions.get(row[3], []) for row in rows},
        closed=frozenset(row[0] for row in rows if row[4]),
        points=[
            Marking(answer_id, Span(start, end), theme, done, texts[answer_id][start:end] == texts[answer_id].strip())
            for answer_id, start, end, theme, done in db.session.execute(points)
            if answer_id in texts
        ],
        masked=masks_of(TextKind.answer, list(texts)),
        decided=frozenset((row[0], row[1], row[2], row[3], row[4]) for row in decided),
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """One proposal as it is shown: the exact words within what stands around them."""

    id: int
    organisation: str
    slug: str
    question: int
    version: int | None  # of what was said at a meeting
    before: str
    words: str
    after: str
    fact: Fact | None
    barred: bool  # of the organisation: a colleague decides


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is decided at once: one passage, or all that are alike."""

    id: int  # of its first passage
    kind: SuggestionKind
    score: int  # of a hundred
    words: tuple[str, ...]
    theme: str
    passages: tuple[Passage, ...]
    senders: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many proposals of a kind were accepted, of those that somebody has decided about, and how many wait."""

    kind: SuggestionKind
    accepted: int
    decided: int
    waiting: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.accepted / self.decided) if self.decided else None


def find_run(consultation: Consultation) -> SuggestionRun | None:
    """The latest computation that was asked for."""
    statement = sa.select(SuggestionRun).where(SuggestionRun.consultation_id == consultation.id)
    return db.session.scalar(statement.order_by(SuggestionRun.id.desc()).limit(1))


def get_suggestion(kommun: str, slug: str, number: int) -> Suggestion:
    """A proposal of the consultation; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    consultation = get_consultation(kommun, slug)
    statement = (
        sa.select(Suggestion)
        .join(Suggestion.run)
        .join(Suggestion.answer)
        .where(Suggestion.id == number, SuggestionRun.consultation_id == consultation.id)
        .options(contains_eager(Suggestion.run), contains_eager(Suggestion.answer).options(*_sender()))
    )
    found = db.session.scalar(statement) if number <= LARGEST else None
    if found is None:
        raise Missing("suggestion")
    return found


def list_cluster(suggestion: Suggestion) -> list[Suggestion]:
    """The proposals that are decided together with it and wait: itself, and the passages that are like it."""
    if suggestion.cluster is None:
        return [suggestion] if suggestion.decided_at is None else []
    statement = (
        sa.select(Suggestion)
        .where(
            Suggestion.run_id == suggestion.run_id,
            Suggestion.kind == suggestion.kind,
            Suggestion.cluster == suggestion.cluster,
            Suggestion.decided_at.is_(None),
        )
        .options(joinedload(Suggestion.answer).options(*_sender()))
        .order_by(Suggestion.id)
    )
    return list(db.session.scalars(statement))


def _sender() -> tuple[Any, ...]:
    return (
        joinedload(Answer.question),
        joinedload(Answer.version)
        .joinedload(PositionVersion.position)
        .options(joinedload(Position.organisation), joinedload(Position.consultation)),
    )


def count_rates(consultation: Consultation) -> list[Rate]:
    """For each kind what became of all proposals that were ever made, and what waits. One statement."""
    statement = (
        sa.select(
            Suggestion.kind,
            sa.func.count().filter(Suggestion.accepted.is_(True)),
            sa.func.count().filter(Suggestion.decided_at.is_not(None)),
            sa.func.count(sa.distinct(sa.func.coalesce(-Suggestion.cluster, Suggestion.id))).filter(Suggestion.decided_at.is_(None)),
        )
        .join(SuggestionRun, SuggestionRun.id == Suggestion.run_id)
        .where(SuggestionRun.consultation_id == consultation.id)
        .group_by(Suggestion.kind)
    )
    found = {row[0]: Rate(*row) for row in db.session.execute(statement)}
    return [found.get(kind, Rate(kind, 0, 0, 0)) for kind in SuggestionKind]


def list_proposals(run: SuggestionRun, kind: SuggestionKind, page: int, may: Callable[[Answer], bool]) -> tuple[list[Proposal], int]:
    """A page of what waits, the surest first, and how many there are. `may`: whether the official may decide (jäv). Five statements."""
    key = sa.func.coalesce(-Suggestion.cluster, Suggestion.id)
    waiting = sa.and_(Suggestion.run_id == run.id, Suggestion.kind == kind, Suggestion.decided_at.is_(None))
    total = db.session.scalar(sa.select(sa.func.count(sa.distinct(key))).where(waiting)) or 0
    size = sa.func.count()
    keys = sa.select(key).where(waiting).group_by(key).order_by(size.desc(), sa.func.max(Suggestion.score).desc(), key)
    wanted: list[int] = list(db.session.scalars(keys.limit(PAGE).offset((page - 1) * PAGE)))
    statement = sa.select(Suggestion).where(waiting, key.in_(wanted)).options(joinedload(Suggestion.answer).options(*_sender()))
    gathered: dict[int, list[Suggestion]] = {number: [] for number in wanted}
    for one in db.session.scalars(statement.order_by(Suggestion.id)):
        gathered[one.id if one.cluster is None else -one.cluster].append(one)
    themes = {theme.id: theme.name for theme in list_themes(run.consultation)}
    return [_proposal(ones, themes, may) for ones in gathered.values() if ones], total


def _proposal(ones: list[Suggestion], themes: dict[int, str], may: Callable[[Answer], bool]) -> Proposal:
    first = ones[0]
    return Proposal(
        id=first.id,
        kind=first.kind,
        score=round(100 * max(one.score for one in ones)),
        words=tuple(first.words),
        theme=themes.get(first.theme_id or 0, ""),
        passages=tuple(_passage(one, barred=not may(one.answer)) for one in ones),
        senders=len({one.answer.version.position_id for one in ones}),
    )


AROUND = 90  # code points that are shown before and after


def _passage(one: Suggestion, *, barred: bool) -> Passage:
    text, version = one.answer.text, one.answer.version
    before, after = text[: one.start], text[one.end :]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return Passage(
        id=one.id,
        organisation=version.organisation_name,
        slug=version.position.organisation.slug,
        question=one.answer.question.number,
        version=version.number if version.is_view else None,
        before=before,
        words=text[one.start : one.end],
        after=after,
        fact=Fact(one.fact) if one.fact else None,
        barred=barred,
    )


def count_new_answers(run: SuggestionRun) -> int:
    """How many answers have come, or have been changed, since the computation was asked for."""
    statement = of_consultation(sa.select(Answer), run.consultation).where(WORDED, PositionVersion.received_at > run.asked_at)
    return db.session.scalar(statement.with_only_columns(sa.func.count())) or 0


@dataclass(frozen=True, slots=True)
class Distinctive:
    """The words that mark a theme or a group out from the rest."""

    name: str
    words: list[str]


def list_distinctive(run: SuggestionRun) -> tuple[list[Distinctive], list[Distinctive]]:
    """Of the themes and of the groups, as far as they are there still. Two statements."""
    told: dict[str, dict[str, list[str]]] = run.facts.get("distinctive", {})
    themes = [(theme.id, theme.name) for theme in list_themes(run.consultation)]
    ids = [int(key) for key in told.get("groups", {})]
    groups = db.session.execute(sa.select(TargetGroup.id, TargetGroup.name).where(TargetGroup.id.in_(ids)).order_by(TargetGroup.name))
    return _named(themes, told.get("themes", {})), _named(groups, told.get("groups", {}))


def _named(names: Iterable[Any], told: dict[str, list[str]]) -> list[Distinctive]:
    return [Distinctive(name, told[str(key)]) for key, name in names if str(key) in told]


def find_theme_of(suggestion: Suggestion) -> Theme | None:
    """The theme that is proposed, if it is there still."""
    return db.session.get(Theme, suggestion.theme_id) if suggestion.theme_id is not None else None


def find_point_at(answer: Answer, span: Span) -> Point | None:
    """The point of exactly these words."""
    return db.session.scalar(sa.select(Point).where(Point.answer_id == answer.id, Point.start == span.start, Point.end == span.end))
