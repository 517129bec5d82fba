"""What both sides are asked about the process, and how much of what they say readers may see. Pure.

The statements are measured against the six principles of civil society policy, which a local överenskommelse holds as well
(METHOD.md §2). Counts are shown when nobody more can answer, so that two readings a day apart do not tell what the
latest reply said; and never of fewer than five replies, nor so that one side's can be worked out from the other's.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from sakrad.responses.models import EvaluationRound

FEW = 5  # replies: fewer are not shown
STEPS = 5  # from 1, not at all, to 5, wholly
OPEN_FOR = timedelta(days=30)  # after they were asked
ROUNDS: dict[EvaluationRound, timedelta] = {EvaluationRound.feedback: timedelta(), EvaluationRound.year: timedelta(days=365)}


class Principle(enum.StrEnum):
    """The six principles."""

    independence = "independence"
    dialogue = "dialogue"
    quality = "quality"
    long_term = "long_term"
    openness = "openness"
    diversity = "diversity"


@dataclass(frozen=True, slots=True)
class Statement:
    """What one says how far one agrees with: the same words to both sides."""

    key: str  # the column of EvaluationReply
    words: Any  # lazy
    principle: Principle


STATEMENTS = (
    Statement("q1", _("Organisationerna kunde vara kritiska utan att riskera bidrag, avtal eller samarbete."), Principle.independence),
    Statement("q2", _("Frågorna gällde sådant som verkligen gick att påverka."), Principle.dialogue),
    Statement("q3", _("Det gick att tala med varandra på lika villkor."), Principle.dialogue),
    Statement("q4", _("Det fanns tid och underlag nog för genomtänkta svar."), Principle.quality),
    Statement("q5", _("Sammanställningen återger det som organisationerna sa."), Principle.quality),
    Statement("q6", _("Det som lovades följs upp, och samtalet fortsätter."), Principle.long_term),
    Statement("q7", _("Det går att se hur synpunkterna användes, och varför något inte blev av."), Principle.openness),
    Statement("q8", _("De som berörs kom till tals, också de som sällan blir hörda."), Principle.diversity),
)


class Whose(enum.StrEnum):
    """Whose replies a count is of. `both` only where neither side is large enough to be told by itself."""

    organisation = "organisation"
    official = "official"
    both = "both"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many chose each step from 1 to 5, and how many could not say."""

    counts: tuple[int, ...]
    unsure: int = 0

    @property
    def said(self) -> int:
        """How many could say."""
        return sum(self.counts)

    @property
    def agree(self) -> int:
        """How many chose 4 or 5."""
        return sum(self.counts[3:])

    def __add__(self, other: Tally) -> Tally:
        return Tally(tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)), self.unsure + other.unsure)


NOTHING = Tally((0,) * STEPS)


@dataclass(frozen=True, slots=True)
class Told:
    """What readers may see of one side, or of both together: a tally for each statement, by its key."""

    whose: Whose
    replies: int
    tallies: Mapping[str, Tally]

    def of(self, principle: Principle) -> Tally:
        """The statements of the principle together."""
        return sum((self.tallies[each.key] for each in STATEMENTS if each.principle is principle), NOTHING)


@dataclass(frozen=True, slots=True)
class Result:
    """One round of one consultation. `told` is empty while it is open, and where too few have answered."""

    round: EvaluationRound
    asked_at: datetime
    closes_at: datetime
    is_over: bool
    told: tuple[Told, ...] = ()

    def find(self, whose: Whose) -> Told | None:
        """What is told of the side, if it is."""
        return next((told for told in self.told if told.whose is whose), None)


def is_over(asked_at: datetime, unanswered: int, at: datetime) -> bool:
    """Whether nobody more can answer the round."""
    return unanswered == 0 or at >= asked_at + OPEN_FOR


def tell(sides: Iterable[Told]) -> tuple[Told, ...]:
    """What of the two sides readers may see: each that is large enough; or else both together, if they are so.

    Never one side and both together: what the other said would be the difference.
    """
    sides = [side for side in sides if side.replies]
    large = tuple(side for side in sides if side.replies >= FEW)
    together = _sum(Whose.both, sides)
    return large or ((together,) if together.replies >= FEW else ())


def pooled(results: Iterable[Result]) -> tuple[Told, ...]:
    """Several results together, side by side, of what each of them tells: nothing that one of them keeps back is added."""
    told = [each for result in results for each in result.told]
    return tuple(_sum(whose, these) for whose in Whose if (these := [each for each in told if each.whose is whose]))


def _sum(whose: Whose, sides: list[Told]) -> Told:
    tallies = {each.key: sum((side.tallies[each.key] for side in sides), NOTHING) for each in STATEMENTS}
    return Told(whose, sum(side.replies for side in sides), tallies)
