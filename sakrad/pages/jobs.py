"""Work by the clock: addresses that are needed no more are forgotten, the search index is put in order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sakrad.core import jobs, search
from sakrad.pages import search_writer
from sakrad.pages.commands import forget_addresses

PAGES = 100  # of the search index, that are written while others wait

jobs.every("forget_disclosure_addresses", timedelta(days=1))
jobs.every("merge_search", timedelta(days=7))


@jobs.handles("forget_disclosure_addresses")
def forget(_payload: dict[str, Any], at: datetime) -> None:
    """Of those who asked for documents."""
    forget_addresses(at)


@jobs.handles("reindex_search", long=True)
def reindex_search(_payload: dict[str, Any], at: datetime) -> None:
    """After an upgrade, or when the operator asks for it."""
    search_writer.rebuild(at=at)


@jobs.handles("merge_search", long=True)
def merge_search(_payload: dict[str, Any], _at: datetime) -> None:
    """In steps so short that nobody waits."""
    for _step in search.merge(PAGES):
        pass
