"""Proposing, changing and withdrawing the authority's answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.errors import Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.responses import lifecycle, queries
from sakrad.responses.commands.recording import line, record, refuse_frozen, touch
from sakrad.responses.models import FeedbackRelease, Outcome, Response
from sakrad.summaries.models import Finding, Point


def open_release(consultation: Consultation, *, at: datetime) -> FeedbackRelease:
    """The consultation's answers, begun when there are none yet. An empty one says nothing, so no event is recorded.

    Raises:
        Blocked: the summary is not published, or the answers are decided or published already.
    """
    release = queries.find_release(consultation)
    refuse_unless_clear(lifecycle.blockers_to_change(queries.release_facts(consultation, release), at))
    if release is None:
        release = FeedbackRelease(consultation=consultation)
        db.session.add(release)
        db.session.flush()
    return release


def propose(
    release: FeedbackRelease,
    *,
    outcome: Outcome,
    actor: Actor | None,
    at: datetime,
    finding: Finding | None = None,
    point: Point | None = None,
    reason: str = "",
    study_until_on: date | None = None,
    whose: str = "",
    basis: str = "",
    basis_on: date | None = None,
) -> Response:
    """Propose an answer to a finding or to a single point, exactly one of the two. What another outcome asks for is left out.

    Raises:
        Blocked: the answers are decided or published, or the outcome demands more (each beside its field).
        Missing: the finding or point belongs to another consultation.
        Stale: somebody else has just answered it.
    """
    refuse_frozen(release, at)
    _refuse_elsewhere(release, finding, point)
    values = _values(outcome, reason=reason, study_until_on=study_until_on, whose=whose, basis=basis, basis_on=basis_on, at=at)
    db.session.flush()
    db.session.refresh(release, ["responses"])
    for theirs in release.responses:
        if (finding is not None and theirs.finding_id == finding.id) or (point is not None and theirs.point_id == point.id):
            raise Stale(theirs)
    response = Response(release=release, finding=finding, point=point, **values)
    record(EventName.response_proposed, release.consultation, response, actor=actor, at=at, outcome=outcome.value)
    return response


def change_response(
    response: Response,
    *,
    outcome: Outcome,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
    reason: str = "",
    study_until_on: date | None = None,
    whose: str = "",
    basis: str = "",
    basis_on: date | None = None,
) -> None:
    """Change a proposed answer, also after it was sent to the authority: until the decision is recorded.

    Raises:
        Blocked: the answers are decided or published, or the outcome demands more (each beside its field).
        Stale: it is not the version that was seen; `theirs` is the answer as it stands.
    """
    refuse_frozen(response.release, at)
    if response.version != seen_version:
        raise Stale(response)
    values = _values(outcome, reason=reason, study_until_on=study_until_on, whose=whose, basis=basis, basis_on=basis_on, at=at)
    for name, value in values.items():
        setattr(response, name, value)
    response.version += 1
    touch(response, actor=actor, at=at)


def withdraw_response(response: Response, *, actor: Actor | None, at: datetime) -> None:
    """Take back a proposed answer and its commitments, before the decision is recorded.

    Raises:
        Blocked: the answers are decided or published.
    """
    refuse_frozen(response.release, at)
    record(EventName.response_withdrawn, response.release.consultation, response, actor=actor, at=at)
    for commitment in list(response.commitments):
        db.session.delete(commitment)
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
    outcome: Outcome, *, reason: str, study_until_on: date | None, whose: str, basis: str, basis_on: date | None, at: datetime
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
