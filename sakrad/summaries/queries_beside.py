"""One question's answers side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.positions.models import Answer, Position, PositionVersion
from sakrad.positions.queries_public import SAYS_ANYTHING
from sakrad.summaries.queries import of_consultation
from sakrad.summaries.queries_staff import WITH_ALL, AnswerRow, rows_of

PAGE = 12  # columns


def list_answering(consultation: Consultation, number: int) -> list[tuple[str, str]]:
    """Slug and name of each organisation that has said anything on the question, by name. One statement."""
    statement = (
        of_consultation(sa.select(Answer), consultation)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(SAYS_ANYTHING, Question.number == number)
        .with_only_columns(Organisation.slug, sa.func.min(PositionVersion.organisation_name).label("name"))
        .group_by(Organisation.slug)
        .order_by("name")
    )
    return [(slug, name) for slug, name in db.session.execute(statement)]


def list_columns(
    consultation: Consultation, number: int, chosen: Sequence[str], page: int, may: Callable[[Answer], bool]
) -> tuple[list[AnswerRow], int]:
    """One page of the question's answers, of the chosen organisations (none: of all), and how many there are."""
    statement = of_consultation(sa.select(Answer), consultation).where(SAYS_ANYTHING, Question.number == number)
    if chosen:
        statement = statement.where(Position.organisation_id.in_(sa.select(Organisation.id).where(Organisation.slug.in_(chosen))))
    total = db.session.scalar(statement.with_only_columns(sa.func.count())) or 0
    statement = statement.options(*WITH_ALL).order_by(PositionVersion.organisation_name, PositionVersion.id)
    return rows_of(consultation, db.session.scalars(statement.limit(PAGE).offset((page - 1) * PAGE)).all(), may), total
