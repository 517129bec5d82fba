"""What may be told of how members answered, and how it is read back.

Nobody's answer may be seen behind a number. Fewer than five answers are not told at all. An option that fewer than three
chose is "färre än 3", and nobody chose counts as few too: that all the others said yes tells what each one said. Since
the total is told, another number would give the few ones away; so the first option that has three or more is told only
as "minst": as low as it could be, whatever stands behind the few. Which option that is depends on nothing but which ones
are few, so that the choice tells nothing either. Where there is no such option, or it holds exactly three and the few are
none, no number of that question is told. A test holds, over all small cases, that no number that is left out can be worked
out by somebody who knows the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from sakrad.core import i18n
from sakrad.core.text import Span, masked

FEW = 3  # fewer than so many who chose an option are not told apart
LEAST_ANSWERED = 5  # fewer answers than so many are not told at all
Bounds = tuple[int, int | None]  # the least and the most that it can be; the most is None when it is not told


def bounds_of(counts: Sequence[int]) -> list[Bounds]:
    """What is told of how many chose each option of one question."""
    few = {index for index, count in enumerate(counts) if count < FEW}
    nothing: list[Bounds] = [(0, None)] * len(counts)
    if sum(counts) < LEAST_ANSWERED or len(few) == len(counts):
        return nothing
    if not few:
        return [(count, count) for count in counts]
    first = next(index for index in range(len(counts)) if index not in few)
    together = counts[first] + sum(counts[index] for index in few)
    if together == FEW:
        return nothing
    least = max(FEW, together - (FEW - 1) * len(few))
    told: list[Bounds] = [(count, count) for count in counts]
    for index in few:
        told[index] = (0, FEW - 1)
    told[first] = (least, None)
    return told


def stored(questions: Iterable[tuple[str, Sequence[str], Sequence[int]]], asked: int) -> list[dict[str, Any]]:
    """What a position keeps of each question (text, options, how many chose each): nothing but what may be told."""
    return [
        {
            "question": text,
            "options": [[option, *bounds] for option, bounds in zip(options, bounds_of(counts), strict=True)],
            "asked": asked,
            "answered": sum(counts),
        }
        for text, options, counts in questions
    ]


@dataclass(frozen=True, slots=True)
class Option:
    """One option and what is told of how many chose it."""

    text: str
    least: int
    most: int | None

    @property
    def exact(self) -> bool:
        return self.least == self.most

    @property
    def told(self) -> bool:
        """Whether anything is told at all."""
        return self.least > 0 or self.most is not None

    @property
    def words(self) -> str:
        """The number, or what is told in its place."""
        if self.exact:
            return i18n.number(self.least)
        if self.most is not None:
            return str(gettext("färre än %(count)s", count=self.most + 1))
        return str(gettext("minst %(count)s", count=i18n.number(self.least)) if self.told else gettext("visas inte"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its options."""

    text: str
    options: tuple[Option, ...]

    @property
    def whole(self) -> bool:
        """Whether every number is told."""
        return all(option.exact for option in self.options)


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """What members answered, as it is shown."""

    asked: int
    answered: int
    questions: tuple[Asked, ...]

    @property
    def whole(self) -> bool:
        return all(question.whole for question in self.questions)


def text_of(kept: Sequence[dict[str, Any]]) -> str:
    """The words of all questions and options, a line each: the one text that masks lie over (TextKind.member_question)."""
    return "\n".join(line for row in kept for line in (row["question"], *(option[0] for option in row["options"])))


def shown(kept: Sequence[dict[str, Any]], masks: Iterable[Span] = ()) -> MemberCounts | None:
    """What a draft or a version keeps, ready to be shown, under its masks; None where members have not been asked."""
    if not kept:
        return None
    lines = iter(masked(text_of(kept), masks).split("\n"))
    questions = [Asked(next(lines), tuple(Option(next(lines), least, most) for _text, least, most in row["options"])) for row in kept]
    return MemberCounts(kept[0]["asked"], kept[0]["answered"], tuple(questions))


def lines(kept: Sequence[dict[str, Any]]) -> list[str]:
    """The same in words, for a document: how many answered, and a paragraph for each question."""
    told = shown(kept)
    if told is None:
        return []
    said = gettext("%(answered)s av %(asked)s svarade.", answered=i18n.number(told.answered), asked=i18n.number(told.asked))
    asked = ["\n".join([question.text, *(f"{option.text}: {option.words}" for option in question.options)]) for question in told.questions]
    return [said, *asked]
