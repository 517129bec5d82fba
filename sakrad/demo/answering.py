"""What the authority of the sample answers, in one part or two: drafted, read by a colleague, decided, published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.demo import promises
from sakrad.demo.loader import Cast
from sakrad.directory.models import Authority, Function, Unit
from sakrad.responses import commands as responses
from sakrad.responses.models import Commitment, CommitmentParty, DecisionForm, FeedbackRelease, Outcome, Response
from sakrad.summaries.models import Finding, Point, Summary


def respond(cast: Cast, told: dict[str, Any], consultation: Consultation, summary: Summary, points: dict[str, Point], officer: Any) -> None:
    """Propose everything, take each part to the authority, publish it, and tell what has been done since."""
    decision = told["decision"]
    proposed = cast.moment(min(told["days"]["summary_due"] + 5, decision["day"] - 10, -1))
    release = responses.open_release(consultation, at=proposed)
    findings: dict[int, Finding] = {finding.number: finding for finding in summary.findings}
    made: list[tuple[Commitment, dict[str, Any]]] = []
    later: list[Response] = []
    for one in told["responses"]:
        target: dict[str, Any] = {"finding": findings[one["finding"]]} if "finding" in one else {"point": points[one["point"]]}
        response = _propose(cast, release, one, target, officer, proposed)
        made += [(_commit(cast, consultation, response, promise, officer, proposed), promise) for promise in one.get("commitments", ())]
        if one.get("part") == 2:
            later.append(response)
    for aside in told.get("set_aside", ()):  # the reason for which a point was left out is its answer
        left, values = [points[key] for key in aside["points"]], {"reason": aside["reason"], "whose": aside.get("whose", "")}
        responses.propose_many(release, left, outcome=Outcome(aside["outcome"]), **values, actor=officer, at=proposed)
    second = _divide(cast, told, consultation, later, officer, proposed)
    decided = _decide(cast, release, decision, officer, proposed)
    responses.publish(release, actor=officer, at=min(decided + timedelta(days=5), cast.at))
    if second is not None:
        part = told["parts"]
        _decide(cast, second, {**decision, **part, "day": part["decided_day"]}, officer, proposed)
        responses.publish(second, actor=officer, at=cast.moment(part["published_day"]))
    promises.follow(cast, told, consultation, made, officer)


def _propose(cast: Cast, release: FeedbackRelease, told: dict[str, Any], target: dict[str, Any], officer: Any, at: Any) -> Response:
    return responses.propose(
        release,
        **target,
        outcome=Outcome(told["outcome"]),
        reason=told.get("reason", ""),
        study_until_on=cast.day(told["study_day"]) if "study_day" in told else None,
        whose=told.get("whose", ""),
        basis=told.get("basis", ""),
        basis_on=cast.day(told["basis_day"]) if "basis_day" in told else None,
        actor=officer,
        at=at,
    )


def _divide(
    cast: Cast, told: dict[str, Any], consultation: Consultation, later: list[Response], officer: Any, at: Any
) -> FeedbackRelease | None:
    """The second part, where the story has one."""
    if not later:
        return None
    part = responses.add_part(
        consultation, title=told["parts"]["title"], planned_on=cast.day(told["parts"]["planned_day"]), actor=officer, at=at
    )
    responses.move_responses(later, part, actor=officer, at=at)
    return part


def _decide(cast: Cast, release: FeedbackRelease, decision: dict[str, Any], officer: Any, proposed: Any) -> Any:
    """To the authority, and what it decided there; returns when."""
    db.session.refresh(release)
    responses.send(release, meeting_on=cast.day(decision["day"]), actor=officer, at=proposed + timedelta(days=1), unread=True)
    decided = cast.moment(decision["day"], hour=15)
    responses.decide(
        release,
        form=DecisionForm(decision["form"]),
        decision_on=cast.day(decision["day"]),
        decision_ref=decision.get("ref", ""),
        minutes_url=decision.get("minutes_url", ""),
        actor=officer,
        at=decided,
    )
    return decided


def _commit(cast: Cast, consultation: Consultation, response: Response, promise: dict[str, Any], officer: Any, at: Any) -> Commitment:
    function = db.session.scalars(
        sa.select(Function)
        .join(Unit)
        .join(Authority)
        .where(Authority.municipality_id == consultation.municipality_id, Function.title == promise["function"])
    ).first()
    assert function is not None, promise["function"]
    commitment = responses.commit_to(
        response,
        what=promise["what"],
        function=function,
        due_on=cast.day(promise["due_day"]),
        how_seen=promise.get("how_seen", ""),
        party=CommitmentParty(promise.get("party", "municipality")),
        actor=officer,
        at=at,
    )
    for pledge in promise.get("pledges", ()):
        responses.propose_pledge(
            commitment, organisation=cast.organisations[pledge["organisation"]], part=pledge["part"], actor=officer, at=at
        )
    return commitment
