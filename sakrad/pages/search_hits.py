"""The results of a page of a search: where each stands, and the words around what was found."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from sakrad.consultations.queries_public import FULL_NAME
from sakrad.consultations.tongues import BY_KEY, Tongue
from sakrad.core import search
from sakrad.core.search import Wanted
from sakrad.core.search_index import SearchEntry
from sakrad.core.statements import built_once, read_columns, shared_alias
from sakrad.directory.models import Municipality, OrganisationKind
from sakrad.pages.search import marked, replaced, snippet, told_apart
from sakrad.pages.search_kinds import ResultKind

Lead = shared_alias(SearchEntry, "lead")  # the consultation of a result
BORDER = re.compile(r"(\d+)(\+?)([a-z]+)")  # see search_kinds


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: where it stands, and the words around what was found."""

    kind: ResultKind
    path: str  # without language
    name: str
    title: Markup  # the name, with what was found marked
    snippet: Markup
    at: datetime
    number: int | None  # of the question, finding or commitment
    unnamed: bool
    consultation: str
    municipality: str
    organisation_kind: OrganisationKind | None
    tongue: Tongue | None  # of the version in another language in which the words stand


def list_hits(wanted: Wanted, ids: Sequence[int]) -> tuple[Hit, ...]:
    """The results of a page, in their order, in one statement."""
    if not ids:
        return ()
    marks = search.marking(wanted)
    found: dict[int, Hit] = {}
    for row in read_columns(*_results(tuple(ids))):
        facts = json.loads(row.facts or "{}")
        where, tongue, title, text = _version(wanted, row.title, row.text, facts.get("versions", ""))
        found[row.id] = Hit(
            kind=ResultKind(row.kind),
            path=row.path + where,
            name=title,
            title=marked(title, list(marks(title))),
            snippet=snippet(told_apart(text), marks),
            at=row.at,
            number=facts.get("number"),
            unnamed=bool(facts.get("unnamed")),
            consultation=row.consultation or "",
            municipality=row.municipality or "",
            organisation_kind=OrganisationKind(row.organisation_kind) if row.organisation_kind else None,
            tongue=tongue,
        )
    return tuple(found[one] for one in ids if one in found)


@built_once
def _results(ids: Sequence[int]) -> sa.Select[Any]:
    entry = SearchEntry
    return (
        sa.select(
            entry.id,
            entry.kind,
            entry.path,
            entry.title,
            entry.text,
            entry.facts,
            entry.at,
            entry.organisation_kind,
            Lead.title.label("consultation"),
            FULL_NAME.label("municipality"),
        )
        .outerjoin(Lead, Lead.key == sa.literal(f"{ResultKind.consultation}:").concat(sa.cast(entry.consultation_id, sa.String)))
        .outerjoin(Municipality, Municipality.id == entry.municipality_id)
        .where(entry.id.in_(ids))
    )


def _version(wanted: Wanted, title: str, text: str, borders: str) -> tuple[str, Tongue | None, str, str]:
    """Of an original with versions in other languages, the one that has most of the words, the original first among equals.

    Its place below the original's path, its language, title and text.
    """
    starts = list(BORDER.finditer(borders))
    ends = [int(start[1]) for start in starts]
    original = text[: ends[0]] if ends else text
    words = [Wanted((word,)) for word in wanted.words]

    def has(said: str) -> int:
        return sum(next(search.marks(one, said), None) is not None for one in words)

    best: tuple[str, Tongue | None, str, str] = ("", None, title, original)
    most = has(f"{title}\n\n{original}") if starts else len(words)
    for start, begin, end in zip(starts, ends, [*ends[1:], len(text)], strict=True) if most < len(words) else ():
        said = text[begin:end]
        if (many := has(said)) > most:
            own, _, rest = said.partition("\n\n")
            best = (f"{'/sammanstallning' if start[2] else ''}/pa/{start[3]}", BY_KEY[start[3]], own.strip(), rest.strip())
            most = many
    return best


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that was found in the place of another."""

    typed: str
    instead: str
    q: str  # the search with it


def meant(q: str, wanted: Wanted, hits: Sequence[Hit]) -> tuple[Meant, ...]:
    """The words that were found in the place of others, as they stand in the results."""
    found: list[Meant] = []
    for word in wanted.words:
        if word.close:
            alone = Wanted((word,))
            shown = (text for hit in hits for text in (hit.name, unescape(hit.snippet.striptags())))
            instead = (text[span.start : span.end] for text in shown for span in search.marks(alone, text))
            for one in itertools.islice(instead, 1):
                typed, other = replaced(q, word.written, one)
                found.append(Meant(typed, one, other))
    return tuple(found)
