"""Words as they are looked for: what a text is found by, what somebody asked for, and where it stands in a text."""

from __future__ import annotations

import dataclasses
import functools
import heapq
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sakrad.core import words
from sakrad.core.db import Base, db
from sakrad.core.search_index import SearchWord
from sakrad.core.statements import among
from sakrad.core.text import Span

MOST_WORDS = 6  # of a search
MOST_BEGINNINGS = 200  # words that begin with it, one by one: beyond that they are left to the databases
MOST_COMPOUNDS = 200  # that a word is the last part of
MOST_CLOSE = 3  # names that a misspelled word may mean
SHORTEST_BEGINNING = 4  # letters that stand for every word that begins so, and every compound that ends so
LONGEST = 80  # letters of a stem that are compared
LAST = "\U0010ffff"
WORD = Base.metadata.tables[SearchWord.__tablename__]


def forms(written: str) -> Iterator[str]:
    """What a written word is found by: its stems, and those of what stands between its hyphens."""
    parts = words.PART.findall(written)
    if len(parts) > 1:
        yield from _stems("".join(parts))
    for part in parts:
        if _says_anything(part):
            yield from _stems(part)


def stems(text: str) -> set[str]:
    """What a text is found by."""
    plain = _plain(text)
    written = [match[0] for match in words.FINDABLE.finditer(plain)] + [whole for whole, _start, _end in words.completed(plain)]
    return {form for one in written if _says_anything(one) for form in forms(one)}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _stems(word: str) -> tuple[str, ...]:
    """The stem, with and without an s that may belong to it: Snowball takes it off kurs but not off kurser."""
    long = words.long_stem(word)[:LONGEST]
    return (long[:-1], long) if len(long) > 3 and long.endswith("s") and not long.endswith("ss") else (long,)


def _says_anything(word: str) -> bool:
    return word not in words.STOP and (len(word) > 1 or word.isdigit())


# -- asking


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for: an entry has it when it has one of `stems`, or a word that begins or ends with `beginning`.

    Both are looked up among the words that stand in the index, and are then among `stems`: which the databases find much faster.
    """

    written: str
    stems: frozenset[str]
    beginning: str = ""  # "" for a word so short that it stands only for itself
    is_listed: bool = False  # all that begins so is among `stems`
    close: bool = False  # nobody has written it: `stems` are names that are spelled much like it

    def found_in(self, stem: str) -> bool:
        """Whether a word with this stem is what was asked for."""
        if stem in self.stems:
            return True
        return bool(self.beginning) and (stem.startswith(self.beginning) or words.is_compound(stem, self.beginning))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, all of it: an entry is a hit when it has every word. No words: nothing was asked for."""

    words: tuple[Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


def parse(q: str) -> Wanted:
    """What somebody who typed this is looking for. At most two statements."""
    asked = words_in(q)
    return Wanted(_widened(asked)) if asked else Wanted()


def words_in(q: str) -> dict[str, Word]:
    """The first words of a search that say something, by their stems."""
    asked: dict[str, Word] = {}
    for match in words.FINDABLE.finditer(_plain(q)):
        if _says_anything(match[0]) and len(asked) < MOST_WORDS:
            whole = "".join(words.PART.findall(match[0]))
            found = _stems(whole)
            beginning = next((one for one in (*found, whole) if len(one) >= SHORTEST_BEGINNING and one.isalpha()), "")  # möte, not möt
            asked.setdefault(found[-1], Word(match[0], frozenset(found), beginning))
    return asked


def _widened(asked: dict[str, Word]) -> tuple[Word, ...]:
    """With the compounds that end with a word; and names that are spelled much like it, where nobody has written the word."""
    known: dict[str, set[str]] = {}
    values: dict[str, str] = {}
    for n, (stem, word) in enumerate(asked.items()):
        values |= {f"asked{n}": stem, f"short{n}": min(word.stems), f"long{n}": max(word.stems)}
        if word.beginning:
            values |= {f"first{n}": word.beginning, f"last{n}": word.beginning[::-1]}
    for stem, found in db.session.execute(_known(tuple(bool(word.beginning) for word in asked.values())), values):
        known.setdefault(stem, set()).add(found)
    unknown = [stem for stem, word in asked.items() if stem not in known and word.beginning]
    names = _names_like(unknown) if unknown else {}
    return tuple(
        dataclasses.replace(word, stems=names[stem], beginning="", close=True)
        if names.get(stem)
        else dataclasses.replace(
            word, stems=word.stems | known.get(stem, set()), is_listed=_begun(word, known.get(stem, ())) <= MOST_BEGINNINGS
        )
        for stem, word in asked.items()
    )


def _begun(word: Word, found: Collection[str]) -> int:
    return sum(one.startswith(word.beginning) for one in found)


@functools.cache
def _known(begin: tuple[bool, ...]) -> Any:
    """The stems of the index that have something to do with each word, of which some stand for all that begins or ends so."""
    parts = []
    for n, begins in enumerate(begin):
        names = ("asked", "short", "long", "first", "last")
        asked, short, long, first, last = (sa.bindparam(f"{name}{n}", type_=sa.String) for name in names)
        parts.append(_some(asked, sa.or_(WORD.c.stem == short, WORD.c.stem == long), 1))
        if begins:
            parts.append(_some(asked, _from(WORD.c.stem, first), MOST_BEGINNINGS + 1))
            before = sa.func.length(WORD.c.stem) - sa.func.length(first)
            short_first = among(sa.func.substr(WORD.c.stem, 1, before, type_=sa.String), sorted(words.SHORT_FIRST))
            compound = sa.or_(before >= words.SHORTEST_PART, short_first)
            parts.append(_some(asked, sa.and_(_from(WORD.c.reversed, last), compound), MOST_COMPOUNDS))
    return sa.union_all(*parts)


def _some(asked: sa.ColumnElement[str], which: sa.ColumnElement[bool], at_most: int) -> Any:
    """The first stems of the index of which it is true, each with the stem that was asked for."""
    first = sa.select(WORD.c.stem).where(which).order_by(WORD.c.reversed).limit(at_most).subquery()
    return sa.select(asked, first.c.stem)


def _from(column: sa.ColumnElement[str], beginning: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.and_(column >= beginning, column < beginning.concat(LAST))


def _names_like(unknown: Sequence[str]) -> dict[str, frozenset[str]]:
    """The names that differ from each word by a letter or two, the closest only."""
    shortest, longest = min(map(len, unknown)) - 2, max(map(len, unknown)) + 2
    named = sa.select(WORD.c.stem).where(WORD.c.is_name, sa.func.length(WORD.c.stem).between(shortest, longest))
    names = sorted(db.session.scalars(named))
    like = {}
    for stem in unknown:
        far = 1 if len(stem) < 7 else 2
        found = process.extract(stem, names, scorer=OSA.distance, score_cutoff=far, limit=MOST_CLOSE)
        like[stem] = frozenset(name for name, distance, _at in found if distance == found[0][1])
    return like


def marks(wanted: Wanted, text: str) -> Iterator[Span]:
    """Where the words stand in a text: what to mark in it."""
    return marking(wanted)(text)


def marking(wanted: Wanted) -> Callable[[str], Iterator[Span]]:
    """The same for many texts, in which most words are written many times."""

    @functools.cache
    def is_wanted(written: str) -> bool:
        plain = _plain(written)
        return _says_anything(plain) and any(word.found_in(form) for form in forms(plain) for word in wanted.words)

    def marks_in(text: str) -> Iterator[Span]:
        written = ((match[0], *match.span()) for match in words.FINDABLE.finditer(text))
        whole = list(words.completed(text))
        for one, start, end in heapq.merge(written, whole, key=lambda found: found[1]) if whole else written:
            if is_wanted(one):
                yield Span(start, end)

    return marks_in
