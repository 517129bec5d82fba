"""What came of a consultation of the sample: points, summary, the authority's answer, commitments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations import commands as consultations
from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.core.text import Span
from sakrad.demo import checking
from sakrad.demo.keyed import numbered
from sakrad.demo.loader import Cast
from sakrad.directory.models import Authority, Function, Organisation, Unit
from sakrad.positions.models import Answer, Position
from sakrad.responses import commands as responses
from sakrad.responses.models import DecisionForm, Outcome, ProgressStatus, Response
from sakrad.summaries import commands as summaries
from sakrad.summaries.models import Finding, Point, Summary, Theme


def compile_and_answer(cast: Cast, told: dict[str, Any], consultation: Consultation, officer: Any) -> None:
    """As far as the story has come."""
    days = told["days"]
    at = cast.moment(min(days["closes"] + 7, 0))
    points = _take_up(cast, told, consultation, officer, at)
    summary = _write(cast, told, consultation, points, officer, at)
    checking.check(cast, told, consultation, summary, points, officer)
    if told["phase"] == "compiling":
        return
    published = cast.moment(min(days["summary_due"], -1))
    summaries.publish(summary, actor=officer, at=published)
    for told_correction in told.get("corrected", ()):
        _correct(cast, told_correction, summary, points, officer)
    if "decision" not in told:
        return
    _respond(cast, told, consultation, summary, points, officer)
    if told["phase"] == "ended":
        consultations.end(consultation, actor=officer, at=cast.moment(min(days.get("ended", days["follow_up"] + 30), -1)))


def _answers(consultation: Consultation) -> dict[tuple[str, int], Answer]:
    """The answers of current versions, by organisation and question number."""
    rows = db.session.execute(
        sa.select(Organisation.slug, Question.number, Answer)
        .join(Position, Position.current_id == Answer.version_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Position.consultation_id == consultation.id)
    )
    return {(slug, number): answer for slug, number, answer in rows}


def _take_up(cast: Cast, told: dict[str, Any], consultation: Consultation, officer: Any, at: Any) -> dict[str, Point]:
    answers = _answers(consultation)
    themes: dict[str, Theme] = {name: summaries.add_theme(consultation, name=name, actor=officer, at=at) for name in told.get("themes", ())}
    points = {}
    for point in told.get("points", ()):
        answer = answers[point["organisation"], point["question"]]
        words = point.get("words")
        spans = None if words is None else [Span(answer.text.index(words), answer.text.index(words) + len(words))]
        groups = [cast.groups[slug] for slug in point.get("groups", ())] or list(answer.version.groups)
        theme = themes.get(point.get("theme", ""))
        points[point["key"]] = summaries.take_up(answer, spans=spans, theme=theme, groups=groups, actor=officer, at=at)[0]
    for nothing in told.get("nothing", ()):
        summaries.nothing_to_take_up(answers[nothing["organisation"], nothing["question"]], reason=nothing["reason"], actor=officer, at=at)
    for aside in told.get("set_aside", ()):
        summaries.set_aside([points[key] for key in aside["points"]], reason=aside["reason"], actor=officer, at=at)
    return points


def _write(cast: Cast, told: dict[str, Any], consultation: Consultation, points: dict[str, Point], officer: Any, at: Any) -> Summary:
    summary = summaries.start_summary(consultation, actor=officer, at=at)
    for finding in told.get("findings", ()):
        body = numbered(finding["body"].strip(), points)
        made = summaries.add_finding(summary, heading=finding["heading"], body=body, actor=officer, at=at)
        made.section, made.minority = finding.get("section", ""), finding.get("minority", False)
    summaries.save_summary(
        summary,
        in_short=told.get("in_short", ""),
        not_heard=[cast.groups[slug] for slug in told.get("not_heard", ())],
        seen_version=summary.version,
        actor=officer,
        at=at,
    )
    return summary


def _correct(cast: Cast, told: dict[str, Any], summary: Summary, points: dict[str, Point], officer: Any) -> None:
    """A correction after publication: the next edition."""
    finding = next(finding for finding in summary.findings if finding.number == told["finding"])
    before, after = numbered(told["from"], points), numbered(told["to"], points)
    assert before in finding.body, before
    changes = {finding: (finding.heading, finding.body.replace(before, after))}
    at = cast.moment(told["day"])
    summaries.correct_summary(summary, changes=changes, in_short=summary.in_short, reason=told["reason"], actor=officer, at=at)


def _respond(
    cast: Cast, told: dict[str, Any], consultation: Consultation, summary: Summary, points: dict[str, Point], officer: Any
) -> None:
    decision = told["decision"]
    proposed = cast.moment(min(told["days"]["summary_due"] + 5, decision["day"] - 10, -1))
    release = responses.open_release(consultation, at=proposed)
    findings: dict[int, Finding] = {finding.number: finding for finding in summary.findings}
    commitments = []
    for told_response in told["responses"]:
        target: dict[str, Any] = (
            {"finding": findings[told_response["finding"]]} if "finding" in told_response else {"point": points[told_response["point"]]}
        )
        response = responses.propose(
            release,
            **target,
            outcome=Outcome(told_response["outcome"]),
            reason=told_response.get("reason", ""),
            study_until_on=cast.day(told_response["study_day"]) if "study_day" in told_response else None,
            whose=told_response.get("whose", ""),
            basis=told_response.get("basis", ""),
            basis_on=cast.day(told_response["basis_day"]) if "basis_day" in told_response else None,
            actor=officer,
            at=proposed,
        )
        commitments += [
            (_commit(cast, consultation, response, promise, officer, proposed), promise) for promise in told_response.get("commitments", ())
        ]
    responses.send(release, meeting_on=cast.day(decision["day"]), actor=officer, at=proposed + timedelta(days=1))
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
    responses.publish(release, actor=officer, at=min(decided + timedelta(days=5), cast.at))
    for commitment, promise in commitments:
        for step in promise.get("progress", ()):
            responses.add_progress(
                commitment,
                status=ProgressStatus(step["status"]),
                text=step["text"],
                link=step.get("link", ""),
                actor=officer,
                at=cast.moment(step["day"], hour=16),
            )


def _commit(cast: Cast, consultation: Consultation, response: Response, promise: dict[str, Any], officer: Any, at: Any) -> Any:
    function = db.session.scalars(
        sa.select(Function)
        .join(Unit)
        .join(Authority)
        .where(Authority.municipality_id == consultation.municipality_id, Function.title == promise["function"])
    ).first()
    assert function is not None, promise["function"]
    return responses.commit_to(
        response,
        what=promise["what"],
        function=function,
        due_on=cast.day(promise["due_day"]),
        how_seen=promise.get("how_seen", ""),
        actor=officer,
        at=at,
    )
