"""All that is to be answered in one consultation, for the page where the answers are written and the pages beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.directory.models import Unit
from sakrad.responses import lifecycle, queries
from sakrad.responses.lifecycle import ReleaseFacts, ReleaseState
from sakrad.responses.models import AnswerTask, FeedbackRelease, Response
from sakrad.responses.targets import Target
from sakrad.summaries.models import Citation, Finding, Point


@dataclass(frozen=True, slots=True)
class FindingDesk:
    """A finding, its answer so far, and the points that it cites, each with its own answer where it has one."""

    target: Target
    points: list[Target]


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is to be answered in one consultation."""

    release: FeedbackRelease | None  # the part that is under way
    releases: list[FeedbackRelease]
    facts: ReleaseFacts
    findings: list[FindingDesk]
    set_aside: list[Target]  # points with a reason of their own

    @property
    def state(self) -> ReleaseState:
        return lifecycle.state(self.facts)

    @property
    def answered(self) -> Iterator[Target]:
        """Everything that has an answer, in the order of the summary; a point that is cited twice stands once."""
        seen = set()
        for target in [part for finding in self.findings for part in (finding.target, *finding.points)] + self.set_aside:
            if target.response is not None and target.response.id not in seen:
                seen.add(target.response.id)
                yield target

    @property
    def proposed(self) -> Iterator[Target]:
        """The same of the part that is under way: what goes to the authority now."""
        return (target for target in self.answered if target.release is self.release)

    @property
    def reviewable(self) -> Iterator[Target]:
        """What a colleague is still to read, of everything that is not decided."""
        for target in self.answered:
            assert target.response is not None and target.release is not None
            if target.release.decided_at is None and target.response.reviewed_version != target.response.version:
                yield target

    @property
    def same_reason(self) -> list[list[Target]]:
        """Points set aside that have no answer, those with one reason together: they are answered together."""
        groups: dict[str, list[Target]] = {}
        for target in self.set_aside:
            if target.response is None and target.point is not None and target.point.set_aside_at is not None:
                groups.setdefault(target.point.set_aside_reason, []).append(target)
        return list(groups.values())


def get_desk(consultation: Consultation) -> Desk:
    """Everything on the page where the answers are written. The number of statements does not depend on the number of points."""
    releases = queries.list_releases(consultation)
    release, new = queries.under_way(releases), queries.being_written(releases)
    responses = db.session.scalars(
        sa.select(Response)
        .join(Response.release)
        .where(FeedbackRelease.consultation_id == consultation.id)
        .options(contains_eager(Response.release), queries.WITH_COMMITMENTS)
        .order_by(Response.id)
    ).all()
    by_finding = {response.finding_id: response for response in responses if response.finding_id}
    by_point = {response.point_id: response for response in responses if response.point_id}
    tasks = db.session.scalars(
        sa.select(AnswerTask)
        .where(AnswerTask.consultation_id == consultation.id)
        .options(joinedload(AnswerTask.unit).joinedload(Unit.authority))
    ).all()
    task_of = {(task.finding_id, task.point_id): task for task in tasks}

    def target(finding: Finding | None, point: Point | None) -> Target:
        response = by_finding.get(finding.id) if finding else by_point.get(point.id) if point else None
        task = task_of.get((finding.id if finding else None, point.id if point else None))
        return Target(consultation, finding, point, response.release if response else new, response, task)

    findings = [
        FindingDesk(target(finding, None), [target(None, citation.point) for citation in finding.citations])
        for finding in db.session.scalars(queries.findings_of(consultation))
    ]
    set_aside = [target(None, point) for point in _set_aside(consultation)]
    return Desk(release, releases, queries.release_facts(consultation, release), findings, set_aside)


def _set_aside(consultation: Consultation) -> list[Point]:
    cited = sa.exists().where(Citation.point_id == Point.id)
    answered = sa.exists().where(Response.point_id == Point.id)
    statement = sa.select(Point).where(Point.consultation_id == consultation.id, ~cited, sa.or_(Point.set_aside_at.is_not(None), answered))
    return list(db.session.scalars(statement.options(queries.sender(joinedload(Point.answer))).order_by(Point.number)))
