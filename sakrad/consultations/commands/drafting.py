"""Drafting and changing a consultation, until the opening."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.consultations import lifecycle, planning, queries
from sakrad.consultations.commands.recording import record, refuse_fallen
from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.core import clock, ids
from sakrad.core.db import db
from sakrad.core.errors import Blocked, Blocker, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.red_days import workday_from
from sakrad.directory.models import Authority, Function

OPEN_QUESTION = "Något annat ni vill säga?"  # PRACTICE.md 21; content, so not translated with the page
RESERVED = frozenset({"nytt"})  # what an address holds where a consultation's slug would stand
# What the officers' form may change: columns and relationships of Consultation.
CHANGEABLE = frozenset(
    {
        *("title", "lead", "need", "purpose", "background", "background_easy", "can_influence", "already_decided", "use_of_views"),
        *("policy_stage", "participation_level", "diary_number", "inviting_function", "touches_money", "comments_rule"),
        *("groups", "subjects", "selection_rationale", "open_invitation", "answers_public", "coordinator_takes_part"),
        *("opens_at", "closes_at", "summary_due_on", "decision_on", "feedback_due_on", "follow_up_on"),
        *("short_time_reason", "group_not_invited_reason", "early_decision_reason"),
        *("unit_id", "function_id", "unit", "function"),
    }
)


class FunctionElsewhere(ValueError):
    """The function belongs to another authority than the consultation."""


def draft_consultation(
    authority: Authority,
    *,
    title: str,
    answering: timedelta = lifecycle.ANSWERING,
    compiling: timedelta = lifecycle.COMPILING,
    actor: Actor | None,
    at: datetime,
    **values: Any,
) -> Consultation:
    """Begin a consultation: a draft with its last, open question and with dates proposed for those not given.

    Args:
        answering: the time to answer, and `compiling` from there to the summary, where the dates are proposed.
        values: any of `CHANGEABLE`, and `slug` and `sample`. Instants are aware; `closes_at` is exclusive.

    Raises:
        FunctionElsewhere: the function is not the authority's.
    """
    here = authority.municipality_id
    slug = values.pop("slug", None) or ids.free_slug(title, lambda tried: tried in RESERVED or queries.is_slug_taken(here, tried))
    consultation = Consultation(
        municipality=authority.municipality,
        authority=authority,
        slug=slug,
        sample=values.pop("sample", False),
        created_at=at,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(consultation)
    with db.session.no_autoflush:
        _set(consultation, {"title": title} | values)
        _propose_dates(consultation, answering, compiling, at)
    consultation.questions.append(Question(number=1, kind=QuestionKind.open, text=OPEN_QUESTION))
    db.session.flush()
    record(EventName.consultation_drafted, consultation, actor=actor, at=at, answering=answering.days, compiling=compiling.days)
    return consultation


def _propose_dates(consultation: Consultation, answering: timedelta, compiling: timedelta, at: datetime) -> None:
    """Fill in the dates that are not given, towards the authority's meeting; neither it nor the opening is decided here."""
    if consultation.closes_at is None and consultation.opens_at is None:
        plan = planning.dates_towards(consultation.decision_on, at, answering=answering, compiling=compiling)
        consultation.closes_at = clock.end_of(plan.closes_on)
        if consultation.summary_due_on is None and consultation.feedback_due_on is None:
            consultation.summary_due_on, consultation.feedback_due_on = plan.summary_due_on, plan.feedback_due_on
            consultation.follow_up_on = consultation.follow_up_on or plan.follow_up_on
    elif consultation.closes_at is None:
        opens_on = clock.day_of(consultation.opens_at or at)
        consultation.closes_at = clock.end_of(planning.calm_from(opens_on + answering))
    if consultation.summary_due_on is None:
        consultation.summary_due_on = workday_from(clock.last_day(consultation.closes_at) + compiling)
    if consultation.feedback_due_on is None:
        consultation.feedback_due_on = lifecycle.proposed_feedback_due(consultation.summary_due_on, consultation.decision_on)


def change_consultation(
    consultation: Consultation, *, values: dict[str, Any], seen_version: int, actor: Actor | None, at: datetime
) -> None:
    """Change any of `CHANGEABLE`, until the opening.

    Raises:
        Blocked: it has opened; or it is announced and the change would undo what let it through the gates.
        Stale: somebody saved after `seen_version`; `theirs` is the consultation as it stands.
        FunctionElsewhere: the function is not the authority's.
    """
    if consultation.version != seen_version:
        raise Stale(theirs=consultation)
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    with db.session.no_autoflush:
        _set(consultation, values)
    if consultation.announced_at is not None and consultation.opens_at is None:
        raise Blocked([Blocker("opening_missing", field="opens_on")])
    consultation.version += 1
    refuse_fallen(consultation, at)
    record(EventName.consultation_changed, consultation, actor=actor, at=at)


def _set(consultation: Consultation, values: dict[str, Any]) -> None:
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"Not changeable: {sorted(unknown)}")
    for name, value in values.items():
        setattr(consultation, name, value)
    if "function_id" in values:
        consultation.function = db.session.get(Function, values["function_id"]) if values["function_id"] else None
    if consultation.function is not None and ("function" in values or "function_id" in values):
        consultation.unit = consultation.function.unit
        if consultation.unit.authority_id != consultation.authority.id:
            raise FunctionElsewhere
