"""The organisations' own parts of commitments: proposed, asked, confirmed, told of; and decisions that are linked. Pure.

Volunteers are never late (PRACTICE.md 25): what they do is planned, changed or done.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.responses.lifecycle import faults_of_link
from sakrad.responses.models import CommitmentParty, Pledge, ProgressStatus

LINE = 300  # code points of a part


class PledgeState(enum.StrEnum):
    """Where an organisation's part stands."""

    proposed = "proposed"  # not asked before the answers are published
    asked = "asked"
    countered = "countered"  # it would rather confirm another wording
    declined = "declined"
    planned = "planned"
    changed = "changed"
    done = "done"
    withdrawn = "withdrawn"


STANDING = (PledgeState.planned, PledgeState.changed, PledgeState.done)  # public
OPEN = (PledgeState.asked, PledgeState.countered)  # waits for somebody


@dataclass(frozen=True, slots=True)
class PledgeFacts:
    """What a part depends on."""

    published: bool = False  # the answer whose commitment it is
    ended: bool = False  # the consultation
    asked: bool = False
    countered: bool = False
    confirmed: bool = False
    declined: bool = False
    withdrawn: bool = False
    latest: ProgressStatus | None = None


def facts_of(pledge: Pledge, *, published: bool, ended: bool, latest: ProgressStatus | None) -> PledgeFacts:
    """The facts of a row."""
    return PledgeFacts(
        published=published,
        ended=ended,
        asked=pledge.asked_at is not None,
        countered=pledge.asked_words != "",
        confirmed=pledge.confirmed_at is not None,
        declined=pledge.declined_at is not None,
        withdrawn=pledge.withdrawn_at is not None,
        latest=latest,
    )


def pledge_state(facts: PledgeFacts) -> PledgeState:
    """Where the part stands: what the organisation has said last, and then its own progress."""
    if facts.withdrawn:
        return PledgeState.withdrawn
    if facts.confirmed:
        told = {ProgressStatus.changed: PledgeState.changed, ProgressStatus.done: PledgeState.done}
        return told.get(facts.latest, PledgeState.planned) if facts.latest else PledgeState.planned
    if facts.declined:
        return PledgeState.declined
    if not facts.asked:
        return PledgeState.proposed
    return PledgeState.countered if facts.countered else PledgeState.asked


def blockers_to_propose(party: CommitmentParty, facts: PledgeFacts, at: datetime) -> list[Blocker]:
    """Organisations have parts of what is theirs or joint, until the follow-up is over."""
    if party is CommitmentParty.municipality:
        return [Blocker("pledge_not_joint")]
    return _over(facts)


def blockers_to_change(facts: PledgeFacts, at: datetime) -> list[Blocker]:
    """The municipality words a part until it has asked; then it is the organisation's to answer."""
    return [Blocker("pledge_asked_already")] if facts.asked else []


def blockers_to_settle(facts: PledgeFacts, at: datetime) -> list[Blocker]:
    """Another wording is accepted, or the first one kept, while it waits."""
    return _over(facts) if pledge_state(facts) is PledgeState.countered else [Blocker("pledge_not_countered")]


def blockers_to_answer(facts: PledgeFacts, at: datetime) -> list[Blocker]:
    """The organisation confirms, declines or asks for another wording; it may think better of a no."""
    state = pledge_state(facts)
    if state is PledgeState.withdrawn:
        return [Blocker("pledge_withdrawn")]
    if state in STANDING:
        return [Blocker("pledge_confirmed")]
    return _over(facts) if facts.asked else [Blocker("pledge_not_asked")]


def blockers_to_withdraw(facts: PledgeFacts, at: datetime) -> list[Blocker]:
    """What was confirmed can always be taken back, also after the end: nobody is held to it."""
    return [] if pledge_state(facts) in STANDING else [Blocker("pledge_not_confirmed")]


def blockers_to_tell(facts: PledgeFacts, at: datetime) -> list[Blocker]:
    """The organisation tells of a part that it stands for."""
    return _over(facts) if pledge_state(facts) in STANDING else [Blocker("pledge_not_confirmed")]


def _over(facts: PledgeFacts) -> list[Blocker]:
    return [Blocker("follow_up_over")] if facts.ended else []


def faults_of_part(part: str, field: str) -> list[Blocker]:
    """A part says what."""
    return [] if part else [Blocker("pledge_empty", field=field)]


def faults_of_decision(*, body: str, ref: str, decided_on: date, minutes_url: str, at: datetime) -> list[Blocker]:
    """A linked decision says who decided, under which number, and on a day that has been."""
    faults = [Blocker("decision_body_missing", field="body")] if not body else []
    if not ref:
        faults.append(Blocker("decision_paragraph_missing", field="ref"))
    if decided_on > clock.day_of(at):
        faults.append(Blocker("decision_date_to_come", field="decided_on"))
    return faults + faults_of_link(minutes_url, "minutes_url")


def blockers_to_link(published: bool) -> list[Blocker]:
    """Decisions are linked to what has been answered."""
    return [] if published else [Blocker("feedback_not_published")]
