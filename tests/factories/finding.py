"""Entries of the search index, written as the commands' transactions write them."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.core import clock, search
from sakrad.core.db import transaction
from sakrad.core.search import Entry
from sakrad.pages.search_kinds import ResultKind
from tests.factories import LONG_AGO

_count = itertools.count(1)


def entry(kind: ResultKind = ResultKind.answer, of: Consultation | None = None, **values: Any) -> Entry:
    """Something to be found: in a consultation, in its municipality and of its groups, when there is one."""
    n = next(_count)
    if of is not None:
        if kind is ResultKind.consultation:
            values.setdefault("key", f"{kind}:{of.id}")
        values = {
            "consultation_id": of.id,
            "municipality_id": of.municipality_id,
            "unit_id": of.unit_id,
            "groups": "".join(f" {group.id}" for group in of.groups) + " ",
            "subjects": "".join(f" {subject.id}" for subject in of.subjects) + " ",
        } | values
    at: datetime = values.setdefault("at", LONG_AGO)
    values = {
        "key": f"{kind}:{n}",
        "part": f"test:{n}",
        "path": f"/provat/{n}",
        "title": f"Rubrik {n}",
        "year": clock.day_of(at).year,
    } | values
    return Entry(kind=kind.value, **values)


def save(*entries: Entry, at: datetime | None = None) -> None:
    """Have just these in the index, besides those of other parts."""
    with transaction():
        search.replace({one.part for one in entries}, entries, at=at or clock.now())
