"""What the workbench counts: what is left by question, theme, group and organisation. Each in a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Question, consultation_group
from sakrad.core.db import db
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import SAYS_ANYTHING, WORDED
from sakrad.summaries.models import Point
from sakrad.summaries.queries import DONE, list_themes, of_consultation
from sakrad.summaries.queries_staff import WITHOUT_THEME, concerns


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """How many worded answers a question has, and how many of them something is left to do with."""

    number: int
    text: str
    total: int
    left: int


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """A theme and how many points stand under it, with those of the themes under it."""

    id: int
    name: str
    points: int
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group, and how many answers come from those who speak for it or hold a point that is about it."""

    slug: str
    name: str
    answers: int


@dataclass(frozen=True, slots=True)
class OrganisationCount:
    """An organisation and how many of its answers something is left to do with."""

    slug: str
    name: str
    left: int


def count_by_question(consultation: Consultation) -> list[QuestionCount]:
    """Every question of the consultation, with what is left. One statement."""
    left = sa.func.sum(sa.case((DONE, 0), else_=1))
    counted = of_consultation(sa.select(Answer), consultation).where(WORDED).group_by(Question.number)
    counts = {number: (total, remaining) for number, total, remaining in db.session.execute(
        counted.with_only_columns(Question.number, sa.func.count(), left))}  # fmt: skip
    return [QuestionCount(question.number, question.text, *counts.get(question.number, (0, 0))) for question in consultation.questions]


def count_by_theme(consultation: Consultation) -> list[ThemeCount]:
    """Every theme, those under another after it, and last the points without one (id 0). Two statements."""
    counted = of_consultation(sa.select(Point).join(Answer, Answer.id == Point.answer_id), consultation).group_by(Point.theme_id)
    rows = db.session.execute(counted.with_only_columns(Point.theme_id, sa.func.count()))
    counts = {row.theme_id: row[1] for row in rows}
    themes = list_themes(consultation)
    found = []
    for theme in (theme for theme in themes if theme.parent_id is None):
        parts = [ThemeCount(part.id, part.name, counts.get(part.id, 0), theme.id) for part in themes if part.parent_id == theme.id]
        found += [ThemeCount(theme.id, theme.name, counts.get(theme.id, 0) + sum(part.points for part in parts)), *parts]
    return [*found, ThemeCount(WITHOUT_THEME, "", counts.get(None, 0))]


def count_by_group(consultation: Consultation) -> list[GroupCount]:
    """Every group that the consultation concerns, or that somebody speaks for or a point is about, by name. One statement."""
    count = (
        of_consultation(sa.select(Answer), consultation)
        .where(SAYS_ANYTHING, concerns(TargetGroup.id))
        .with_only_columns(sa.func.count(Answer.id))
        .correlate(TargetGroup)
        .scalar_subquery()
    )
    concerned = sa.exists().where(
        consultation_group.c.consultation_id == consultation.id, consultation_group.c.target_group_id == TargetGroup.id
    )
    statement = sa.select(TargetGroup.slug, TargetGroup.name, count, concerned).order_by(TargetGroup.name)
    return [GroupCount(slug, name, answers) for slug, name, answers, of_it in db.session.execute(statement) if answers or of_it]


def count_by_organisation(consultation: Consultation) -> list[OrganisationCount]:
    """Every organisation that has answered, by name, with what is left. One statement."""
    left = sa.func.sum(sa.case((sa.and_(WORDED, ~DONE), 1), else_=0))
    statement = of_consultation(sa.select(Answer), consultation).join(Organisation, Organisation.id == Position.organisation_id)
    statement = statement.group_by(Organisation.slug, PositionVersion.organisation_name).order_by(PositionVersion.organisation_name)
    rows = db.session.execute(statement.with_only_columns(Organisation.slug, PositionVersion.organisation_name, left))
    return [OrganisationCount(*row) for row in rows]
