"""Reads about points and summaries. What counts is what organisations stand for now: current versions, neither disowned nor withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from sakrad.consultations.models import Consultation, Question, consultation_group
from sakrad.consultations.queries import dates_of, get_consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.text import excerpt, whole_number
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions.models import Answer, Position, PositionVersion, version_group
from sakrad.positions.queries_public import WORDED
from sakrad.positions.queries_views import is_view_standing
from sakrad.records.models import ReviewKind
from sakrad.records.queries import is_reviewed
from sakrad.summaries import citations
from sakrad.summaries.lifecycle import AnswerRef, ParagraphRef, PointRef, PositionRef, PublishFacts
from sakrad.summaries.lifecycle_checking import CheckFacts
from sakrad.summaries.models import Citation, Finding, NothingToTakeUp, Point, Summary, Theme
from sakrad.summaries.queries_checking import check_facts

Key = tuple[str, int, int | None]  # an answer: the organisation's slug, the question's number, the version where it is a view
LARGEST = 2**31 - 1  # of the database's integers: what an address says may be longer
# What an organisation stands for: its current answer, and beside it what it said at meetings. Need Position and PositionVersion.
IS_STANDING = sa.or_(sa.and_(Position.current_id == PositionVersion.id, Position.stands), is_view_standing())
STANDS = sa.and_(PositionVersion.id == Answer.version_id, IS_STANDING)
VIEW = sa.case((PositionVersion.meeting_id.is_not(None), PositionVersion.number))  # names a view among an organisation's versions
CITED = sa.exists().where(Citation.point_id == Point.id)
UNUSED = sa.and_(Point.set_aside_at.is_(None), ~CITED)
TAKEN_UP = sa.exists().where(Point.answer_id == Answer.id)
NOTHING = sa.exists().where(NothingToTakeUp.answer_id == Answer.id)
# Nothing more to do with the answer: a reason why nothing is taken up, or points that are all cited or set aside.
DONE = sa.or_(NOTHING, sa.and_(TAKEN_UP, ~sa.exists().where(Point.answer_id == Answer.id, UNUSED)))

WITH_SENDER = joinedload(Answer.version).joinedload(PositionVersion.position).joinedload(Position.organisation)


def of_consultation(statement: sa.Select[Any], consultation: Consultation) -> sa.Select[Any]:
    """Narrow a statement over Answer to what the organisations stand for now. Joins PositionVersion, Position and Question."""
    return (
        statement.join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == consultation.id, STANDS)
    )


def key_of(text: str) -> Key | None:
    """What a form or an address calls an answer: "org.question", or "org.question.version" for what was said at a meeting."""
    org, *numbers = text.split(".")
    found = [whole_number(number) for number in numbers]
    if not org or len(found) not in (1, 2) or None in found:
        return None
    return org, found[0] or 0, found[1] if len(found) == 2 else None


def get_answer(kommun: str, slug: str, org: str, number: int, version: int | None = None) -> Answer:
    """The organisation's answer, in its current version, to the question with the number; the consultation is locked when writing.

    With `version` it is what the organisation said at a meeting, in that version.

    Raises:
        Missing: there is none.
    """
    consultation = get_consultation(kommun, slug)
    found = list_answers(consultation, [(org, number, version)])
    if not found:
        raise Missing("answer")
    return found[0]


def list_answers(consultation: Consultation, keys: Collection[Key]) -> list[Answer]:
    """The answers that stand now, by their keys; one that is not there is left out."""
    wanted = [
        sa.and_(
            Organisation.slug == org,
            Question.number == number,
            PositionVersion.meeting_id.is_(None) if version is None else PositionVersion.number == version,
            sa.true() if version is None else PositionVersion.meeting_id.is_not(None),
        )
        for org, number, version in keys
        if max(number, version or 0) <= LARGEST
    ]
    if not wanted:
        return []
    statement = (
        of_consultation(sa.select(Answer), consultation)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(sa.or_(*wanted))
        .options(WITH_SENDER, contains_eager(Answer.question))
        .order_by(Question.number, Organisation.name, Answer.id)
    )
    return list(db.session.scalars(statement))


def get_point(kommun: str, slug: str, number: int) -> Point:
    """The point with the number; the consultation is locked when writing.

    Raises:
        Missing: there is none.
    """
    found = list_points(get_consultation(kommun, slug), [number])
    if not found:
        raise Missing("point")
    return found[0]


def list_points(consultation: Consultation, numbers: Collection[int]) -> list[Point]:
    """The consultation's points with these numbers, by number; one that is not there is left out."""
    numbers = [number for number in numbers if number <= LARGEST]
    if not numbers:
        return []
    statement = (
        sa.select(Point)
        .where(Point.consultation_id == consultation.id, Point.number.in_(numbers))
        .options(joinedload(Point.answer).options(WITH_SENDER, joinedload(Answer.question)))
        .order_by(Point.number)
    )
    return list(db.session.scalars(statement))


def list_points_of(answer: Answer) -> list[Point]:
    """The answer's points, in the order of its words."""
    statement = sa.select(Point).where(Point.answer_id == answer.id).options(selectinload(Point.groups), joinedload(Point.theme))
    return list(db.session.scalars(statement.order_by(Point.start, Point.end)))


def cited_numbers(points: Sequence[Point]) -> list[int]:
    """The numbers of those points that a finding cites."""
    statement = sa.select(Point.number).where(Point.id.in_([point.id for point in points]), CITED).order_by(Point.number)
    return list(db.session.scalars(statement))


def list_left_behind(consultation: Consultation) -> list[Point]:
    """Points whose version has been replaced, disowned or withdrawn. Rows that only remember an earlier place are not among them."""
    later = sa.orm.aliased(Point)
    statement = (
        sa.select(Point)
        .join(Point.answer)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(Point.consultation_id == consultation.id, ~STANDS, ~sa.exists().where(later.carried_from_id == Point.id))
        .options(contains_eager(Point.answer).options(WITH_SENDER, joinedload(Answer.question)))
        .order_by(Point.number)
    )
    return list(db.session.scalars(statement))


def list_themes(consultation: Consultation) -> list[Theme]:
    """The consultation's themes, in their order."""
    return list(db.session.scalars(sa.select(Theme).where(Theme.consultation_id == consultation.id).order_by(Theme.order, Theme.id)))


def get_theme(consultation: Consultation, theme_id: int) -> Theme:
    """One of the consultation's themes.

    Raises:
        Missing: it has no such theme.
    """
    theme = db.session.get(Theme, theme_id) if theme_id <= LARGEST else None
    if theme is None or theme.consultation_id != consultation.id:
        raise Missing("theme")
    return theme


def list_reasons(consultation: Consultation) -> list[str]:
    """The reasons for setting aside that have been used so far: one may be shared by many."""
    statement = sa.select(Point.set_aside_reason).where(Point.consultation_id == consultation.id, Point.set_aside_at.is_not(None))
    return list(db.session.scalars(statement.distinct().order_by(Point.set_aside_reason)))


def find_summary(consultation: Consultation) -> Summary | None:
    """The consultation's summary with its findings and what they cite, or None before it is begun."""
    statement = (
        sa.select(Summary)
        .where(Summary.consultation_id == consultation.id)
        .options(
            selectinload(Summary.not_heard),
            selectinload(Summary.findings).selectinload(Finding.citations).joinedload(Citation.point),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(statement)


def get_finding(consultation: Consultation, finding_id: int) -> Finding:
    """One of the findings of the consultation's summary.

    Raises:
        Missing: it has no such finding.
    """
    finding = db.session.get(Finding, finding_id) if finding_id <= LARGEST else None
    if finding is None or finding.summary.consultation_id != consultation.id:
        raise Missing("finding")
    return finding


def list_groups_not_heard(consultation: Consultation) -> list[TargetGroup]:
    """The groups concerned that no organisation which answered speaks for: what the officer is told to think about."""
    spoken_for = (
        sa.select(version_group.c.target_group_id)
        .join(Position, Position.current_id == version_group.c.version_id)
        .where(Position.consultation_id == consultation.id, Position.stands)
    )
    statement = (
        sa.select(TargetGroup)
        .join(consultation_group, consultation_group.c.target_group_id == TargetGroup.id)
        .where(consultation_group.c.consultation_id == consultation.id, TargetGroup.id.not_in(spoken_for))
        .order_by(TargetGroup.name)
    )
    return list(db.session.scalars(statement))


def publish_facts(consultation: Consultation, summary: Summary | None, check: CheckFacts | None = None) -> PublishFacts:
    """What `lifecycle.blockers_to_publish` judges by, in as many statements whatever the number of answers.

    `summary` is what `find_summary` gave, or None before it is begun; `check` what is known of the faktakontroll already.
    """
    findings = summary.findings if summary else []
    return PublishFacts(
        dates=dates_of(consultation),
        findings=len(findings),
        headless=tuple(finding.number for finding in findings if not finding.heading.strip()),
        in_short=summary.in_short if summary else "",
        answers_left=tuple(_answers_left(consultation)),
        points_left=tuple(point_refs(consultation, STANDS, UNUSED)),
        paragraphs_left=tuple(paragraph for finding in findings for paragraph in orphan_paragraphs(finding)),
        unreviewed=tuple(_unreviewed(consultation)),
        outdated=tuple(point_refs(consultation, ~STANDS, CITED)),
        check=check or check_facts(consultation, summary),
    )


def orphan_paragraphs(finding: Finding) -> list[ParagraphRef]:
    """The finding's paragraphs that cite nothing and are not marked as framing text."""
    return orphan_paragraphs_of(finding.number, finding.heading, finding.body)


def orphan_paragraphs_of(number: int, heading: str, body: str) -> list[ParagraphRef]:
    """The same of a text that is not saved."""
    return [
        ParagraphRef(number, heading, at, excerpt(paragraph.words, 60))
        for at, paragraph in enumerate(citations.parse(body))
        if paragraph.orphan
    ]


def _answers_left(consultation: Consultation) -> list[AnswerRef]:
    statement = of_consultation(sa.select(Answer), consultation).join(Organisation, Organisation.id == Position.organisation_id)
    statement = statement.where(WORDED, ~TAKEN_UP, ~NOTHING).order_by(Question.number, PositionVersion.organisation_name, Answer.id)
    rows = db.session.execute(statement.with_only_columns(PositionVersion.organisation_name, Organisation.slug, Question.number, VIEW))
    return [AnswerRef(*row) for row in rows]


def point_refs(consultation: Consultation, *conditions: sa.ColumnElement[bool]) -> list[PointRef]:
    """The points of the consultation of which the conditions hold, as officials know them, by number."""
    statement = (
        sa.select(Point.number, PositionVersion.organisation_name, Organisation.slug, Question.number, VIEW)
        .join(Answer, Answer.id == Point.answer_id)
        .join(PositionVersion, PositionVersion.id == Answer.version_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Point.consultation_id == consultation.id, *conditions)
        .order_by(Point.number)
    )
    return [PointRef(*row) for row in db.session.execute(statement)]


def _unreviewed(consultation: Consultation) -> list[PositionRef]:
    statement = (
        sa.select(PositionVersion.organisation_name, Organisation.slug, VIEW)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(
            Position.consultation_id == consultation.id,
            IS_STANDING,
            ~is_reviewed(ReviewKind.position, PositionVersion.id),
        )
        .order_by(PositionVersion.organisation_name)
    )
    return [PositionRef(*row) for row in db.session.execute(statement)]
