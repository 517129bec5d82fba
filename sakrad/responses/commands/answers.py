"""Proposing, changing and withdrawing the authority's answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Required, TypedDict, Unpack

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.responses import lifecycle, queries
from sakrad.responses.commands.commitments import take_out
from sakrad.responses.commands.recording import keep_version, line, record, refuse_frozen, scope, touch
from sakrad.responses.models import FeedbackRelease, Outcome, Response, ResponseVersion
from sakrad.summaries.models import Finding, Point


class Wording(TypedDict, total=False):
    """What an answer says. What another outcome asks for is left out."""

    outcome: Required[Outcome]
    reason: str
    study_until_on: date | None
    whose: str
    basis: str
    basis_on: date | None


def open_release(consultation: Consultation, *, at: datetime) -> FeedbackRelease:
    """The part that new answers go into, begun when there is none yet. An empty one says nothing, so no event is recorded.

    Raises:
        Blocked: the summary is not published, or all parts are decided or published already.
    """
    release = queries.being_written(queries.list_releases(consultation))
    refuse_unless_clear(lifecycle.blockers_to_change(queries.release_facts(consultation, release), at))
    if release is None:
        release = FeedbackRelease(consultation=consultation, number=1)
        db.session.add(release)
        db.session.flush()
    return release


def propose(
    release: FeedbackRelease,
    *,
    actor: Actor | None,
    at: datetime,
    finding: Finding | None = None,
    point: Point | None = None,
    **wording: Unpack[Wording],
) -> Response:
    """Propose an answer to a finding or to a single point, exactly one of the two. What another outcome asks for is left out.

    Raises:
        Blocked: the answers are decided or published, or the outcome demands more (each beside its field).
        Missing: the finding or point belongs to another consultation.
        Stale: somebody else has just answered it.
    """
    refuse_frozen(release, at)
    _refuse_elsewhere(release, finding, point)
    values = _values(at=at, **wording)
    db.session.flush()
    about = Response.finding_id == finding.id if finding is not None else Response.point_id == (point.id if point else 0)
    if theirs := db.session.scalar(sa.select(Response).where(about)):
        raise Stale(theirs)
    response = Response(release_id=release.id, finding=finding, point=point, written_by_id=actor.id if actor else None, **values)
    record(EventName.response_proposed, release.consultation, response, actor=actor, at=at, outcome=response.outcome.value)
    keep_version(response, actor=actor, at=at)
    return response


def propose_many(
    release: FeedbackRelease, points: Sequence[Point], *, actor: Actor | None, at: datetime, **wording: Unpack[Wording]
) -> int:
    """Propose one and the same answer to each of the points that has none yet; says how many. The number of statements is constant.

    Raises:
        Blocked: the answers are decided or published, or the outcome demands more (each beside its field).
        Missing: one of the points belongs to another consultation.
    """
    refuse_frozen(release, at)
    if any(point.consultation_id != release.consultation_id for point in points):
        raise Missing("target")
    values = _values(at=at, **wording)
    db.session.flush()
    answered = set(db.session.scalars(sa.select(Response.point_id).where(Response.point_id.in_([point.id for point in points]))))
    rows = [
        {"release_id": release.id, "point_id": point.id, "written_by_id": actor.id if actor else None, **values}
        for point in points
        if point.id not in answered
    ]
    if not rows:
        return 0
    made = db.session.scalars(sa.insert(Response).returning(Response.id), rows).all()
    versions = [{"response_id": one, "number": 1, "at": at, "by_id": actor.id if actor else None, **values} for one in made]
    db.session.execute(sa.insert(ResponseVersion), versions)
    events.record_many(
        EventName.response_proposed, [{"subject_id": one} for one in made], at=at, actor=actor, **scope(release.consultation)
    )
    return len(made)


def change_response(response: Response, *, seen_version: int, actor: Actor | None, at: datetime, **wording: Unpack[Wording]) -> None:
    """Change a proposed answer, also after it was sent to the authority: until the decision is recorded.

    Raises:
        Blocked: the answers are decided or published, or the outcome demands more (each beside its field).
        Stale: it is not the version that was seen; `theirs` is the answer as it stands.
    """
    refuse_frozen(response.release, at)
    if response.version != seen_version:
        raise Stale(response)
    values = _values(at=at, **wording)
    for name, value in values.items():
        setattr(response, name, value)
    response.version += 1
    touch(response, actor=actor, at=at)
    keep_version(response, actor=actor, at=at)


def withdraw_response(response: Response, *, actor: Actor | None, at: datetime) -> None:
    """Take back a proposed answer and its commitments, before the decision is recorded.

    Raises:
        Blocked: the answers are decided or published.
    """
    refuse_frozen(response.release, at)
    record(EventName.response_withdrawn, response.release.consultation, response, actor=actor, at=at)
    for commitment in list(response.commitments):
        take_out(commitment)
    db.session.flush()
    db.session.delete(response)
    db.session.flush()


def _refuse_elsewhere(release: FeedbackRelease, finding: Finding | None, point: Point | None) -> None:
    if (finding is None) is (point is None):
        raise ValueError("An answer is given to a finding or to a point.")
    home = finding.summary.consultation_id if finding is not None else point.consultation_id if point is not None else None
    if home != release.consultation_id:
        raise Missing("target")


def _values(
    outcome: Outcome,
    *,
    reason: str = "",
    study_until_on: date | None = None,
    whose: str = "",
    basis: str = "",
    basis_on: date | None = None,
    at: datetime,
) -> dict[str, Any]:
    """What is stored of an answer: what the outcome asks for, and the reason."""
    values: dict[str, Any] = {
        "reason": normalised(reason),
        "study_until_on": study_until_on if outcome is Outcome.study else None,
        "whose": line(whose) if outcome is Outcome.not_ours else "",
        "basis": line(basis) if outcome is Outcome.input else "",
        "basis_on": basis_on if outcome is Outcome.input else None,
    }
    refuse_unless_clear(lifecycle.faults_of_response(outcome, at=at, **values))
    return {"outcome": outcome, **values}
