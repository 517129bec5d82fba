"""The way of the authority's answers (proposed, sent, decided, published) and the standing of its commitments. Pure."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.core.text import is_web_address
from sakrad.responses.models import CommitmentParty, DecisionForm, Outcome, ProgressStatus

_WORD = re.compile(r"\w+")
NO_REASON = frozenset(  # as the whole reason: they say nothing of what happens (PRACTICE.md 29)
    {"noteras", "noterat", "tack noterat", "noteras med tack", "synpunkten noteras", "beaktas", "beaktat", "synpunkten beaktas"}
    | {"tas med", "vi tar med oss det", "tack", "tack för synpunkten", "tack för er synpunkt"}
)


class ReleaseState(enum.StrEnum):
    """PRACTICE.md 3, in order."""

    proposed = "proposed"
    sent = "sent"
    decided = "decided"
    published = "published"


class CommitmentState(enum.StrEnum):
    """What the latest progress says; overdue goes before it, and done before overdue."""

    planned = "planned"
    under_way = "under_way"
    changed = "changed"
    done = "done"
    overdue = "overdue"


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What the way of the answers depends on: of all of them, or of one part."""

    summary_published: bool = False
    responses: int = 0  # in this part
    unanswered: tuple[int, ...] = ()  # numbers of findings without an answer; only the last part has to have them all
    points_unanswered: tuple[int, ...] = ()  # numbers of points set aside without one; the same
    unreviewed: int = 0  # answers that no colleague has found good as they stand
    undated: tuple[int, ...] = ()  # later parts without a day
    sent_at: datetime | None = None
    decided_at: datetime | None = None
    decision_form: DecisionForm | None = None
    decision_on: date | None = None
    decision_ref: str = ""
    published_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """What a commitment's standing depends on."""

    due_on: date
    latest: ProgressStatus | None = None
    done: bool = False
    party: CommitmentParty = CommitmentParty.municipality


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commitment stands; `days_late` is 0 unless it is overdue."""

    state: CommitmentState
    days_late: int = 0


def state(facts: ReleaseFacts) -> ReleaseState:
    """How far the answers have come."""
    if facts.published_at is not None:
        return ReleaseState.published
    if facts.decided_at is not None:
        return ReleaseState.decided
    return ReleaseState.sent if facts.sent_at is not None else ReleaseState.proposed


def commitment_state(facts: CommitmentFacts, today: date) -> Standing:
    """Where a commitment stands on the Stockholm day. `responses.queries.state_sql` is its twin in SQL.

    The due date is the last day: it is overdue from the day after. What organisations do is never late (PRACTICE.md 25).
    """
    if facts.done:
        return Standing(CommitmentState.done)
    if facts.due_on < today and facts.party is not CommitmentParty.organisation:
        return Standing(CommitmentState.overdue, (today - facts.due_on).days)
    return Standing(CommitmentState(facts.latest.value) if facts.latest else CommitmentState.planned)


def latest_of_parts(latest: Collection[str | None]) -> ProgressStatus | None:
    """What the organisations' own commitment is told by: a part that has changed. Before all are done it goes as planned."""
    return ProgressStatus.changed if ProgressStatus.changed in latest else None


def blockers_to_change(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """Answers and their commitments may change from the published summary until the decision is recorded.

    Before the summary the findings may still move; a published answer is frozen.
    """
    if not facts.summary_published:
        return [Blocker("answers_before_summary")]
    if facts.published_at is not None:
        return [Blocker("response_frozen")]
    return [Blocker("responses_decided")] if facts.decided_at is not None else []


def blockers_to_commit(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """A commitment is part of its answer."""
    return blockers_to_change(facts, at)


def blockers_to_send(facts: ReleaseFacts, at: datetime, *, unread: bool = False) -> list[Blocker]:
    """To the authority goes an answer on every finding of the published summary, and on every point that it set aside.

    Args:
        unread: no colleague can read them (PRACTICE.md 22: one person may do everything); otherwise somebody has to have.
    """
    if not facts.summary_published:
        return [Blocker("answers_before_summary")]
    if facts.sent_at is not None:
        return [Blocker("responses_already_sent")]
    left = [*_unanswered(facts), *_undated(facts)]
    if facts.unreviewed and not unread:
        left.append(Blocker("responses_unreviewed", {"number": facts.unreviewed}, field="unread"))
    return left


def blockers_to_decide(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """The authority decides on what it has been sent."""
    if facts.decided_at is not None:
        return [Blocker("responses_decided")]
    return [] if facts.sent_at is not None else [Blocker("responses_not_sent")]


def blockers_to_reopen(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """A decision that was recorded wrongly is taken back before it is published, never after."""
    if facts.published_at is not None:
        return [Blocker("response_frozen")]
    return [] if facts.decided_at is not None else [Blocker("responses_not_decided")]


def blockers_to_publish(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """All answers of the part at once, nothing left without one, and it is said who decided (PRACTICE.md 2)."""
    if facts.published_at is not None:
        return [Blocker("feedback_already_published")]
    if facts.decided_at is None or facts.decision_form is None:
        return [Blocker("responses_not_decided"), *_unanswered(facts)]
    faults = faults_of_decision(facts.decision_form, facts.decision_on, facts.decision_ref, "", at)
    return [*faults, *_unanswered(facts), *_undated(facts)]


def blockers_to_add_progress(facts: ReleaseFacts, at: datetime) -> list[Blocker]:
    """What was done is told of published commitments, until the consultation is ended."""
    if facts.published_at is None:
        return [Blocker("feedback_not_published")]
    return [Blocker("follow_up_over")] if facts.ended_at is not None else []


def blockers_to_mask(published: bool) -> list[Blocker]:
    """What is not published is changed, and not masked."""
    return [] if published else [Blocker("mask_before_publishing")]


def _unanswered(facts: ReleaseFacts) -> list[Blocker]:
    left = [
        Blocker(code, {"numbers": numbers})
        for code, numbers in (("finding_unanswered", facts.unanswered), ("points_unanswered", facts.points_unanswered))
        if numbers
    ]
    return left if left or facts.responses else [Blocker("nothing_answered")]


def _undated(facts: ReleaseFacts) -> list[Blocker]:
    """When the rest comes is announced with the first part, so it has to be known."""
    return [Blocker("part_day_missing", {"numbers": facts.undated})] if facts.undated else []


def faults_of_response(
    outcome: Outcome, *, reason: str, study_until_on: date | None, whose: str, basis: str, basis_on: date | None, at: datetime
) -> list[Blocker]:
    """What the outcome demands and does not have (PRACTICE.md 29), each beside its field."""
    needs: dict[Outcome, list[tuple[str, str, object]]] = {
        Outcome.study: [("study_date_missing", "study_until_on", study_until_on)],
        Outcome.not_ours: [("whose_missing", "whose", whose)],
        Outcome.input: [("basis_missing", "basis", basis), ("basis_date_missing", "basis_on", basis_on)],
    }
    faults = [Blocker(code, field=name) for code, name, given in needs.get(outcome, []) if not given]
    if not reason:
        refused = outcome in (Outcome.wont_do, Outcome.partly)
        faults.append(Blocker("refusal_reason_missing" if refused else "answer_reason_missing", field="reason"))
    elif " ".join(_WORD.findall(reason.casefold())) in NO_REASON:
        faults.append(Blocker("reason_says_nothing", field="reason"))
    if outcome is Outcome.study and study_until_on is not None and study_until_on < clock.day_of(at):
        faults.append(Blocker("study_date_passed", field="study_until_on"))
    return faults


def faults_of_commitment(*, what: str, due_on: date, former_due_on: date | None = None, at: datetime) -> list[Blocker]:
    """A promise says what, and by a day that is still to come (or stays the day that it was)."""
    faults = [] if what else [Blocker("commitment_empty", field="what")]
    if due_on < clock.day_of(at) and due_on != former_due_on:
        faults.append(Blocker("due_date_passed", field="due_on"))
    return faults


def faults_of_decision(form: DecisionForm, decision_on: date | None, decision_ref: str, minutes_url: str, at: datetime) -> list[Blocker]:
    """The authority's own decision has a § and a date, a delegated one its number (PRACTICE.md 2)."""
    faults = []
    if decision_on is None:
        faults.append(Blocker("decision_date_missing", field="decision_on"))
    elif decision_on > clock.day_of(at):
        faults.append(Blocker("decision_date_to_come", field="decision_on"))
    if form is DecisionForm.board and not decision_ref:
        faults.append(Blocker("decision_paragraph_missing", field="decision_ref"))
    if form is DecisionForm.delegation and not decision_ref:
        faults.append(Blocker("delegation_number_missing", field="decision_ref"))
    return faults + faults_of_link(minutes_url, "minutes_url")


def faults_of_progress(
    status: ProgressStatus, *, text: str, link: str, due_on: date | None, former_due_on: date, at: datetime
) -> list[Blocker]:
    """What was done is said in words; only a change moves the due date, and never into the past."""
    faults = [] if text else [Blocker("progress_empty", field="text")]
    if due_on is not None and status is not ProgressStatus.changed:
        faults.append(Blocker("moved_without_change", field="due_on"))
    elif due_on is not None and due_on == former_due_on:
        faults.append(Blocker("due_date_unchanged", field="due_on"))
    elif due_on is not None and due_on < clock.day_of(at):
        faults.append(Blocker("due_date_passed", field="due_on"))
    return faults + faults_of_link(link, "link")


def faults_of_link(link: str, field: str) -> list[Blocker]:
    """A link leads to a page on the web, and nowhere else."""
    return [Blocker("link_faulty", field=field)] if link and not is_web_address(link) else []
