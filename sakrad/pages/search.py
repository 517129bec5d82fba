"""What somebody searches for, and what is made of the candidates that the index gives: which pass, in what order, how many. Pure."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from sakrad.consultations.lifecycle import Phase
from sakrad.core.text import Span, one_line
from sakrad.core.words import FINDABLE
from sakrad.directory.models import OrganisationKind
from sakrad.pages.search_kinds import ResultKind
from sakrad.pages.setup import quoted

LONGEST = 200  # characters of a search, or of what is chosen
SNIPPET = 230  # characters
BEFORE = 60  # characters of a snippet before the first word found
GAP = re.compile(r"(?<=[^\s.!?:…;,])[^\S\n]*\n\s*")  # after what is no whole sentence
YEAR = re.compile(r"(19|20)[0-9]{2}")
RANK = {kind.value: at for at, kind in enumerate(ResultKind)}
CODES: dict[str, frozenset[str]] = {
    "skede": frozenset(phase.value for phase in Phase if phase is not Phase.draft),
    "slag": frozenset(kind.value for kind in ResultKind),
    "organisationsslag": frozenset(kind.value for kind in OrganisationKind),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The words, and what is chosen among the results. The fields are the address's parameters; empty ones ask for nothing."""

    q: str = ""
    slag: str = ""
    kommun: str = ""
    forvaltning: str = ""  # its reference: of the chosen municipality's only
    lan: str = ""  # the county's code
    skede: str = ""
    grupp: str = ""
    amne: str = ""
    ar: str = ""
    organisationsslag: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen, without the words."""
        return {name: value for name in FACETS if (value := getattr(self, name))}

    @property
    def query(self) -> str:
        """The same as the query of an address, always in this order: equal searches read alike."""
        return urlencode({name: value for name in PARAMETERS if (value := getattr(self, name))})

    def but(self, **values: str) -> Asked:
        """The same search with something else chosen."""
        return dataclasses.replace(self, **values)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in PARAMETERS)


PARAMETERS = tuple(field.name for field in dataclasses.fields(Asked))
FACETS = PARAMETERS[1:]


def asked_of(args: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask for; what they cannot mean is left out."""
    found = {name: one_line(args.get(name))[:LONGEST].strip() for name in PARAMETERS}
    for name, codes in CODES.items():
        if found[name] not in codes:
            found[name] = ""
    if not YEAR.fullmatch(found["ar"]):
        found["ar"] = ""
    if not found["kommun"]:
        found["forvaltning"] = ""
    return Asked(**found)


def asked_in(query: str) -> Asked:
    """What the query of an address asks for: what `normalised` keeps of a search."""
    return asked_of(MultiDict(parse_qsl(query)))  # of what stands twice the first, as in an address


def normalised(args: Mapping[str, str]) -> str:
    """The search as the query of its address, known parameters only and in order: what is kept of a search that is followed."""
    return asked_of(args).query


def replaced(q: str, written: str, instead: str) -> tuple[str, str]:
    """One word of a search as it was typed, and the search with another in its place, the rest as it was typed.

    Args:
        written: the word as it is compared (core.search.Word).
    """
    q = unicodedata.normalize("NFC", q)
    for match in FINDABLE.finditer(q):
        if match[0].casefold() == written:
            return match[0], q[: match.start()] + instead + q[match.end() :]
    return written, q


# -- candidates


Of = Mapping[str, tuple[str, ...]]  # by facet, what something can be chosen by; values as the address has them


class Alike(NamedTuple):
    """Candidates that have the words in the same way, and can be chosen by the same."""

    numbers: tuple[int, ...]  # of their entries: larger the newer they are (core.search)
    titled: int  # 2 all the words stand in the title, 1 some, 0 none
    of: Of


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is chosen among candidates, best first, and what else could be chosen."""

    numbers: tuple[int, ...]
    counts: Mapping[str, Counter[str]]  # by facet and value: how many there would be if it were chosen, besides what else is
    without: Mapping[str, int]  # by facet that is chosen: how many there would be if it were not


def newest(candidates: Sequence[Alike], most: int) -> tuple[Sequence[Alike], bool]:
    """Of one candidate more than are looked at, the others; and whether there was one more."""
    if sum(len(alike.numbers) for alike in candidates) <= most:
        return candidates, False
    last = min(candidates, key=lambda alike: min(alike.numbers))
    fewer = tuple(sorted(last.numbers)[1:])
    return [alike for alike in candidates if alike is not last] + ([last._replace(numbers=fewer)] if fewer else []), True


def sift(candidates: Sequence[Alike], chosen: Mapping[str, str], others: Iterable[tuple[Of, int]] = ()) -> Sifted:
    """Put what has been chosen among candidates in order.

    Args:
        others: how many can be chosen by the same, whatever is chosen.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    ranked: dict[tuple[int, int], list[int]] = {}
    for numbers, titled, of in candidates:
        ranked.setdefault((-titled, RANK[of["slag"][0]]), []).extend(numbers)
        _add(counts, of, of, len(numbers))
    without = Counter(dict.fromkeys(chosen, sum(map(len, ranked.values()))))
    for of, many in others:
        failed = [name for name, value in chosen.items() if value not in of[name]]
        if len(failed) == 1:
            without[failed[0]] += many
            _add(counts, of, failed, many)
    return Sifted(tuple(one for best in sorted(ranked) for one in sorted(ranked[best], reverse=True)), counts, without)


def _add(counts: Mapping[str, Counter[str]], of: Of, names: Iterable[str], many: int) -> None:
    for name in names:
        for value in of[name]:
            counts[name][value] += many


# -- snippets


def told_apart(text: str) -> str:
    """A text on one line, its parts told apart: a heading, or a field without a full stop, runs into the next one otherwise."""
    return GAP.sub(lambda gap: " · " if gap[0].count("\n") > 1 else " ", text)


def snippet(text: str, marks: Callable[[str], Iterator[Span]]) -> Markup:
    """The part of a text where the words stand, marked. Without any, its beginning."""
    spans = [span for _, span in zip(range(40), marks(text), strict=False)]
    start = _start(text, spans)
    end = _end(text, start + SNIPPET)
    inside = [span for span in spans if span.start >= start and span.end <= end]
    body = marked(text[start:end], [Span(span.start - start, span.end - start) for span in inside])
    return ("… " if start else "") + body + (" …" if end < len(text) else "")


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """A text with the words marked; what is masked reads as a word."""
    parts: list[str] = []
    at = 0
    for span in spans:
        if span.start >= at:
            parts += [quoted(text[at : span.start]), "<mark>", escape(text[span.start : span.end]), "</mark>"]
            at = span.end
    parts.append(quoted(text[at:]))
    return Markup("".join(parts))  # noqa: S704 - each part of the text is escaped above


def _start(text: str, spans: Sequence[Span]) -> int:
    """Where the window begins in which most words stand, at a word."""
    if not spans or spans[-1].end <= SNIPPET:
        return 0
    best = max(spans, key=lambda first: sum(first.start <= span.start and span.end <= first.start + SNIPPET - BEFORE for span in spans))
    start = max(0, best.start - BEFORE)
    space = text.find(" ", start, best.start)
    return 0 if start == 0 else (space + 1 if space >= 0 else best.start)


def _end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 40, end)
    return space if space >= 0 else end
