"""When an answer may be submitted and published. Pure: every refusal is a blocker with its sentence in templates/blockers/."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.consultations.models import QuestionKind
from sakrad.core.clock import day_of
from sakrad.core.errors import Blocker
from sakrad.core.text import minutes_to_read
from sakrad.positions.models import ANSWER_LIMIT, AnchoringLevel, PublicationWish, Stance

MINUTES = {QuestionKind.need: 5, QuestionKind.choice: 3, QuestionKind.open: 2}  # to answer one question; others take 8
WITH_REASON = (Stance.supports_with_reservations, Stance.opposes)


@dataclass(frozen=True, slots=True)
class Written:
    """What is written on one question. `length` in code points of the normalised text."""

    number: int
    kind: QuestionKind
    required: bool
    length: int = 0
    stance: Stance | None = None
    options: int = 0
    agreed: bool = False  # answered by concurring with somebody who answers it

    @property
    def empty(self) -> bool:
        return not self.length and self.stance is None and not self.options and not self.agreed


@dataclass(frozen=True, slots=True)
class Submission:
    """What is about to be sent."""

    dates: Dates
    answers: tuple[Written, ...]
    anchoring: AnchoringLevel | None
    wish: PublicationWish | None
    dissent_length: int = 0
    confirm_by_on: date | None = None  # of an answer that nobody has decided yet
    already_sent: bool = False  # word for word as the current version, which still stands
    agreements: int = 0  # concurrences with others' answers
    agreements_gone: tuple[str, ...] = ()  # whose answer is published no longer; empty for one without name
    survey_running: bool = False  # members are being asked, and what they answer goes with the answer
    approvals_needed: int = 0  # by the organisation's own rule; 0 where one person does everything
    approvals_given: int = 0  # of exactly these words, by members who may approve now


def blockers_to_submit(facts: Submission, received_at: datetime) -> list[Blocker]:
    """Why the answer may not be received at its arrival; no grace after closing (DESIGN.md §8, Time)."""
    found = _when(facts.dates, received_at) + _about_the_whole(facts)
    if facts.confirm_by_on is not None and facts.confirm_by_on <= day_of(received_at):
        found.append(Blocker("position_confirm_by_passed", {"day": facts.confirm_by_on}))
    if facts.approvals_given < facts.approvals_needed and not facts.already_sent:
        found.append(Blocker("position_not_approved", {"needed": facts.approvals_needed, "given": facts.approvals_given}))
    return found


def blockers_to_approve(facts: Submission, at: datetime) -> list[Blocker]:
    """Why nobody may approve the draft now: approvals are given to what can be sent, though it may not be open yet."""
    return _unless_before_opening(facts.dates, at) + _about_the_whole(facts)


def blockers_to_return(facts: Submission, at: datetime) -> list[Blocker]:
    """Why the draft may not be sent back to those who write it."""
    return _unless_before_opening(facts.dates, at)


def blockers_to_ask_for_approval(facts: Submission, approvers: int, at: datetime) -> list[Blocker]:
    """Why nobody may be asked to approve the draft now. `approvers` is how many of the members may approve."""
    found = blockers_to_approve(facts, at)
    if approvers < facts.approvals_needed:
        found.append(Blocker("approvers_too_few", {"needed": facts.approvals_needed, "approvers": approvers}))
    return found


class ApprovalStage(enum.StrEnum):
    """Where a draft stands on its way to be approved, as shown to the members."""

    not_asked = "not_asked"
    waiting = "waiting"
    returned = "returned"
    voided = "voided"
    approved = "approved"


def approval_stage(*, needed: int, given: int, waiting: int, returned: bool, voided: bool) -> ApprovalStage:
    """What matters most to whoever reads: that it may be sent, else why it may not.

    Args:
        waiting: members who have been asked and not answered.
        returned: somebody has sent it back, and nobody has been asked since.
        voided: an approval was voided by an edit, and nobody has been asked since.
    """
    if given and given >= needed:
        return ApprovalStage.approved
    if returned:
        return ApprovalStage.returned
    if voided:
        return ApprovalStage.voided
    return ApprovalStage.waiting if waiting or given else ApprovalStage.not_asked


def _about_the_whole(facts: Submission) -> list[Blocker]:
    found = []
    if all(answer.empty for answer in facts.answers) and not facts.agreements:
        found.append(Blocker("position_nothing_written"))
    for answer in facts.answers:
        found += _about(answer)
    found += [Blocker("concurrence_gone", {"whose": whose}) for whose in facts.agreements_gone]
    if facts.dissent_length > ANSWER_LIMIT:
        found.append(Blocker("position_dissent_too_long", {"over": facts.dissent_length - ANSWER_LIMIT}))
    if facts.anchoring is None:
        found.append(Blocker("position_anchoring_missing"))
    if facts.wish is None:
        found.append(Blocker("position_wish_missing"))
    if facts.survey_running:
        found.append(Blocker("survey_running"))
    if facts.already_sent:
        found.append(Blocker("position_already_sent"))
    return found


def _unless_before_opening(dates: Dates, at: datetime) -> list[Blocker]:
    """One may write, and approve, before the consultation opens."""
    return [] if phase(dates, at) is Phase.announced else _when(dates, at)


def _when(dates: Dates, at: datetime) -> list[Blocker]:
    match phase(dates, at):
        case Phase.open:
            return []
        case Phase.announced:
            return [Blocker("position_before_opening", {"opens_at": dates.opens_at})]
        case Phase.draft:
            return [Blocker("position_not_announced")]
        case Phase.cancelled:
            return [Blocker("position_cancelled")]
        case _:
            return [Blocker("position_closed", {"closes_at": dates.closes_at})]


def _about(answer: Written) -> list[Blocker]:
    found = []
    if answer.required and answer.empty:
        found.append(Blocker("position_required_empty", {"number": answer.number}))
    if answer.stance in WITH_REASON and not answer.length:
        found.append(Blocker("position_reason_missing", {"number": answer.number, "stance": answer.stance}))
    if answer.length > ANSWER_LIMIT:
        found.append(Blocker("position_too_long", {"number": answer.number, "over": answer.length - ANSWER_LIMIT}))
    return found


@dataclass(frozen=True, slots=True)
class Publication:
    """What the review for publication looks at."""

    verified: bool
    wish: PublicationWish | None
    disowned: bool
    withdrawn: bool = False


def blockers_to_publish(facts: Publication) -> list[Blocker]:
    """Why a received version may not be published; not publishing is always possible."""
    found = []
    if facts.disowned:
        found.append(Blocker("position_disowned"))
    if facts.withdrawn:
        found.append(Blocker("position_withdrawn"))
    if facts.wish is PublicationWish.municipality_only:
        found.append(Blocker("position_wish_private"))
    if facts.wish is None:  # entered for a sender who did not say
        found.append(Blocker("position_wish_unknown"))
    if not facts.verified:
        found.append(Blocker("position_unverified"))
    return found


def minutes_to_answer(kinds: Sequence[QuestionKind], background: str) -> int:
    """About how long it takes to read and answer, in whole minutes, rounded up to five: said before one begins."""
    minutes = minutes_to_read(background) + sum(MINUTES.get(kind, 8) for kind in kinds)
    return -(-minutes // 5) * 5
