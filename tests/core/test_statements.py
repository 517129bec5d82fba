"""Statements that are built once: as many times as they have shapes, and the same answer as when they are built anew."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.config import ROOT
from sakrad.core.db import UTCDateTime, db
from sakrad.core.statements import built_once, day_of, shared_alias
from sakrad.positions.models import PositionVersion

AT = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # the first of July in Stockholm


def counted() -> tuple[Any, list[dict[str, Any]]]:
    built: list[dict[str, Any]] = []

    @built_once
    def build(number: int | None, at: datetime, ids: Collection[int] = (), *, open_: bool = False, **more: Any) -> sa.Select[Any]:
        built.append({"number": number, "open": open_, **more})
        column = sa.literal(5).in_(ids) if ids != () else sa.false()
        return sa.select(sa.literal(number) if number is None else number, sa.type_coerce(at, UTCDateTime()), day_of(at), column)

    return build, built


@pytest.mark.parametrize(
    ("calls", "times"),
    [
        ([(1, AT), (2, AT), (3, datetime(2027, 1, 1, tzinfo=UTC))], 1),
        ([(1, AT), (None, AT), (2, AT), (None, AT)], 2),
        ([(1, AT, [1]), (1, AT, {2, 3}), (1, AT, frozenset({4}))], 1),
    ],
)
def test_a_statement_is_built_once_for_each_shape(app: Flask, calls: list[tuple[Any, ...]], times: int) -> None:
    build, built = counted()
    statements = [build(*call)[0] for call in calls]
    assert len(built) == len(set(map(id, statements))) == times


def test_what_is_true_and_what_is_false_are_two_shapes_and_never_values(app: Flask) -> None:
    build, built = counted()
    for open_ in (True, False, True):
        _statement, values = build(1, AT, open_=open_)
        assert "open_" not in values
    assert [one["open"] for one in built] == [True, False]


def test_each_call_answers_for_its_own_values(app: Flask) -> None:
    build, _built = counted()
    answers = [db.session.execute(*build(number, AT, ids)).one() for number, ids in ((1, [4, 5]), (2, [6]), (3, []))]
    assert [(row[0], row[1], row[2], bool(row[3])) for row in answers] == [
        (1, AT, date(2026, 7, 1), True),
        (2, AT, date(2026, 7, 1), False),
        (3, AT, date(2026, 7, 1), False),
    ]


def test_threads_that_begin_at_once_find_the_columns_of_the_alias() -> None:
    """Without a first look one of some fifteen aliases gave a thread the column of the table, and kept it."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(80):
            alias, begin, found = shared_alias(PositionVersion, "current"), threading.Barrier(4), list[str]()

            def look(alias: type[PositionVersion] = alias, begin: threading.Barrier = begin, found: list[str] = found) -> None:
                begin.wait()
                found.append(str(alias.wish.expression))

            threads = [threading.Thread(target=look) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert found == ["current.wish"] * 4
    finally:
        sys.setswitchinterval(usual)


def test_no_module_shares_an_alias_that_nobody_has_looked_into() -> None:
    sources = {path: path.read_text() for path in (ROOT / "sakrad").rglob("*.py")}
    assert not [path for path, source in sources.items() if re.search(r"^\w.*=.*\baliased\(", source, re.MULTILINE)], (
        "core.statements.shared_alias"
    )
