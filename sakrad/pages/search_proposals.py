"""When nothing is found: the words that would find something alone, and others that may have been meant. Proposed, never applied.

The vocabulary knows also the words of answers that nobody may read yet. So a word is proposed only where readers find it now.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sakrad.core import search
from sakrad.core.db import db
from sakrad.core.search import Wanted, Word
from sakrad.core.search_index import SearchEntry, SearchWord
from sakrad.core.words import SHORTEST_COMPOUND, SHORTEST_PART
from sakrad.pages.search import replaced
from sakrad.pages.search_candidates import is_seen

MOST_COUNTED = 500  # hits of a word
MOST_NEAR = 3  # words spelled much like one
MOST_PARTED = 2  # ways to part a compound
MOST_TRIED = 6  # searches with other words
LONGEST = 40  # letters of a compound
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Alone:
    """A word of a search, and how many results it has without the others."""

    word: str
    count: int
    more: bool  # at least so many


@dataclass(frozen=True, slots=True)
class Other:
    """What may have been meant by a word."""

    words: tuple[Word, ...]
    written: str = ""  # "" for as it stands where it is found
    is_name: bool = False


def propose(q: str, wanted: Wanted, at: datetime) -> tuple[tuple[Alone, ...], tuple[str, ...]]:
    """The words that are found alone, and the searches that may have been meant. At most 3 statements."""
    counts = _counts(wanted, at) if len(wanted.words) > 1 else [0]
    alone = tuple(
        Alone(replaced(q, word.written, "")[0], min(count, MOST_COUNTED), count > MOST_COUNTED)
        for word, count in zip(wanted.words, counts, strict=True)
        if count
    )
    unknown = [word for word, count in zip(wanted.words, counts, strict=True) if not count]
    return alone, tuple(dict.fromkeys(_others(q, wanted, unknown, at))) if all(word.beginning or word.close for word in unknown) else ()


def _seen(wanted: Wanted, at: datetime, *columns: Any) -> sa.Select[Any]:
    index = search.numbered(search.all_of(wanted)).subquery()
    return sa.select(*columns).join(index, index.c.id == SearchEntry.id).where(is_seen(at)).order_by(index.c.newest.desc())


def _counts(wanted: Wanted, at: datetime) -> list[int]:
    """How many results each word has, one more than are counted at most."""
    each = []
    for number, word in enumerate(wanted.words):
        some = _seen(Wanted((word,)), at, SearchEntry.id).limit(MOST_COUNTED + 1).subquery()
        each.append(sa.select(sa.literal(number), sa.func.count()).select_from(some))
    return [count for _number, count in sorted(tuple(row) for row in db.session.execute(sa.union_all(*each)))]


def _others(q: str, wanted: Wanted, unknown: Sequence[Word], at: datetime) -> Iterator[str]:
    """The searches with something else in the place of each unknown word, that find something now."""
    others = _others_of(unknown) if unknown else []
    tried = list(itertools.islice(itertools.product(*others), MOST_TRIED))
    if not unknown or not tried:
        return
    each = []
    for number, instead in enumerate(tried):
        by_word = dict(zip(unknown, instead, strict=True))
        words = itertools.chain.from_iterable(by_word[word].words if word in by_word else (word,) for word in wanted.words)
        newest = _seen(Wanted(tuple(words)), at, SearchEntry.title, SearchEntry.text).limit(1).subquery()
        each.append(sa.select(sa.literal(number).label("number"), newest.c.title, newest.c.text))
    for number, title, text in sorted(tuple(row) for row in db.session.execute(sa.union_all(*each))):
        proposed = q
        for word, other in zip(unknown, tried[number], strict=True):
            written = other.written or _as_it_stands(other, f"{title}\n\n{text}")
            if not written:  # it stands in what is not shown
                break
            typed, _same = replaced(proposed, word.written, "")
            _typed, proposed = replaced(proposed, word.written, written.lower() if typed.islower() and not other.is_name else written)
        else:
            yield proposed


def _as_it_stands(other: Other, text: str) -> str:
    return next((text[span.start : span.end] for span in search.marks(Wanted(other.words), text)), "")


def _others_of(unknown: Sequence[Word]) -> list[list[Other]]:
    """For each word, those that begin alike and are spelled much like it, and its parts where both are known. One statement."""
    parted = {word: list(_parts(word.written)) for word in unknown}
    forms = {form for pairs in parted.values() for pair in pairs for part in pair for form in search.stems(part)}
    stem = SearchWord.stem
    which: list[sa.ColumnElement[bool]] = [stem.in_(sorted(forms))] if forms else []
    for word in unknown:
        first, length = word.written[:1], len(word.beginning or word.written)
        which.append(sa.and_(stem >= first, stem < first + LAST, sa.func.length(stem).between(length - 2, length + 2)))
    known = {row.stem: row.is_name for row in db.session.execute(sa.select(stem, SearchWord.is_name).where(sa.or_(*which)))}
    return [[*_near(word, known), *_parted(parted[word], known)] for word in unknown]


def _near(word: Word, known: dict[str, bool]) -> Iterator[Other]:
    stem = word.beginning or word.written
    far = 1 if len(stem) < 7 else 2
    others = sorted(one for one in known if one not in word.stems)
    for one, _distance, _at in process.extract(stem, others, scorer=OSA.distance, score_cutoff=far, limit=MOST_NEAR):
        yield Other((dataclasses.replace(word, stems=frozenset({one}), beginning="", close=False),), is_name=known[one])


def _parts(written: str) -> Iterator[tuple[str, str]]:
    """The ways to part a compound, with and without an s between its parts; the longest last part first: that is what it is a kind of."""
    if SHORTEST_COMPOUND <= len(written) <= LONGEST and written.isalpha():
        for at in range(SHORTEST_PART - 1, len(written) - SHORTEST_PART + 1):
            first, last = written[:at], written[at:]
            if first.endswith("s"):
                yield first[:-1], last
            yield first, last


def _parted(pairs: Sequence[tuple[str, str]], known: dict[str, bool]) -> Iterator[Other]:
    def is_known(part: str) -> bool:
        return any(form in known for form in search.stems(part))

    both = {last: (first, last) for first, last in reversed(pairs) if is_known(first) and is_known(last)}  # the first of each last part
    for first, last in itertools.islice(reversed(both.values()), MOST_PARTED):
        words = tuple(search.words_in(f"{first} {last}").values())
        if len(words) > 1:
            yield Other(words, written=f"{first} {last}")
