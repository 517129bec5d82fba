"""What came of a consultation of the sample: points and the summary; what the authority answers is told in answering."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sakrad.consultations import commands as consultations
from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import db
from sakrad.core.text import Span
from sakrad.demo import answering, checking
from sakrad.demo.keyed import numbered
from sakrad.demo.loader import Cast
from sakrad.directory.models import Organisation
from sakrad.positions.models import Answer, Position
from sakrad.summaries import commands as summaries
from sakrad.summaries.models import Point, Summary, Theme


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
    answering.respond(cast, told, consultation, summary, points, officer)
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
        marks = {"section": finding.get("section", ""), "minority": finding.get("minority", False)}
        summaries.save_finding(made, heading=made.heading, body=made.body, seen_version=made.version, actor=officer, at=at, **marks)
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
