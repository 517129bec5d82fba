"""One consultation of the sample, told in the order in which it happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.consultations import commands as consultations
from sakrad.consultations.models import (
    AnswersPublic,
    CommentsRule,
    Consultation,
    DeclineReason,
    Invitation,
    ParticipationLevel,
    PolicyStage,
    Question,
    QuestionKind,
)
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.text import Span
from sakrad.demo import outcome
from sakrad.demo.loader import Cast
from sakrad.directory import commands as directory
from sakrad.directory import queries as known
from sakrad.directory.models import Organisation, Subject, VerificationBasis
from sakrad.positions import commands as positions
from sakrad.positions.models import AnchoringLevel, Draft, PositionVersion, PublicationWish, Stance
from sakrad.records.models import MaskGround, ReviewDecision


def tell(cast: Cast, told: dict[str, Any]) -> None:
    """From the first draft to where the story stands today."""
    consultation = _prepare(cast, told)
    days = told.get("days", {})
    if "announced" not in days:
        return
    announced = cast.moment(days["announced"])
    consultations.announce(consultation, actor=_officer(cast, told), at=announced)
    db.session.refresh(consultation)
    _answer_invitations(cast, told, consultation)
    versions = [_send(cast, told, consultation, position) for position in told.get("positions", ())]
    for version, position in zip(versions, told.get("positions", ()), strict=True):
        _review(cast, told, version, position)
    if told["phase"] == "cancelled":
        last = max((position["day"] for position in told.get("positions", ())), default=days["announced"])
        consultations.cancel(consultation, reason=told["cancel_reason"], actor=_officer(cast, told), at=cast.moment(min(last + 3, 0)))
    elif "points" in told or "findings" in told:
        outcome.compile_and_answer(cast, told, consultation, _officer(cast, told))


def _officer(cast: Cast, told: dict[str, Any]) -> Any:
    return cast.officers[told["municipality"]]


def _prepare(cast: Cast, told: dict[str, Any]) -> Consultation:
    """The draft with its questions and invitations, a fortnight before it is announced."""
    days = told.get("days", {})
    at = cast.moment(min(days.get("announced", 0), 0) - 14)
    officer = _officer(cast, told)
    authority = cast.authorities[told["municipality"], told["authority"]]
    function = cast.functions.get((told["municipality"], told.get("unit", ""), told.get("function", "")))
    consultation = consultations.draft_consultation(authority, title=told["title"], actor=officer, at=at)
    consultation.slug = told["slug"]
    consultation.sample = True
    values: dict[str, Any] = {
        name: told.get(name, "")
        for name in (
            "lead",
            "purpose",
            "background",
            "can_influence",
            "already_decided",
            "need",
            "use_of_views",
            "selection_rationale",
            "inviting_function",
            "diary_number",
            "short_time_reason",
            "group_not_invited_reason",
            "early_decision_reason",
        )
    }
    values["diary_number"] = values["diary_number"].format(year=at.year)
    values |= {
        "policy_stage": PolicyStage(told["policy_stage"]),
        "participation_level": ParticipationLevel(told["participation_level"]),
        "open_invitation": told.get("open_invitation", True),
        "answers_public": AnswersPublic(told.get("answers_public", "review")),
        "comments_rule": CommentsRule(told.get("comments_rule", "none")),
        "function_id": function.id if function else None,
        "unit_id": function.unit_id if function else None,
        "groups": [cast.groups[slug] for slug in told["groups"]],
        "subjects": list(db.session.scalars(sa.select(Subject).where(Subject.slug.in_(told["subjects"])))),
        "opens_at": clock.start_of(cast.day(days["opens"])) if "opens" in days else None,
        "closes_at": clock.end_of(cast.day(days["closes"])) if "closes" in days else None,
    }
    for name in ("summary_due", "decision", "feedback_due", "follow_up"):
        values[f"{name}_on"] = cast.day(days[name]) if name in days else None
    consultations.change_consultation(consultation, values=values, seen_version=consultation.version, actor=officer, at=at)
    for question in told["questions"]:
        if question["kind"] != "open":
            consultations.add_question(
                consultation,
                kind=QuestionKind(question["kind"]),
                text=question["text"],
                help=question.get("help", ""),
                length_hint=question.get("length_hint", ""),
                required=question.get("required", False),
                options=question.get("options", []),
                actor=officer,
                at=at,
            )
    for invited in told.get("invited", ()):
        consultations.invite(consultation, cast.organisations[invited["organisation"]], actor=officer, at=at)
    return consultation


def _answer_invitations(cast: Cast, told: dict[str, Any], consultation: Consultation) -> None:
    """The mails went out; some said no."""
    declined = {invited["organisation"]: invited["declined"] for invited in told.get("invited", ()) if "declined" in invited}
    opens = consultation.opens_at or cast.at
    for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.consultation_id == consultation.id)):
        consultations.mark_sent(invitation, consultation.announced_at or cast.at)
        reason = declined.get(invitation.organisation.slug)
        if reason:
            consultations.decline(invitation, reason=DeclineReason(reason), at=min(opens + timedelta(days=3), cast.at))


def _send(cast: Cast, told: dict[str, Any], consultation: Consultation, position: dict[str, Any]) -> PositionVersion:
    """An organisation writes in its own space and sends."""
    organisation = cast.organisations[position["organisation"]]
    _know(cast, organisation, told)
    actor = cast.members.get(organisation.slug)
    when = sum(map(ord, organisation.slug))  # each its own time of day
    at = cast.moment(position["day"], hour=8 + when % 14, minute=when % 60)
    draft = positions.open_draft(organisation, consultation, actor=actor, at=at)
    questions = {question.number: question for question in consultation.questions}
    for answer in position["answers"]:
        _answer(draft, questions[answer["question"]], answer, actor, at)
    positions.save_facts(
        draft,
        signed_role=position.get("signed_role", ""),
        anchoring=AnchoringLevel(position["anchoring"]),
        decided_on=cast.day(position["decided_day"]) if "decided_day" in position else None,
        decision_ref=position.get("decision_ref", ""),
        asked=position.get("asked"),
        answered=position.get("answered"),
        dissent=position.get("dissent", ""),
        groups=[cast.groups[slug] for slug in position["groups"]],
        wish=PublicationWish(position.get("wish", "named")),
        reuse=position.get("reuse", False),
        seen_version=draft.version,
        actor=actor,
        at=at,
    )
    sent = positions.submit(draft, submission_key=draft.submission_key, actor=actor, at=at, received_at=at)
    return db.session.get_one(PositionVersion, sent)


def _answer(draft: Draft, question: Question, answer: dict[str, Any], actor: Any, at: Any) -> None:
    saved = next((saved for saved in draft.answers if saved.question_id == question.id), None)
    positions.save_answer(
        draft,
        question,
        text=answer.get("text", ""),
        stance=Stance(answer["stance"]) if "stance" in answer else None,
        options=answer.get("options", []),
        own_interest=answer.get("own_interest", False),
        seen_version=saved.version if saved else 0,
        actor=actor,
        at=at,
    )


def _know(cast: Cast, organisation: Organisation, told: dict[str, Any]) -> None:
    """Organisations from a neighbour are verified where they answer."""
    place = cast.municipalities[told["municipality"]]
    if not known.is_verified(organisation.id, place.id):
        directory.verify_organisation(organisation, place, basis=VerificationBasis.known, actor=_officer(cast, told), at=cast.at)


def _review(cast: Cast, told: dict[str, Any], version: PositionVersion, position: dict[str, Any]) -> None:
    """Registered, then reviewed for publication two days later."""
    officer = _officer(cast, told)
    positions.tick_registered(version, actor=officer, at=min(version.received_at + timedelta(days=1), cast.at))
    if "review" not in position or version.position.current_id != version.id:
        return
    masks = []
    for words in position.get("masks", ()):
        answer = next(answer for answer in version.answers if words in answer.text)
        start = answer.text.index(words)
        masks.append((answer.id, Span(start, start + len(words)), MaskGround.personal_data))
    positions.review_position(
        version,
        decision=ReviewDecision(position["review"]),
        ground=MaskGround(position["review_ground"]) if "review_ground" in position else None,
        reason=position.get("review_reason", ""),
        masks=masks,
        actor=officer,
        at=min(version.received_at + timedelta(days=2), cast.at),
    )
