"""When an answer may be submitted and published. Pure: every refusal is a blocker with its sentence in templates/blockers/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.consultations.models import QuestionKind
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

    @property
    def empty(self) -> bool:
        return not self.length and self.stance is None and not self.options


@dataclass(frozen=True, slots=True)
class Submission:
    """What is about to be sent."""

    dates: Dates
    answers: tuple[Written, ...]
    anchoring: AnchoringLevel | None
    wish: PublicationWish | None
    dissent_length: int = 0
    already_sent: bool = False  # word for word as the current version, which still stands


def blockers_to_submit(facts: Submission, received_at: datetime) -> list[Blocker]:
    """Why the answer may not be received at its arrival; no grace after closing (DESIGN.md §8, Time)."""
    found = _when(facts.dates, received_at)
    if all(answer.empty for answer in facts.answers):
        found.append(Blocker("position_nothing_written"))
    for answer in facts.answers:
        found += _about(answer)
    if facts.dissent_length > ANSWER_LIMIT:
        found.append(Blocker("position_dissent_too_long", {"over": facts.dissent_length - ANSWER_LIMIT}))
    if facts.anchoring is None:
        found.append(Blocker("position_anchoring_missing"))
    if facts.wish is None:
        found.append(Blocker("position_wish_missing"))
    if facts.already_sent:
        found.append(Blocker("position_already_sent"))
    return found


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


def blockers_to_publish(facts: Publication) -> list[Blocker]:
    """Why a received version may not be published; not publishing is always possible."""
    found = []
    if facts.disowned:
        found.append(Blocker("position_disowned"))
    if facts.wish is PublicationWish.municipality_only:
        found.append(Blocker("position_wish_private"))
    if not facts.verified:
        found.append(Blocker("position_unverified"))
    return found


def minutes_to_answer(kinds: Sequence[QuestionKind], background: str) -> int:
    """About how long it takes to read and answer, in whole minutes, rounded up to five: said before one begins."""
    minutes = minutes_to_read(background) + sum(MINUTES.get(kind, 8) for kind in kinds)
    return -(-minutes // 5) * 5
