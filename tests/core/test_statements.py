"""Statements that are built once: as many times as they have shapes, and the same answer as when they are built anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core.db import UTCDateTime, db
from sakrad.core.statements import built_once, day_of

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
def test_a_statement_is_built_once_for_each_shape(calls: list[tuple[Any, ...]], times: int) -> None:
    build, built = counted()
    statements = [build(*call)[0] for call in calls]
    assert len(built) == len(set(map(id, statements))) == times


def test_what_is_true_and_what_is_false_are_two_shapes_and_never_values() -> None:
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
