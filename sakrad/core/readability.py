"""How hard a Swedish text is to read: LIX, and the sentences that are too long. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sakrad.core.text import Span, runs_on

HARD = 50  # LIX from which a text reads like official prose
LONG_WORD = 7  # letters
LONG_SENTENCE = 25  # words
EASY, VERY_EASY = 30, 25  # LIX under which a text is easy to read, and very easy
LONG_EASY_SENTENCE = 14  # words, in a text that is to be easy to read
FEWEST_WORDS = 30  # under it LIX says nothing
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Where a line does not run on into the next: a blank line, an item of a list, a heading, a quotation or a row of a table.
BLOCK = re.compile(r"\n(?=[ \t]*(?:\n|[-*+#>|]|\d+[.)]\s))|(?<=\n)[ \t]*\n")
# A full stop that ends a sentence is followed by something that can begin one: "t.ex. nu" is no end.
END = re.compile(r"[.!?…]+[”\"')\]]*(?=\s+[”\"'(\[–-]*[A-ZÅÄÖÉ])")
# What only Markdown shows: marks in front of a line, around words, and where a link leads.
HEADS = re.compile(r"^[ \t]*(?:#{1,6}|>)[ \t]+", re.MULTILINE)
ITEMS = re.compile(r"^([ \t]*)[-*+](?=[ \t])", re.MULTILINE)
AROUND = re.compile(r"(?<!\w)[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?!\w)")
LINKED = re.compile(r"\[([^\]\n]+)\]\([^)\s]+\)")
MARKS = re.compile(r"^(?:[-*+#>|\s]|\d+[.)]\s)+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is like to read."""

    words: int
    sentences: int
    lix: int | None  # None: too short to say
    long: tuple[Span, ...]  # the sentences of too many words, as ranges of the text
    easy: bool = False  # it is to be easy to read, and is judged as such

    @property
    def is_hard(self) -> bool:
        """LIX says that most people would have to read it twice."""
        return self.lix is not None and self.lix >= (EASY if self.easy else HARD)

    @property
    def is_very_easy(self) -> bool:
        """Of a text that is to be easy."""
        return self.lix is not None and self.lix < VERY_EASY


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as templates/records/staff/_readings.html shows it to whoever writes it."""

    reading: Reading
    parts: list[tuple[str, bool]]  # and whether the part is a long sentence


def sentences(text: str) -> list[Span]:
    """The text's sentences in order, without Markdown's marks in front. An item of a list is at least one."""
    found = []
    start = 0
    for border in [*BLOCK.finditer(text), None]:
        stop = border.start() if border else len(text)
        begin = start
        for end in [*(match.end() for match in END.finditer(text, start, stop) if not runs_on(text, match.end())), stop]:
            found.append(_trimmed(text, begin, end))
            begin = end
        start = border.end() if border else stop
    return [span for span in found if WORD.search(text, span.start, span.end)]


def read(text: str, *, easy: bool = False) -> Reading:
    """Measure the text; `easy`: as one that is to be easy to read."""
    counted = [(span, WORD.findall(text, span.start, span.end)) for span in sentences(text)]
    words = [word for _span, found in counted for word in found]
    long_words = sum(len(word) >= LONG_WORD for word in words)
    lix = round(len(words) / len(counted) + 100 * long_words / len(words)) if len(words) >= FEWEST_WORDS else None
    most = LONG_EASY_SENTENCE if easy else LONG_SENTENCE
    return Reading(len(words), len(counted), lix, tuple(span for span, found in counted if len(found) > most), easy)


def parts(text: str, marked: tuple[Span, ...]) -> list[tuple[str, bool]]:
    """The text cut at the spans, which are in order and apart: each part, and whether it is one of them."""
    cut, at = [], 0
    for span in marked:
        cut += [(text[at : span.start], False), (text[span.start : span.end], True)]
        at = span.end
    return [part for part in [*cut, (text[at:], False)] if part[0]]


def shown(text: str, *, easy: bool = False) -> Shown | None:
    """The text without Markdown's marks and its long sentences marked, for whoever writes it; None where there are no words."""
    reading = read(text, easy=easy)
    cut = [(unmarked(part), is_long) for part, is_long in parts(text, reading.long)]
    return Shown(reading, cut) if reading.words else None


def unmarked(text: str) -> str:
    """The words on their lines, as a reader sees them: no Markdown's marks."""
    return AROUND.sub("", LINKED.sub(r"\1", ITEMS.sub(r"\1–", HEADS.sub("", text))))


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    lead = len(words) - len(words.lstrip())
    mark = MARKS.match(words[lead:])
    start += lead + (mark.end() if mark else 0)
    return Span(min(start, end), max(min(start, end), end - (len(words) - len(words.rstrip()))))
