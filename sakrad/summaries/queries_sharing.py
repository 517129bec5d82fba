"""Reads about who takes care of what, and who has read what."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from sakrad.accounts.models import Membership, Role, User
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.statements import shared_alias
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import WORDED
from sakrad.summaries.models import Assignment, Point, Reading, Theme
from sakrad.summaries.queries import DONE, STANDS, UNUSED

_given = shared_alias(Answer)  # the answer that was assigned: perhaps of an earlier version
_given_version = shared_alias(PositionVersion)
# A new version of an answer is still in the hands of whoever had the earlier one; what was said at a meeting is by itself.
_IS_SAME = sa.and_(
    Answer.version_id == PositionVersion.id,
    Answer.question_id == _given.question_id,
    sa.or_(Answer.id == _given.id, sa.and_(_given_version.meeting_id.is_(None), PositionVersion.meeting_id.is_(None))),
)


def list_colleagues(consultation: Consultation) -> list[User]:
    """Who may compile, by name: officers of its authority, and coordinators where they take part. The twin of `may_compile`."""
    officer = sa.and_(Membership.role == Role.officer, Membership.authority_id == consultation.authority_id)
    coordinator = sa.and_(Membership.role == Role.coordinator, Membership.municipality_id == consultation.municipality_id)
    may = sa.or_(officer, coordinator) if consultation.coordinator_takes_part else officer
    held = sa.exists().where(Membership.user_id == User.id, Membership.ended_at.is_(None), may)
    return list(db.session.scalars(sa.select(User).where(held).order_by(User.name, User.id)))


def list_assignments(consultation: Consultation, answers: Sequence[Answer], themes: Sequence[Theme]) -> list[tuple[int, str]]:
    """Which assignments hold these answers (or earlier versions of them) and themes, and to whom."""
    held = sa.select(Assignment.id, User.name).join(User, User.id == Assignment.user_id)
    of_themes = held.where(Assignment.theme_id.in_([theme.id for theme in themes]))
    of_answers = _with_answer(held.where(Assignment.consultation_id == consultation.id))
    of_answers = of_answers.where(Answer.id.in_([answer.id for answer in answers]))
    rows = [*db.session.execute(of_themes), *db.session.execute(of_answers)]
    return list({row.id: row.name for row in rows}.items())


def assigned_to(consultation: Consultation, answer_ids: Collection[int]) -> dict[int, str]:
    """Who takes care of each of the answers, by the answer's id. One statement."""
    statement = _with_answer(sa.select(Answer.id, User.name).select_from(Assignment).join(User, User.id == Assignment.user_id))
    statement = statement.where(Assignment.consultation_id == consultation.id, Answer.id.in_(answer_ids)).order_by(Assignment.id)
    return {row.id: row.name for row in db.session.execute(statement)}


def readers_of(answer_ids: Collection[int]) -> dict[int, list[str]]:
    """Who has read each of the answers, by the answer's id, the first first. One statement."""
    statement = sa.select(Reading.answer_id, User.name).join(User, User.id == Reading.user_id)
    statement = statement.where(Reading.answer_id.in_(answer_ids)).order_by(Reading.read_at, User.id)
    readers: dict[int, list[str]] = {}
    for answer_id, name in db.session.execute(statement):
        readers.setdefault(answer_id, []).append(name)
    return readers


def is_unread_by(user_id: int) -> sa.ColumnElement[bool]:
    """Over Answer: the person has not read it."""
    return ~sa.exists().where(Reading.answer_id == Answer.id, Reading.user_id == user_id)


def is_assigned_to(user_id: int, consultation_id: int) -> sa.ColumnElement[bool]:
    """Over Answer: it, or a theme that a point of it stands under, is the person's to take care of."""
    mine = sa.and_(Assignment.user_id == user_id, Assignment.consultation_id == consultation_id)
    directly = _with_answer(sa.select(Answer.id).select_from(Assignment)).where(mine)
    by_theme = (
        sa.select(Point.answer_id)
        .join(Theme, Theme.id == Point.theme_id)
        .join(Assignment, sa.or_(Theme.id == Assignment.theme_id, Theme.parent_id == Assignment.theme_id))
        .where(mine)
    )
    return sa.or_(Answer.id.in_(directly.correlate(None)), Answer.id.in_(by_theme.correlate(None)))


def is_left() -> sa.ColumnElement[bool]:
    """Over Assignment: something remains to be done with what was given."""
    answer = (
        sa.select(Answer.id)
        .select_from(_given)
        .join(_given_version, _given_version.id == _given.version_id)
        .join(PositionVersion, PositionVersion.position_id == _given_version.position_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Answer, _IS_SAME)
        .where(_given.id == Assignment.answer_id, STANDS, WORDED, ~DONE)
    )
    theme = (
        sa.select(Point.id)
        .join(Theme, Theme.id == Point.theme_id)
        .where(sa.or_(Theme.id == Assignment.theme_id, Theme.parent_id == Assignment.theme_id), UNUSED)
    )
    return sa.or_(*(each.correlate(Assignment).exists() for each in (answer, theme)))


def _with_answer(statement: sa.Select) -> sa.Select:  # type: ignore[type-arg]
    """Join each assignment with the answers that it is about now: the one that was given, and other versions of it."""
    return (
        statement.join(_given, _given.id == Assignment.answer_id)
        .join(_given_version, _given_version.id == _given.version_id)
        .join(PositionVersion, PositionVersion.position_id == _given_version.position_id)
        .join(Answer, _IS_SAME)
    )
