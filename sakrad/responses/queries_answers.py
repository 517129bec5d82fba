"""Reads for those who write and read the answers: units and their tasks, colleagues, earlier wordings, phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from sakrad.accounts.models import Role, User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.directory.models import Authority, Unit
from sakrad.positions.queries_public import Visibility, voice
from sakrad.records.models import TextKind
from sakrad.records.queries import masks_over, published
from sakrad.responses import queries
from sakrad.responses.models import AnswerTask, FeedbackRelease, Phrase, Response, ResponseVersion
from sakrad.responses.targets import Target, TargetKind
from sakrad.summaries.models import Finding, Point
from sakrad.summaries.queries_public import Masks, list_points, words_of


@dataclass(frozen=True, slots=True)
class Said:
    """The words behind an answer, as readers may see them: for a unit of another authority (PRACTICE.md 1)."""

    number: int
    words: str
    name: str


@dataclass(frozen=True, slots=True)
class Duty:
    """An answer that a unit is to draft."""

    title: str  # of the consultation
    slug: str
    kind: TargetKind
    number: int
    heading: str  # of the finding, masked; empty for a point
    unit: str
    due_on: date | None
    note: str
    drafted: bool


@dataclass(frozen=True, slots=True)
class Duties:
    """/handlaggning/<kommun>/uppdrag"""

    rows: list[Duty]
    pages: int


def authorities_of(user: User, municipality_id: int) -> sa.ColumnElement[bool]:
    """Whose units' tasks are the user's: those of the authorities at which they are an officer. Needs Unit and Authority."""
    held = [each.authority_id for each in user.memberships if each.role is Role.officer and each.authority_id is not None]
    return sa.and_(Authority.municipality_id == municipality_id, Authority.id.in_(held))


def duties(*columns: Any) -> sa.Select[Any]:
    """The tasks whose answers are not with the authority yet. Joins Unit, Authority and Consultation; outer Response."""
    return (
        sa.select(*columns)
        .select_from(AnswerTask)
        .join(Unit, Unit.id == AnswerTask.unit_id)
        .join(Authority, Authority.id == Unit.authority_id)
        .join(Consultation, Consultation.id == AnswerTask.consultation_id)
        .outerjoin(Response, sa.or_(Response.finding_id == AnswerTask.finding_id, Response.point_id == AnswerTask.point_id))
        .outerjoin(FeedbackRelease, FeedbackRelease.id == Response.release_id)
        .where(FeedbackRelease.sent_at.is_(None), Consultation.feedback_published_at.is_(None), Consultation.ended_at.is_(None))
    )


def list_duties(user: User, municipality_id: int, *, page: int) -> Duties:
    """What the user's units are to draft: first what is due first, what is drafted last. 3 statements."""
    mine = authorities_of(user, municipality_id)
    total = db.session.scalar(duties(sa.func.count(AnswerTask.id)).where(mine)) or 0
    columns = (
        Consultation.title,
        Consultation.slug,
        Finding.id.label("finding_id"),
        Finding.number.label("finding"),
        Finding.heading,
        Point.number.label("point"),
        Unit.name.label("unit"),
        AnswerTask.due_on,
        AnswerTask.note,
        Response.id.is_not(None).label("drafted"),
    )
    statement = (
        duties(*columns)
        .outerjoin(Finding, Finding.id == AnswerTask.finding_id)
        .outerjoin(Point, Point.id == AnswerTask.point_id)
        .where(mine)
        .order_by(Response.id.is_not(None), AnswerTask.due_on.is_(None), AnswerTask.due_on, AnswerTask.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = list(db.session.execute(statement))
    masks = masks_over({TextKind.finding_heading: [row.finding_id for row in rows if row.finding_id is not None]})
    return Duties(
        [
            Duty(
                title=row.title,
                slug=row.slug,
                kind=TargetKind.finding if row.finding is not None else TargetKind.point,
                number=row.finding if row.finding is not None else row.point,
                heading=published(row.heading, masks.get((TextKind.finding_heading, row.finding_id), ())) if row.heading else "",
                unit=row.unit,
                due_on=row.due_on,
                note=row.note,
                drafted=bool(row.drafted),
            )
            for row in rows
        ],
        page_count(total),
    )


def said_behind(target: Target, at: Any) -> list[Said]:
    """The words that a finding or a point rests on, as readers may see them. 2 statements."""
    ids = [citation.point_id for citation in target.finding.citations] if target.finding else [target.point.id] if target.point else []
    rows = {row.point_id: row for row in list_points(at, Point.id.in_(ids))}
    masks: Masks = masks_over({TextKind.answer: {row.answer_id for row in rows.values()}})
    return [Said(rows[one].point, words_of(rows[one], masks), voice(rows[one]).name or "") for one in ids if one in rows]


def concealed_senders(target: Target, at: datetime) -> dict[int, tuple[Visibility, str]]:
    """By point: those behind the answer whom readers are not told the name of, and why. For officials. 1 statement."""
    ids = [citation.point_id for citation in target.finding.citations] if target.finding else [target.point.id] if target.point else []
    rows = list_points(at, Point.id.in_(ids)) if ids else []
    return {row.point_id: (Visibility(row.visibility), row.organisation_name) for row in rows if not voice(row).name}


def reason_of(points: Sequence[Point]) -> str:
    """The reason that the points, all set aside for it, share, without words that are hidden in it at any of them."""
    masks = masks_over({TextKind.set_aside: [point.id for point in points]})
    spans = [span for point in points for span in masks.get((TextKind.set_aside, point.id), ())]
    return published(points[0].set_aside_reason, spans)


def heading_of(target: Target) -> str:
    """The finding's heading as readers see it."""
    if target.finding is None:
        return ""
    masks = masks_over({TextKind.finding_heading: [target.finding.id]})
    return published(target.finding.heading, masks.get((TextKind.finding_heading, target.finding.id), ()))


def list_units(municipality_id: int) -> list[Unit]:
    """Whom an answer may be given to: every unit of the municipality that is not reorganised, by authority and name."""
    statement = (
        sa.select(Unit)
        .join(Unit.authority)
        .where(Authority.municipality_id == municipality_id, Unit.ended_on.is_(None))
        .options(contains_eager(Unit.authority))
        .order_by(Authority.name, Unit.name)
    )
    return list(db.session.scalars(statement))


def list_versions(response: Response) -> list[tuple[ResponseVersion, str]]:
    """What the answer has said, the latest first, each with who wrote it."""
    statement = (
        sa.select(ResponseVersion, sa.func.coalesce(User.name, ""))
        .outerjoin(User, User.id == ResponseVersion.by_id)
        .where(ResponseVersion.response_id == response.id)
        .order_by(ResponseVersion.number.desc())
    )
    return [(version, name) for version, name in db.session.execute(statement)]


def names_of(user_ids: set[int]) -> dict[int, str]:
    """The colleagues' names."""
    return {row.id: row.name for row in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(user_ids)))} if user_ids else {}


def list_phrases(authority_id: int) -> list[Phrase]:
    """The authority's phrases, by title."""
    statement = sa.select(Phrase).where(Phrase.authority_id == authority_id, Phrase.removed_at.is_(None))
    return list(db.session.scalars(statement.order_by(Phrase.title, Phrase.id)))


@dataclass(frozen=True, slots=True)
class PhraseOf:
    """A phrase of the authority whose consultation is at hand."""

    consultation: Consultation
    phrase: Phrase


def get_phrase(kommun: str, slug: str, reference: str) -> PhraseOf:
    """Raises Missing: the authority has no such phrase."""
    consultation = get_consultation(kommun, slug)
    phrase = db.session.scalar(
        sa.select(Phrase).where(
            Phrase.reference == reference, Phrase.authority_id == consultation.authority_id, Phrase.removed_at.is_(None)
        )
    )
    if phrase is None:
        raise Missing("phrase")
    return PhraseOf(consultation, phrase)


def get_part(kommun: str, slug: str, part: int) -> FeedbackRelease:
    """Raises Missing: there is no such part."""
    for release in queries.list_releases(get_consultation(kommun, slug)):
        if release.number == part:
            return release
    raise Missing("part")
