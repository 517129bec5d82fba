"""Answers, commitments and progress, made without the commands, and a summary for them to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.directory.models import Function, Organisation
from sakrad.positions.models import Position
from sakrad.responses.models import Commitment, DecisionForm, FeedbackRelease, Outcome, Progress, ProgressStatus, Response
from sakrad.summaries.models import Finding, Point
from tests import factories as make
from tests.factories import save, summaries


@dataclass(frozen=True, slots=True)
class Matter:
    """A published summary of two findings; the first rests on points 1 and 2, the second on point 2; point 3 is set aside."""

    consultation: Consultation
    function: Function
    organisation: Organisation
    findings: list[Finding]
    points: list[Point]


@make.whole
def matter(phase: Phase = Phase.summarised, **values: Any) -> Matter:
    consultation = make.consultation(phase, **values)
    organisations = [make.organisation(verified_in=consultation.municipality) for _ in range(3)]
    positions: list[Position] = [make.position(consultation, by) for by in organisations]
    answers = [summaries.answer_of(position) for position in positions]
    points = [summaries.point(answer) for answer in answers[:2]]
    points.append(summaries.point(answers[2], set_aside_at=clock.now(), set_aside_reason="Det ligger utanför frågan."))
    summary = summaries.summary(consultation, published_at=consultation.summary_published_at)
    findings = [
        summaries.finding(summary, "Vägen in är lång.[1] Det behövs ett nummer.[2]"),
        summaries.finding(summary, "Tolk saknas ofta.[2]", heading="Tolk saknas"),
    ]
    assert consultation.function is not None
    return Matter(consultation, consultation.function, organisations[0], findings, points)


def release(of: Consultation, **values: Any) -> FeedbackRelease:
    made: FeedbackRelease = save(FeedbackRelease(consultation_id=of.id, **values))
    return made


def decided(**values: Any) -> dict[str, Any]:
    """What a release holds that the board has decided on."""
    now = clock.now()
    return {
        "sent_at": now - timedelta(days=9),
        "meeting_on": clock.day_of(now),
        "decided_at": now - timedelta(hours=1),
        "decision_form": DecisionForm.board,
        "decision_on": clock.day_of(now),
        "decision_ref": "§ 41",
    } | values


def response(of: FeedbackRelease, *, finding: Finding | None = None, point: Point | None = None, **values: Any) -> Response:
    values = {"outcome": Outcome.will_do, "reason": "Ni har rätt. Anna Ek tar det."} | values
    made: Response = save(
        Response(release_id=of.id, finding_id=finding.id if finding else None, point_id=point.id if point else None, **values)
    )
    return made


def commitment(of: Response, by: Function, **values: Any) -> Commitment:
    consultation_id = of.release.consultation_id
    last = db.session.scalar(sa.select(sa.func.max(Commitment.number)).where(Commitment.consultation_id == consultation_id)) or 0
    values = {
        "number": last + 1,
        "what": "Ett gemensamt nummer",
        "due_on": clock.today() + timedelta(days=30),
        "how_seen": "Numret står på första sidan.",
        "created_at": clock.now(),
    } | values
    made: Commitment = save(Commitment(consultation_id=consultation_id, response_id=of.id, function_id=by.id, **values))
    return made


def progress(of: Commitment, **values: Any) -> Progress:
    values = {"at": clock.now(), "status": ProgressStatus.under_way, "text": "Schemat är klart."} | values
    made: Progress = save(Progress(commitment_id=of.id, **values))
    return made


@make.whole
def published(phase: Phase = Phase.answered, **values: Any) -> tuple[Matter, Commitment]:
    """An answered consultation: both findings answered, one commitment made."""
    made = matter(phase, **values)
    answers = release(made.consultation, **decided(published_at=clock.now() - timedelta(minutes=30)))
    first, _second = (response(answers, finding=finding) for finding in made.findings)
    return made, commitment(first, made.function)
