"""The passages that are compared: the sentences of answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sakrad.core import text
from sakrad.core.text import Span

FEWEST_WORDS = 5  # a shorter sentence says too little to be compared


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its words, and by whom and to what."""

    answer: int
    sender: int  # passages are alike only between different senders
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Exact words of an answer, in code points; `place` is the sentence's number within it."""

    answer: int
    sender: int
    place: int
    span: Span
    words: str


def passages(answers: Iterable[Said]) -> list[Passage]:
    """The sentences of the answers that are long enough, in order."""
    return [
        Passage(said.answer, said.sender, place, span, said.text[span.start : span.end])
        for said in answers
        for place, span in enumerate(text.sentences(said.text))
        if text.words(said.text[span.start : span.end]) >= FEWEST_WORDS
    ]
