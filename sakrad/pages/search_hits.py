"""The results of a page of a search: where each stands, and the words around what was found."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import aliased

from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import search
from sakrad.core.db import db
from sakrad.core.search import Wanted
from sakrad.core.search_index import SearchEntry
from sakrad.core.statements import built_once
from sakrad.directory.models import Municipality, OrganisationKind
from sakrad.pages.search import marked, snippet
from sakrad.pages.search_kinds import ResultKind

Lead = aliased(SearchEntry, name="lead")  # the consultation of a result


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


def list_hits(wanted: Wanted, ids: Sequence[int]) -> tuple[Hit, ...]:
    """The results of a page, in their order, in one statement."""
    if not ids:
        return ()
    marks = functools.partial(search.marks, wanted)
    found: dict[int, Hit] = {}
    for row in db.session.execute(*_results(tuple(ids))):
        facts = json.loads(row.facts or "{}")
        found[row.id] = Hit(
            kind=ResultKind(row.kind),
            path=row.path,
            name=row.title,
            title=marked(row.title, list(marks(row.title))),
            snippet=snippet(row.text, marks),
            at=row.at,
            number=facts.get("number"),
            unnamed=bool(facts.get("unnamed")),
            consultation=row.consultation or "",
            municipality=row.municipality or "",
            organisation_kind=OrganisationKind(row.organisation_kind) if row.organisation_kind else None,
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


def meant(wanted: Wanted, hits: Sequence[Hit]) -> tuple[tuple[str, str], ...]:
    """The words that were found in the place of others, as they stand in the results."""
    found: list[tuple[str, str]] = []
    for word in wanted.words:
        if word.close:
            alone = Wanted((word,))
            shown = (text for hit in hits for text in (hit.name, unescape(hit.snippet.striptags())))
            instead = (text[span.start : span.end] for text in shown for span in search.marks(alone, text))
            found += [(word.written, one) for one in itertools.islice(instead, 1)]
    return tuple(found)
