"""What a point was answered. The one home of the rule, in Python and in SQL (tested against each other).

A point's own outcome goes before that of a finding that cites it; of several findings the one with the lowest number speaks.
A point that many cite is so counted once. Only published answers say anything.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.responses.models import FeedbackRelease, Outcome, Response
from sakrad.summaries.models import Citation, Finding, Point


def outcome_of(own: Outcome | None, findings: Iterable[tuple[int, Outcome]]) -> Outcome | None:
    """What a point was answered, or None while nothing is published.

    Args:
        own: of its own published answer.
        findings: number and outcome of each finding that cites it and has a published answer.
    """
    if own is not None:
        return own
    return min(findings, key=lambda one: one[0], default=(0, None))[1]


def response_of_point() -> sa.ColumnElement[int | None]:
    """The id of the published answer that speaks for a point, its own or its finding's. Needs Point outside."""
    own, shared = aliased(Response, name="own_answer"), aliased(Response, name="finding_answer")
    alone = _published(sa.select(own.id), own).where(own.point_id == Point.id)
    first = (
        _published(sa.select(shared.id).join(Citation, Citation.finding_id == shared.finding_id), shared)
        .join(Finding, Finding.id == Citation.finding_id)
        .where(Citation.point_id == Point.id)
        .order_by(Finding.number)
        .limit(1)
    )
    return sa.func.coalesce(alone.correlate(Point).scalar_subquery(), first.correlate(Point).scalar_subquery())


def outcome_of_point() -> sa.ScalarSelect[Outcome | None]:
    """The twin of `outcome_of`. Needs Point outside."""
    speaking = aliased(Response, name="speaking_answer")
    return sa.select(speaking.outcome).where(speaking.id == response_of_point()).correlate(Point).scalar_subquery()


def _published(statement: sa.Select[int], response: type[Response]) -> sa.Select[int]:
    release = aliased(FeedbackRelease)
    return statement.join(release, sa.and_(release.id == response.release_id, release.published_at.is_not(None)))
