"""Swedish words as they are compared: stems, so that skola, skolan and skolornas meet, and the parts of compounds.

Snowball's Swedish stemmer does the work; what it misses is mended here (measured: it leaves "skolan" apart from "skola",
and knows nothing of compounds). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
FINDABLE = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")  # with numbers: what somebody may look for
PART = re.compile(r"[^\W_]+")
DEFINITE = re.compile(r"(?<=[^\W\d_]{3}a)n?s?$")  # skola|n|s: the ending that Snowball leaves
# Plurals that Snowball leaves apart from their singular: bostäder, cyklar, hemmet.
SINGULAR = {
    "städer": "stad",
    "böcker": "bok",
    "nätter": "natt",
    "söner": "son",
    "mödrar": "mor",
    "döttrar": "dotter",
    "stränder": "strand",
    "länder": "land",
}
PLURAL = re.compile(rf"({'|'.join(SINGULAR)})(?:na)?s?$")
WITHOUT_E = re.compile(r"([gbt]|(?<!c)k)l[ae]r(?:na)?s?$")  # cykel, cyklar
DOUBLED = re.compile(r"(?<=[^\W\d_]m)m(?:et|en)s?$")  # hem, hemmet
LONGEST = 80  # letters of a word that are compared
SHORTEST_PART = 4  # letters of a part of a compound
SHORTEST_COMPOUND = 8
# First parts of compounds that are shorter than that: förskola, hemtjänst. But "gemensam" is no compound of "ensam".
SHORT_FIRST = frozenset(
    """
    bad bil bok båt dag fot fri för hem hus hög kör lek låg lär mat nät råd rum sam sim sjö små snö sol syn tal tid tåg ung ute väg
    """.split()  # noqa: SIM905
)
# "kvinno- och tjejjour": what the first word is cut off before, where the last one ends so. With bounds on all that is repeated,
# since the search begins anew at each word: a text that was written to be slow is not.
CUT = re.compile(r"(?<![^\W_])((?:[^\W\d_]{1,60}-,?\s{1,3}){1,5})(?:och|eller|samt)\s{1,3}([^\W\d_]{1,60})(?![^\W_])")
LONGEST_TAIL = 30
LAST = """
    arbete bad barn bibliotek boende center central dag familj fest förbund förening församling förskola förvaltning fråga gata grupp
    gymnasium gård hall hem hjälp hus insats jobb jour klubb kommission kommitté kurs kväll kyrka lag liv lokal läger miljö mottagning
    nämnd omsorg organisation person plan plats politik rum råd sal skola stöd tjänst trafik undervisning ungdom utbildning verksamhet
    vård väg
"""
STOP = frozenset(
    """
    alla allt andra att av bara behöver bli blir blivit båda både bör de dem den denna deras dess dessa det detta dig din dina
    ditt du där därför då efter ej eller en er era ert ett fick finns fler flera från få får för före ge genom ger går gör göra ha
    hade han har hela hellre henne hennes hon honom hos hur här i icke inga ingen inget innan inne inom inte ja jag kan kommer
    kommunen kommunens kunde lite man med medan mellan men mer mest mig min mina mitt mot mycket många måste ni nog nu nya när
    nära någon något några och också om oss på redan samma samt sedan ser sig sin sina sitt ska skall skulle som så sådan sådana
    tar till trots under upp ur ut utan vad var vara varför varit varje vem vi vid vilka vilken vill väl vår våra vårt än ännu är
    även åt över
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


class Token(NamedTuple):
    """A word of a text: what it is compared by, and how it is written there."""

    stem: str
    written: str


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("swedish")


def stem(word: str) -> str:
    """What all forms of the word have in common, in small letters."""
    return _stem(word[:LONGEST])


def long_stem(word: str) -> str:
    """The stem with an s that may belong to it: that of hälsa, which hälsan has too."""
    return _long_stem(word[:LONGEST])


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    stemmed = _long_stem(word)
    # It takes the s of hållplats for a genitive, but not that of hållplatserna.
    return stemmed[:-1] if len(stemmed) > SHORTEST_PART and stemmed.endswith("s") and not stemmed.endswith("ss") else stemmed


@lru_cache(maxsize=50_000)
def _long_stem(word: str) -> str:
    singular = PLURAL.sub(lambda match: SINGULAR[match[1]], DOUBLED.sub("", WITHOUT_E.sub(r"\1el", word.casefold())))
    stemmed: str = _stemmer().stemWord(DEFINITE.sub("", singular))
    return stemmed


def is_compound(stem: str, last: str) -> bool:
    """Whether a stem is that of a compound with such a last part."""
    first = stem.removesuffix(last)
    return first != stem and (len(first) >= SHORTEST_PART or first in SHORT_FIRST)


def completed(text: str) -> Iterator[tuple[str, int, int]]:
    """The compounds that are cut short in a text, whole, and where they stand: kvinnojour, in "kvinno- och tjejjour"."""
    for match in CUT.finditer(text) if "-" in text else ():
        whole = match[2]
        tails = (whole[at:] for at in range(max(2, len(whole) - LONGEST_TAIL), len(whole) - 2))  # the longest first
        if tail := next((tail for tail in tails if long_stem(tail) in _last_parts()), ""):
            yield from ((first + tail, *match.span()) for first in PART.findall(match[1]))


@lru_cache(maxsize=1)
def _last_parts() -> frozenset[str]:
    return frozenset(map(long_stem, LAST.split()))


def tokens(text: str, vocabulary: Collection[str] = ()) -> Iterator[Token]:
    """The words that say something, in order. A compound gives its parts too, where the vocabulary knows them.

    Args:
        vocabulary: stems (see `vocabulary_of`).
    """
    for match in WORD.finditer(text):
        written = match[0].casefold()
        if len(written) < 3 or written in STOP:
            continue
        own = stem(written)
        yield Token(own, written)
        for part in split(written, vocabulary):
            yield Token(part, written)


def split(compound: str, vocabulary: Collection[str]) -> tuple[str, ...]:
    """The stems of a compound's two parts, with or without the s between them; nothing where the vocabulary knows no such parts."""
    if not SHORTEST_COMPOUND <= len(compound) <= LONGEST or not vocabulary:
        return ()
    for at in range(SHORTEST_PART, len(compound) - SHORTEST_PART + 1):  # the longest last part first: that is what it is a kind of
        last = stem(compound[at:])
        if last not in vocabulary:
            continue
        for first in (stem(compound[:at]), stem(compound[:at].removesuffix("s"))):
            if first in vocabulary:
                return first, last
    return ()


def vocabulary_of(texts: Collection[str], at_least: int = 2) -> frozenset[str]:
    """The stems that stand in at least so many of the texts, long enough to be parts of compounds."""
    counts: dict[str, int] = {}
    for text in texts:
        for one in {stem(match[0]) for match in WORD.finditer(text)}:
            counts[one] = counts.get(one, 0) + 1
    return frozenset(one for one, count in counts.items() if count >= at_least and len(one) >= SHORTEST_PART)
