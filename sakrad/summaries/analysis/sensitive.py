"""Passages likely to hold what should not be published unseen: names, numbers, addresses, health and other sensitive facts.

A help for the review before publication, never its replacement. Rules and lists only, so that each find can say which words
made it. What is sensitive is what tells of somebody in particular (GDPR article 9): "personer med adhd" is the matter
itself, "min son har adhd" is not. Precision is held by a labelled sample in the tests.
"""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from stdnum.exceptions import ValidationError
from stdnum.se import personnummer

from sakrad.core import text
from sakrad.core.text import Span

DATA = Path(__file__).parent.parent / "data"


class Fact(enum.StrEnum):
    """What kind of fact it may be."""

    personal_number = "personal_number"
    phone = "phone"
    email = "email"
    address = "address"
    name = "name"
    health = "health"
    belief = "belief"  # religion, opinion, union
    intimate = "intimate"  # sexual life and orientation, violence and protection
    offence = "offence"


@dataclass(frozen=True, slots=True)
class Find:
    """Exact words that may be such a fact, how sure the rule is (of 1), and which words made it."""

    fact: Fact
    span: Span
    score: float
    words: tuple[str, ...]


NUMBER = re.compile(r"(?<![\d-])(?:19|20)?\d{6}[-+ ]?\d{4}(?![\d-])")
WRITTEN_OUT = re.compile(r"(?<![\d-])(?:19|20)?\d{6}-(?:\d{4}|[xX*]{4})(?![\d-])")
PHONE = re.compile(r"(?<![\w/-])(?:\+46[ -]?(?:\(0\))?|0)[1-9]\d{0,2}[ /-]{0,3}\d{2,3}(?:[ -]?\d{2,3}){1,3}(?![\d-])")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
STREET = re.compile(
    r"\b(?!(?:På|I|Vid|Från|Till|Längs|Utmed) )(?:[A-ZÅÄÖ]\w+ ){0,2}(?:[A-ZÅÄÖ][\w-]*)?"
    r"(?:gatan|vägen|gränd|gränden|stigen|torget|allén|backen|plan|leden|liden|gata|väg)"
    r"(?: [a-zåäö]+){0,1} ?\d{1,3}(?: ?[A-Z]\b)?(?![\w%])(?! ?(?:öre|kr|procent|%))"
)
CAPITAL = r"[A-ZÅÄÖÉÜ][a-zåäöéüæøš]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?"
WORD = re.compile(rf"{CAPITAL}|[A-ZÅÄÖ](?=\.| [A-ZÅÄÖ])")
SURNAME = re.compile(
    r"(?:sson|qvist|kvist|ström|berg|gren|lund|mark|dahl|holm|blom|ström|strand|stedt|én|élius|ling|man|feldt|hult|rud)s?$"
)
SAINT = re.compile(r"(?:Sankta?|S:ta?|St\.?|Santa|Kung|Drottning|Prins|Prinsessan|Gustav) $")
SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:\n])\s*[”\"–-]?\s*$")
DOES = re.compile(r" (?:har|är|var|fick|bor|sa|säger|kan|vill|berättar|hade|blev|och) ")


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Common given names in Sweden."""
    lines = (DATA / "fornamn.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@lru_cache(maxsize=1)
def _lists() -> dict[str, re.Pattern[str]]:
    """The lists of data/kansliga-ord.toml, each as a pattern; * stands for any ending."""
    told = tomllib.loads((DATA / "kansliga-ord.toml").read_text(encoding="utf-8"))
    lists = {name: re.split(r"[,\n]+", words) for name, words in told.items()}
    joined = {
        name: "|".join(re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", " ") for word in words if word.strip())
        for name, words in lists.items()
    }
    patterns = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in joined.items()}
    one = re.compile(rf"\b(?:en|ett|vår|vårt|enda|våra|oss) (?:\w+ ){{0,2}}?(?:{joined['one_of_us']})\b", re.IGNORECASE)
    return patterns | {
        "somebody": re.compile(f"{patterns['somebody'].pattern}|{one.pattern}", re.IGNORECASE),
        "titles": re.compile(rf"\b(?i:{joined['titles']}) (?P<name>{CAPITAL}(?: {CAPITAL})?)"),
        "named_after": re.compile(rf"s? ?(?:{joined['named_after']})\b"),
    }


def finds(words: str) -> list[Find]:
    """What the text may hold, in the order in which it stands. Of finds in the same words the surer one is told."""
    exact = [
        *_numbers(words),
        *_phones(words),
        *_matches(words, EMAIL, Fact.email, 0.99),
        *_matches(words, STREET, Fact.address, 0.9),
        *_names(words),
    ]
    taken: list[Find] = []
    for find in sorted(exact, key=lambda one: (-one.score, one.span.start)):
        if all(find.span.end <= other.span.start or find.span.start >= other.span.end for other in taken):
            taken.append(find)
    return sorted([*taken, *_sensitive(words)], key=lambda one: (one.span.start, one.span.end))


def _matches(words: str, pattern: re.Pattern[str], fact: Fact, score: float) -> Iterator[Find]:
    for match in pattern.finditer(words):
        yield Find(fact, Span(*match.span()), score, (match[0],))


def _numbers(words: str) -> Iterator[Find]:
    for match in NUMBER.finditer(words):
        try:
            personnummer.validate(match[0].replace(" ", "-") if " " in match[0] else match[0])
        except ValidationError:
            if not WRITTEN_OUT.fullmatch(match[0]) or not _is_day(match[0]):
                continue
            yield Find(Fact.personal_number, Span(*match.span()), 0.7, (match[0],))
        else:
            yield Find(Fact.personal_number, Span(*match.span()), 0.99, (match[0],))
    for match in WRITTEN_OUT.finditer(words):
        if not match[0][-1].isdigit() and _is_day(match[0]):
            yield Find(Fact.personal_number, Span(*match.span()), 0.9, (match[0],))


def _is_day(number: str) -> bool:
    """Whether the six digits can be somebody's day of birth; organisation numbers have 20 or more for a month."""
    month, day = int(number[-9:-7]), int(number[-7:-5])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _phones(words: str) -> Iterator[Find]:
    for match in PHONE.finditer(words):
        digits = sum(letter.isdigit() for letter in match[0])
        if 8 <= digits <= 13 and not NUMBER.fullmatch(match[0]):
            yield Find(Fact.phone, Span(*match.span()), 0.95, (match[0],))


def _names(words: str) -> Iterator[Find]:
    run: list[re.Match[str]] = []
    for match in [*WORD.finditer(words), None]:
        joined = bool(run) and match is not None and words[run[-1].end() : match.start()] in (" ", ". ", ".")
        if not joined:
            yield from _name_of(words, run)
            run = []
        if match is not None:
            run.append(match)
    for match in _lists()["titles"].finditer(words):
        if not _lists()["named_after"].match(words[match.end() :].lstrip()) and not _is_start(match["name"]):
            yield Find(Fact.name, Span(*match.span("name")), 0.8, (match[0],))


def _is_start(name: str) -> bool:
    """Whether it is no name but how a sentence goes on: titles stand before words with capitals too."""
    return name in ("Vi", "Det", "Den", "Jag", "Kommunen", "Nämnden", "Sverige", "Sveriges", "I", "På", "För")


def _name_of(words: str, run: list[re.Match[str]]) -> Iterator[Find]:
    """A name in words with capitals that follow each other: from a given name to the last of them."""
    names = given_names()
    for at, first in enumerate(run):
        base = first[0] if first[0] in names else first[0].removesuffix("s")
        if base not in names or _lists()["named_after"].match(words[run[-1].end() :].lstrip(" ")) or SAINT.search(words[: first.start()]):
            continue
        rest = run[at + 1 :]
        if rest:
            span = Span(first.start(), run[-1].end())
            sure = 0.95 if any(SURNAME.search(one[0]) or one[0] in names for one in rest) else 0.75
            yield Find(Fact.name, span, sure, tuple(one[0] for one in run[at:]))
        elif not SENTENCE_BEGINS.search(words[: first.start()]) or DOES.match(words[first.end() :]):
            yield Find(Fact.name, Span(*first.span()), 0.6, (first[0],))
        return


def _sensitive(words: str) -> Iterator[Find]:
    lists = _lists()
    for span in text.sentences(words):
        sentence = words[span.start : span.end]
        named = (name for name in WORD.finditer(sentence) if name.start() and name[0] in given_names())
        somebody = lists["somebody"].search(sentence) or next(named, None)
        if somebody is None:
            continue
        for fact in (Fact.health, Fact.belief, Fact.intimate, Fact.offence):
            match = lists[fact.value].search(sentence)
            if match is not None:
                yield Find(fact, span, 0.6 if lists["many"].search(sentence) else 0.85, (somebody[0], match[0]))
