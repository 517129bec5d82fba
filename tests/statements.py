"""Counts the SQL statements that a page needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from sakrad.core.db import db

LIMIT = 8  # statements of a public page (DESIGN.md §7)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent while the block runs; BEGIN and the like are not counted.

    with counted() as statements:
        client.get("/")
    assert len(statements) <= LIMIT
    """
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def keep_to(most: int, browser: Any, urls: list[str], add: Callable[[], object]) -> None:
    """Each page takes `most` statements, and no more of them when `add` has been done twice than when it was done once."""
    add()
    for url in urls:
        browser.get(url)  # the first look fills what the process keeps
    few = {url: _statements(browser, url) for url in urls}
    add()
    for url in urls:
        assert _statements(browser, url) <= few[url] <= most, url


def _statements(browser: Any, url: str) -> int:
    with counted() as statements:
        assert browser.get(url).status_code == 200, url
    return len(statements)
