"""What differs between two texts, in words.

Texts are people's, up to 20,000 characters, and the comparison runs while somebody waits: where comparing word by word
would cost too much, sentences are compared first, and words only within those that were exchanged for each other.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from flask import Flask

from sakrad.core.text import Span

WORD = re.compile(r"\w+|\s+|[^\w\s]")
SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]*\s*")
MOST_PAIRS = 60_000  # equal words to pair up: beyond that the comparison takes seconds
AROUND = 80  # code points shown on each side of a change where the rest is left out
ELLIPSIS = " … "
LINE_BEGINS = re.compile(r"(?<=\n)(?=\S)")
SENTENCE_BEGINS = re.compile(r"(?<=[.!?]\s)(?=[^\W\d_a-zåäö])")


class Kind(enum.StrEnum):
    """Whether a part stands in both texts, or in one of them."""

    same = "same"
    added = "added"
    removed = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words of one kind. Same and removed make the first text, same and added the second."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Part]:
    """How `before` became `after`, in order, as few long parts rather than many short."""
    words_before, words_after = WORD.findall(before), WORD.findall(after)
    head, tail = ends_in_common(words_before, words_after)
    middle = [words[head : len(words) - tail] for words in (words_before, words_after)]
    whole = chain([(Kind.same, words_before[:head])], _compared(*middle), [(Kind.same, words_before[len(words_before) - tail :])])
    return _joined(Part(kind, "".join(words)) for kind, words in whole)


def kept(before: str, after: str, span: Span) -> list[Span]:
    """Where those code points of the one text that stand in the other too stand there."""
    found: list[Span] = []
    old = new = 0
    for part in differences(before, after):
        length = len(part.text)
        if part.kind is Kind.same:
            start, end = max(span.start, old), min(span.end, old + length)
            if start < end:
                found.append(Span(start - old + new, end - old + new))
        old += length if part.kind is not Kind.added else 0
        new += length if part.kind is not Kind.removed else 0
    return found


def ends_in_common(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many characters, or words, at the start and then at the end are the same in both. They never overlap."""
    most = min(len(before), len(after))
    head = next((n for n in range(most) if before[n] != after[n]), most)
    tail = next((n for n in range(most - head) if before[-1 - n] != after[-1 - n]), most - head)
    return head, tail


def shortened(parts: Sequence[Part], around: int = AROUND) -> list[Part]:
    """The same with only the words next to each change: long unchanged parts are cut in the middle, if possible between sentences."""
    found = []
    for place, part in enumerate(parts):
        before = _whole_words(part.text[:around]).rstrip(" ") if place else ""
        after = _up_to_change(part.text, around) if place < len(parts) - 1 else ""
        cut = part.kind is Kind.same and len(part.text) > len(before) + len(after) + len(ELLIPSIS)
        gap = ELLIPSIS if place else ELLIPSIS.lstrip()
        found.append(Part(part.kind, before + gap + after) if cut else part)
    return found


def _up_to_change(text: str, around: int) -> str:
    """The end of the text: from where its line begins, or else the sentence, unless that is far back; then so many characters."""
    near = text[-2 * around :]
    for border in (LINE_BEGINS, SENTENCE_BEGINS):
        if begins := [found.start() for found in border.finditer(near)]:
            return near[begins[-1] :]
    return _whole_words(text[-around:][::-1])[::-1].lstrip(" ")


def _whole_words(text: str) -> str:
    """Without the piece of a word at the end; all of it where it is one long word."""
    return re.sub(r"(?<=\s)\S+\Z", "", text)


def _compared(before: Sequence[str], after: Sequence[str], *, by_words: bool = True) -> Iterator[tuple[Kind, Sequence[str]]]:
    if not before or not after or _pairs(before, after) > MOST_PAIRS:
        if by_words and before and after:
            yield from _by_sentence(before, after)
            return
        yield Kind.removed, before
        yield Kind.added, after
        return
    for code, from_, to, new_from, new_to in SequenceMatcher(None, before, after).get_opcodes():
        if code == "equal":
            yield Kind.same, before[from_:to]
        elif code == "replace" and not by_words:
            yield from _compared(WORD.findall("".join(before[from_:to])), WORD.findall("".join(after[new_from:new_to])), by_words=False)
        else:
            yield Kind.removed, before[from_:to]
            yield Kind.added, after[new_from:new_to]


def _by_sentence(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Kind, Sequence[str]]]:
    sentences = [[found for found in SENTENCE.findall("".join(words)) if found] for words in (before, after)]
    yield from _compared(*sentences, by_words=False)


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many pairs of equal words SequenceMatcher would look at; it leaves out what is common, such as spaces."""
    many = len(after) // 100 + 1 if len(after) >= 200 else len(after)
    first, second = Counter(before), Counter(after)
    return sum(first[word] * times for word, times in second.items() if times <= many)


def _joined(parts: Iterator[Part]) -> list[Part]:
    """Neighbours of one kind as one; a space between two changes belongs to both, so that a phrase is changed as a phrase."""
    found: list[Part] = []
    removed = added = ""
    gap = ""  # spaces after a change, which may turn out to lie between two
    for part in chain(parts, [Part(Kind.same, "")]):
        if part.kind is Kind.same:
            if (removed or added) and part.text.isspace() and not gap:
                gap = part.text
                continue
            found += [Part(kind, text) for kind, text in ((Kind.removed, removed), (Kind.added, added)) if text]
            text, removed, added, gap = gap + part.text, "", "", ""
            if text and found and found[-1].kind is Kind.same:
                found[-1] = Part(Kind.same, found[-1].text + text)
            elif text:
                found.append(Part(Kind.same, text))
        elif part.text:
            removed, added, gap = removed + gap, added + gap, ""
            removed, added = (removed + part.text, added) if part.kind is Kind.removed else (removed, added + part.text)
    return found


def init_app(app: Flask) -> None:
    """Register the filters for templates."""
    app.jinja_env.filters.update(differences=differences, shortened=shortened)
