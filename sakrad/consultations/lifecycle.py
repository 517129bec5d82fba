"""The life of a consultation: its phase is a function of decisions, dates and now; its gates are the method's. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sakrad.consultations.lifecycle_load import Elsewhere
from sakrad.consultations.models import AnswersPublic, QuestionKind
from sakrad.core import clock
from sakrad.core.errors import Blocker

ANSWERING = timedelta(days=42)  # proposed: six weeks to answer (PRACTICE.md 12)
COMPILING = timedelta(days=35)  # five weeks from closing to summary
TELLING = timedelta(days=14)  # from the authority's meeting to the published answer
SHORTEST = 21  # days; under it a public reason is asked for (PRACTICE.md 10)


class Phase(enum.StrEnum):
    """In order; cancelled stands beside."""

    draft = "draft"
    announced = "announced"
    open = "open"
    compiling = "compiling"
    summarised = "summarised"
    answered = "answered"
    following_up = "following_up"
    ended = "ended"
    cancelled = "cancelled"


class InvitationStatus(enum.StrEnum):
    """What is known of an invited organisation: only what was sent, and what it has said or sent itself (PRACTICE.md 20)."""

    picked = "picked"
    sent = "sent"
    bounced = "bounced"
    declined = "declined"
    intends = "intends"
    answered = "answered"


@dataclass(frozen=True, slots=True)
class Dates:
    """What the phase depends on; the names are the columns of Consultation."""

    announced_at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    summary_published_at: datetime | None = None
    feedback_published_at: datetime | None = None
    follow_up_began_at: datetime | None = None
    follow_up_on: date | None = None
    ended_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gates judge by (consultations.queries.facts_of). Reasons are those given for passing a soft gate."""

    dates: Dates = field(default_factory=Dates)
    lead: str = ""
    purpose: str = ""
    background: str = ""
    can_influence: str = ""
    already_decided: str = ""
    has_unit: bool = False
    has_function: bool = False
    questions: int = 0  # besides the open one
    groups: int = 0
    selection_rationale: str = ""
    groups_not_invited: tuple[str, ...] = ()  # names of groups concerned with nobody invited
    invitations: int = 0
    asked_elsewhere: tuple[Elsewhere, ...] = ()  # the invited whom others ask at about the same time; empty once it is announced
    summary_due_on: date | None = None
    decision_on: date | None = None
    feedback_due_on: date | None = None
    short_time_reason: str = ""
    group_not_invited_reason: str = ""
    early_decision_reason: str = ""


def phase(dates: Dates, at: datetime) -> Phase:
    """Where the consultation stands at the instant. `consultations.queries.phase_sql` is its twin in SQL."""
    if dates.cancelled_at is not None:
        return Phase.cancelled
    if dates.announced_at is None or dates.opens_at is None or dates.closes_at is None:
        return Phase.draft
    if dates.ended_at is not None:
        return Phase.ended
    if dates.feedback_published_at is not None:
        follow_up_reached = dates.follow_up_on is not None and dates.follow_up_on <= clock.day_of(at)
        return Phase.following_up if dates.follow_up_began_at is not None or follow_up_reached else Phase.answered
    if dates.summary_published_at is not None:
        return Phase.summarised
    if at < dates.opens_at:
        return Phase.announced
    return Phase.open if at < dates.closes_at else Phase.compiling


def answers_visible(rule: AnswersPublic, closes_at: datetime | None, at: datetime) -> bool:
    """Whether reviewed answers may be read at the instant: at their review, or all from closing."""
    return rule is AnswersPublic.review or (closes_at is not None and at >= closes_at)


def invitation_status(
    *,
    sent_at: datetime | None,
    bounced_at: datetime | None,
    declined_at: datetime | None,
    intends_at: datetime | None,
    answered: bool,
) -> InvitationStatus:
    """The one word shown for an invitation; what the organisation did last counts most."""
    if answered:
        return InvitationStatus.answered
    if declined_at is not None:
        return InvitationStatus.declined
    if intends_at is not None:
        return InvitationStatus.intends
    if bounced_at is not None:
        return InvitationStatus.bounced
    return InvitationStatus.sent if sent_at is not None else InvitationStatus.picked


def proposed_closing(at: datetime, opens_at: datetime | None = None) -> datetime:
    """Six weeks to answer, whole days, from the opening or from now."""
    return clock.end_of(clock.day_of(opens_at or at) + ANSWERING)


def proposed_feedback_due(summary_due_on: date, decision_on: date | None) -> date:
    """Two weeks after the authority's meeting; where none is known, five weeks and two after the summary."""
    return (decision_on or summary_due_on + COMPILING) + TELLING


def days_to_answer(opens_at: datetime, closes_at: datetime) -> int:
    """Days on which one can answer, the first and the last counted."""
    return (clock.last_day(closes_at) - clock.day_of(opens_at)).days + 1


def days_to_feedback(closes_at: datetime, answered_at: datetime) -> int:
    """Days from the last on which one could answer to the one on which the authority did."""
    return (clock.day_of(answered_at) - clock.last_day(closes_at)).days


def blockers_to_announce(facts: Facts, at: datetime) -> list[Blocker]:
    """Every gate that stands in the way. Soft ones carry soft=True; their field is the one for the public reason."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    if now is not Phase.draft:
        return [Blocker("already_announced")]
    return gates(facts, at)


def gates(facts: Facts, at: datetime) -> list[Blocker]:
    """Every gate that does not hold, whatever the phase: the hard ones, then the soft ones without a reason."""
    return [*_matter_gates(facts), *_date_gates(facts, at), *_soft_gates(facts, at)]


def blockers_to_stand(facts: Facts, at: datetime) -> list[Blocker]:
    """The same gates for one that is announced already: a change before the opening may not undo what let it through."""
    if phase(facts.dates, at) is not Phase.announced:
        return []
    return gates(facts, at)


def _matter_gates(facts: Facts) -> list[Blocker]:
    asked = (
        (facts.lead.strip(), "lead_missing", "lead"),
        (facts.purpose.strip(), "purpose_missing", "purpose"),
        (facts.can_influence.strip(), "influence_missing", "can_influence"),
        (facts.already_decided.strip(), "decided_missing", "already_decided"),
        (facts.has_unit and facts.has_function, "function_missing", "function"),
        (facts.questions, "question_missing", "questions"),
        (facts.background.strip(), "background_missing", "background"),
        (facts.selection_rationale.strip(), "rationale_missing", "selection_rationale"),
    )
    return [Blocker(code, field=place) for passed, code, place in asked if not passed]


def _date_gates(facts: Facts, at: datetime) -> list[Blocker]:
    opens_at, closes_at = facts.dates.opens_at, facts.dates.closes_at
    found = []
    if opens_at is not None and clock.day_of(opens_at) < clock.day_of(at):
        found.append(Blocker("opening_passed", field="opens_on"))
    if facts.feedback_due_on is None:
        found.append(Blocker("feedback_date_missing", field="feedback_due_on"))
    if closes_at is None:
        return [*found, Blocker("closing_missing", field="closes_on")]
    if closes_at <= at:
        found.append(Blocker("closing_passed", field="closes_on"))
    if opens_at is not None and closes_at <= opens_at:
        found.append(Blocker("closing_before_opening", field="closes_on"))
    return found + order_gates(facts, clock.last_day(closes_at))


def order_gates(facts: Facts, closing: date) -> list[Blocker]:
    """The dates after the last day to answer, in their order."""
    found = []
    if facts.summary_due_on is not None and facts.summary_due_on <= closing:
        found.append(Blocker("summary_due_before_closing", field="summary_due_on"))
    if facts.decision_on is not None and facts.decision_on <= closing:
        found.append(Blocker("decision_before_closing", field="decision_on"))
    elif facts.decision_on is not None and facts.summary_due_on is not None and facts.decision_on < facts.summary_due_on:
        found.append(Blocker("decision_before_summary", field="summary_due_on"))
    before = [day for day in (closing, facts.summary_due_on, facts.decision_on) if day is not None]
    if facts.feedback_due_on is not None and facts.feedback_due_on < max(before):
        found.append(Blocker("feedback_too_early", field="feedback_due_on"))
    follow_up = facts.dates.follow_up_on
    if follow_up is not None and facts.feedback_due_on is not None and follow_up <= facts.feedback_due_on:
        found.append(Blocker("follow_up_too_early", field="follow_up_on"))
    return found


def _soft_gates(facts: Facts, at: datetime) -> list[Blocker]:
    return [gate for gate in soft_gates(facts, at) if gate.field and not getattr(facts, gate.field).strip()]


def soft_gates(facts: Facts, at: datetime) -> list[Blocker]:
    """The gates that may be passed with a public reason and that apply, whether or not the reason is given yet."""
    found = []
    closes_at = facts.dates.closes_at
    if closes_at is not None:
        opening = max(facts.dates.opens_at or at, at) if facts.dates.announced_at is None else facts.dates.opens_at or at
        days = days_to_answer(opening, closes_at)
        if 0 < days < SHORTEST:
            found.append(Blocker("short_time", {"soft": True, "days": days, "shortest": SHORTEST}, "short_time_reason"))
    if facts.groups_not_invited:
        found.append(Blocker("group_not_invited", {"soft": True, "groups": facts.groups_not_invited}, "group_not_invited_reason"))
    if closes_at is not None and facts.decision_on is not None:
        days = (facts.decision_on - clock.last_day(closes_at)).days
        if 0 < days < SHORTEST:
            found.append(Blocker("early_decision", {"soft": True, "days": days, "shortest": SHORTEST}, "early_decision_reason"))
    return found


def is_well_optioned(kind: QuestionKind, options: Sequence[str]) -> bool:
    """Questions about needs and choices have at least two different options; the other kinds have none."""
    if kind not in (QuestionKind.need, QuestionKind.choice):
        return not options
    return len(options) >= 2 and len(set(options)) == len(options)


def blockers_to_change(facts: Facts, at: datetime) -> list[Blocker]:
    """Questions, texts and dates are frozen at the opening: those who have begun to answer answer the same matter."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    return [] if now in (Phase.draft, Phase.announced) else [Blocker("frozen_at_opening", {"opens_at": facts.dates.opens_at})]


def blockers_to_invite(facts: Facts, at: datetime) -> list[Blocker]:
    """Organisations may be invited until closing."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    return [] if now in (Phase.draft, Phase.announced, Phase.open) else [Blocker("invitations_closed")]


def blockers_to_uninvite(facts: Facts, at: datetime) -> list[Blocker]:
    """Only before announcing: afterwards the invitation has left the house."""
    return [] if phase(facts.dates, at) is Phase.draft else [Blocker("invitation_sent")]


def blockers_to_reply(facts: Facts, at: datetime) -> list[Blocker]:
    """An invited organisation says that it will answer, or not, while the consultation is announced or open."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    return [] if now in (Phase.announced, Phase.open) else [Blocker("answering_closed")]


def blockers_to_move_closing(facts: Facts, closes_at: datetime, at: datetime) -> list[Blocker]:
    """Later only, while it is announced or open; the dates that follow must still follow."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    if now not in (Phase.announced, Phase.open):
        return [Blocker("answering_closed" if now is not Phase.draft else "not_announced")]
    if facts.dates.closes_at is not None and closes_at <= facts.dates.closes_at:
        return [Blocker("closing_only_later", {"closes_at": facts.dates.closes_at}, "closes_on")]
    return order_gates(facts, clock.last_day(closes_at))


def blockers_to_cancel(facts: Facts, at: datetime) -> list[Blocker]:
    """Until the summary: after it the authority owes its answer."""
    now = phase(facts.dates, at)
    if now is Phase.cancelled:
        return [Blocker("consultation_cancelled")]
    return [] if now in (Phase.draft, Phase.announced, Phase.open, Phase.compiling) else [Blocker("answer_owed")]


def blockers_to_end(facts: Facts, at: datetime) -> list[Blocker]:
    """When the authority's answer is published."""
    now = phase(facts.dates, at)
    if now is Phase.ended:
        return [Blocker("already_ended")]
    return [] if now in (Phase.answered, Phase.following_up) else [Blocker("not_answered_yet")]
