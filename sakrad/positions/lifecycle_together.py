"""When an organisation may concur, name others, and stand behind a joint answer; and how each is counted once. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.core.errors import Blocker
from sakrad.positions.models.together import RESERVATION_LIMIT

V = TypeVar("V")
MOST_PARTIES = 50  # each of them gets a mail


@dataclass(frozen=True, slots=True)
class Target:
    """The answer that somebody wants to concur with. One that readers may not see is never told of: it is Missing."""

    dates: Dates
    own: bool  # the organisation's own answer
    answered: frozenset[int]  # numbers of the questions that it answers


def blockers_to_concur(facts: Target, question: int | None, reservation: int, at: datetime) -> list[Blocker]:
    """Why one may not concur with the answer, whole or to one question. `reservation` in code points."""
    found = []
    if phase(facts.dates, at) is not Phase.open:
        found.append(Blocker("concurrence_not_open"))
    if facts.own:
        found.append(Blocker("concurrence_with_oneself"))
    if question is not None and question not in facts.answered:
        found.append(Blocker("concurrence_nothing_answered", {"number": question}))
    return found + blockers_to_reserve(reservation)


def blockers_to_reserve(length: int) -> list[Blocker]:
    """Why the reservation, so many code points long, may not be saved."""
    over = length - RESERVATION_LIMIT
    return [Blocker("reservation_too_long", {"over": over})] if over > 0 else []


@dataclass(frozen=True, slots=True)
class Naming:
    """Somebody who is to be named as standing behind the answer."""

    is_lead: bool
    already: bool
    named: int


def blockers_to_name(facts: Naming) -> list[Blocker]:
    """Why the organisation may not be named."""
    found = []
    if facts.is_lead:
        found.append(Blocker("party_is_lead"))
    if facts.already:
        found.append(Blocker("party_already_named"))
    if facts.named >= MOST_PARTIES:
        found.append(Blocker("parties_too_many", {"most": MOST_PARTIES}))
    return found


@dataclass(frozen=True, slots=True)
class Joining:
    """A party that is asked whether it stands behind."""

    dates: Dates
    named: bool  # by the answer's latest version
    position_stands: bool  # neither disowned nor taken back
    is_lead: bool  # its address turned out to be the sender's own
    sealed: bool = False  # merged into another organisation


def blockers_to_stand_behind(facts: Joining, at: datetime) -> list[Blocker]:
    """Why the party may not say now that it stands behind: possible until the summary is published."""
    found = []
    if not facts.named:
        found.append(Blocker("party_dropped"))
    if not facts.position_stands:
        found.append(Blocker("party_answer_gone"))
    if facts.is_lead:
        found.append(Blocker("party_is_lead"))
    if facts.sealed:
        found.append(Blocker("party_merged"))
    match phase(facts.dates, at):
        case Phase.cancelled:
            found.append(Blocker("consultation_cancelled"))
        case Phase.draft | Phase.announced | Phase.open | Phase.compiling:
            pass
        case _:
            found.append(Blocker("party_summary_published"))
    return found


def blockers_to_step_back(facts: Joining) -> list[Blocker]:
    """Why the party may not say that it does not stand behind: nobody need stay named against their will, so hardly ever."""
    return [] if facts.named else [Blocker("party_dropped")]


# -- each organisation counts once


class How(enum.StrEnum):
    """In which way an organisation counts; in the order of precedence."""

    own = "own"
    joint = "joint"
    concurrence = "concurrence"


@dataclass(frozen=True, slots=True)
class Own(Generic[V]):
    """What an organisation's own published answer says on a question; None where it says nothing there."""

    organisation: int
    value: V | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A confirmed party of a published joint answer. `order`: of several, the one with the highest goes first."""

    position: int
    organisation: int
    order: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """A concurrence, in the published answer `position`, with the published answer `target` on the question."""

    position: int
    target: int


@dataclass(frozen=True, slots=True)
class Counted(Generic[V]):
    """How an organisation counts on a question: what it says, and in whose answer that stands."""

    organisation: int
    value: V
    how: How
    position: int  # its own answer, or the joint one


def each_once(own: Mapping[int, Own[V]], joined: Iterable[Joined], agreed: Iterable[Agreed]) -> list[Counted[V]]:
    """Every organisation at most once on one question: its own answer before a joint one before a concurrence.

    A concurrence takes over what the other says itself, never what the other concurs with in turn.

    Args:
        own: every readable position of the consultation, also those that say nothing on the question.
    """
    counted: dict[int, Counted[V]] = {}

    def count(how: How, organisation: int, position: int, spoken_in: int) -> None:
        said = own.get(spoken_in)
        if said is not None and said.value is not None and organisation not in counted:
            counted[organisation] = Counted(organisation, said.value, how, position)

    for position, said in own.items():
        count(How.own, said.organisation, position, position)
    for party in sorted(joined, key=lambda party: -party.order):
        count(How.joint, party.organisation, party.position, party.position)
    for one in sorted(agreed, key=lambda one: (one.position, one.target)):
        if one.position in own:
            count(How.concurrence, own[one.position].organisation, one.position, one.target)
    return list(counted.values())
