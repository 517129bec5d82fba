"""What became of the promises of the sample: the organisations' parts, what was done, verdicts, decisions, and the process judged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.demo.loader import Cast
from sakrad.records.models import ReviewDecision
from sakrad.responses import commands as responses
from sakrad.responses import queries_verdicts
from sakrad.responses.commands import evaluating
from sakrad.responses.evaluation import STATEMENTS
from sakrad.responses.models import (
    Commitment,
    EvaluationRound,
    EvaluationSeat,
    Pledge,
    ProgressStatus,
    VerdictValue,
)

Made = list[tuple[Commitment, dict[str, Any]]]
Step = tuple[datetime, int, Any]


def follow(cast: Cast, told: dict[str, Any], consultation: Consultation, made: Made, officer: Any) -> None:
    """Everything in the order in which it happened."""
    steps: list[Step] = []
    for commitment, promise in made:
        steps += _steps(cast, consultation, commitment, promise, officer)
    by_key = {promise["key"]: commitment for commitment, promise in made if "key" in promise}
    for one in told.get("decisions", ()):
        steps.append((cast.moment(one["day"]), len(steps), lambda at, one=one: _link(cast, consultation, by_key, one, officer, at)))
    for _at, _number, do in sorted(((at, number, do) for number, (at, _, do) in enumerate(steps)), key=lambda step: step[:2]):
        do(_at)
    _judge_process(cast, told.get("evaluation", {}), consultation)


def _steps(cast: Cast, consultation: Consultation, commitment: Commitment, promise: dict[str, Any], officer: Any) -> list[Step]:
    steps: list[Step] = []
    for one in promise.get("progress", ()):
        steps.append((cast.moment(one["day"], hour=16), 0, lambda at, one=one: _progress(cast, commitment, one, officer, at)))
    for one in promise.get("pledges", ()):
        pledge = next(each for each in commitment.pledges if each.organisation.slug == one["organisation"])
        if "answered" in one:
            steps.append((cast.moment(one["day"], hour=19), 0, lambda at, one=one, pledge=pledge: _answer(pledge, one, at)))
        for step in one.get("progress", ()):
            steps.append((cast.moment(step["day"], hour=20), 0, lambda at, step=step, pledge=pledge: _tell(pledge, step, officer, at)))
    for one in promise.get("verdicts", ()):
        steps.append((cast.moment(one["day"], hour=18), 0, lambda at, one=one: _verdict(consultation, commitment, one, officer, at)))
    return steps


def _progress(cast: Cast, commitment: Commitment, told: dict[str, Any], officer: Any, at: datetime) -> None:
    responses.add_progress(
        commitment,
        status=ProgressStatus(told["status"]),
        text=told["text"],
        link=told.get("link", ""),
        due_on=cast.day(told["due_day"]) if "due_day" in told else None,
        actor=officer,
        at=at,
    )


def _answer(pledge: Pledge, told: dict[str, Any], at: datetime) -> None:
    """By the mailed link."""
    db.session.refresh(pledge)  # it was asked in one statement with the others
    if told["answered"] == "confirmed":
        responses.confirm_pledge(pledge, seen=pledge.part, actor=None, at=at)
    elif told["answered"] == "countered":
        responses.counter_pledge(pledge, words=told["words"], actor=None, at=at)
    else:
        responses.decline_pledge(pledge, actor=None, at=at)


def _tell(pledge: Pledge, told: dict[str, Any], officer: Any, at: datetime) -> None:
    step = responses.tell_pledge(
        pledge, status=ProgressStatus(told["status"]), text=told["text"], link=told.get("link", ""), actor=None, at=at
    )
    if told.get("review", "publish") != "waits":
        decision = ReviewDecision(told.get("review", "publish"))
        responses.review_progress(step, decision=decision, ground=None, reason="", actor=officer, at=at)


def _verdict(consultation: Consultation, commitment: Commitment, told: dict[str, Any], officer: Any, at: datetime) -> None:
    address = consultation.address
    seat = queries_verdicts.get_judge_seat(told["organisation"], address["kommun"], address["slug"], commitment.number)
    values = {"value": VerdictValue(told["value"]), "text": told.get("text", ""), "by_name": told.get("by_name", False)}
    verdict = responses.give_verdict(seat, **values, actor=None, at=at)
    if "review" in told:
        reviewed = queries_verdicts.get_reviewed_verdict(address["kommun"], address["slug"], verdict.reference)
        responses.review_verdict(reviewed, decision=ReviewDecision(told["review"]), actor=officer, at=at)


def _link(
    cast: Cast, consultation: Consultation, commitments: dict[str, Commitment], told: dict[str, Any], officer: Any, at: datetime
) -> None:
    values = {name: told.get(name, "") for name in ("body", "ref", "what", "minutes_url")}
    about = commitments.get(told.get("commitment", ""))
    responses.link_decision(consultation, commitment=about, decided_on=cast.day(told["day"]), **values, actor=officer, at=at)


def _judge_process(cast: Cast, told: dict[str, Any], consultation: Consultation) -> None:
    """Both sides are asked when all is answered, and a year later; a 0 stands for "kan inte säga"."""
    answered = consultation.feedback_published_at
    if not told or answered is None:
        return
    for name, replies in told.items():
        round_ = EvaluationRound(name)
        asked = answered if round_ is EvaluationRound.feedback else answered.replace(year=answered.year + 1)
        evaluating.ask_about(consultation, round_, at=min(asked, cast.at))
        db.session.flush()
        for side, column in (("organisations", EvaluationSeat.organisation_id), ("officials", EvaluationSeat.user_id)):
            seats = db.session.scalars(
                sa.select(EvaluationSeat)
                .where(EvaluationSeat.consultation_id == consultation.id, EvaluationSeat.round == round_, column.is_not(None))
                .order_by(EvaluationSeat.id)
            )
            for seat, steps in zip(seats, replies.get(side, ()), strict=False):
                said = {each.key: step or None for each, step in zip(STATEMENTS, steps, strict=True)}
                evaluating.answer_evaluation(seat, said, at=min(asked, cast.at))
