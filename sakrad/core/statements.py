"""Statements that are built once. Putting a large one together anew takes ten times as long as having it answered."""

from __future__ import annotations

import enum
import functools
import inspect
import threading
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.core import clock
from sakrad.core.db import ALONE, UTCDateTime, db

MANY = 128  # shapes of one statement that are kept; beyond that it is built for each call
TYPES: dict[type, Any] = {datetime: UTCDateTime(), date: sa.Date(), int: sa.Integer(), str: sa.String(), float: sa.Float()}
P = ParamSpec("P")
S = TypeVar("S")
M = TypeVar("M")
_building = threading.RLock()


def shared_alias(entity: type[M], name: str | None = None) -> type[M]:
    """An alias that statements of several threads share: every one that stands in a module.

    At its first look for a column SQLAlchemy puts an index of them together in place. A thread that looks meanwhile may not find
    its own, is given the column of the table itself, and the process keeps that: its statements then join the table with
    everything. So the first look is taken here, before there are threads.
    """
    made: type[M] = aliased(entity, name=name)
    sa.inspect(made).selectable.corresponding_column(next(iter(sa.inspect(entity).local_table.c)))
    return made


def built_once(build: Callable[P, S]) -> Callable[P, tuple[S, dict[str, Any]]]:
    """Above a function that builds a statement from values: calls give the statement and its values, for `execute(*…)`.

    The function is called with a parameter in place of each instant, day, number, text, and collection of ids. What is
    None, true, false, of an enum, or a function decides the shape of the statement, which is built once for each, and for each database.
    """
    names = tuple(inspect.signature(build).parameters)
    built: dict[tuple[Any, ...], S] = {}

    @functools.wraps(build)
    def prepared(*args: P.args, **kwargs: P.kwargs) -> tuple[S, dict[str, Any]]:
        given: dict[str, Any] = {**dict(zip(names, args, strict=False)), **kwargs}
        shape: list[Any] = [db.engine.dialect.name]
        values: dict[str, Any] = {}
        for name, value in given.items():
            kind = type(value)
            if kind in TYPES:
                shape += (name, kind)
                values[name] = value
                if kind is datetime:
                    values[f"{name}_day"] = clock.day_of(value)
            elif value is None or kind is bool or isinstance(value, enum.Enum) or callable(value):
                shape += (name, value)
            else:
                values[name] = list(value)
                shape += (name, list)
        key = tuple(shape)
        statement = built.get(key)
        if statement is None:
            make: Any = build
            with _building:  # the first look into its subqueries is taken here too, before threads share them: see shared_alias
                statement = make(**{name: _parameter(name, value) if name in values else value for name, value in given.items()})
                statement.compile(dialect=db.engine.dialect)
            if len(built) < MANY:
                built[key] = statement
        return statement, values

    return prepared


def read_columns(statement: sa.Select[*tuple[Any, ...]], values: dict[str, Any]) -> sa.Result[*tuple[Any, ...]]:
    """`db.session.execute`, for columns that are only read, at three quarters of its price: the ORM has nothing to do with them.

    But for one thing: where the site is of one municipality alone, it puts in that condition (pages/alone.py).
    """
    session = db.session()
    if session.info.get(ALONE) is not None:
        return session.execute(statement, values)
    session.flush()  # as `execute` does
    return session.connection().execute(statement, values)


def _parameter(name: str, value: Any) -> sa.BindParameter[Any]:
    kind = TYPES.get(type(value))
    return sa.bindparam(name, type_=kind) if kind else sa.bindparam(name, type_=sa.Integer(), expanding=True)


def day_of(at: Any) -> Any:
    """The day in Stockholm of an instant, for a condition: also of the parameter that stands for it in `built_once`."""
    return sa.bindparam(f"{at.key}_day", type_=sa.Date()) if isinstance(at, sa.BindParameter) else clock.day_of(at)


# SQLAlchemy writes a collection of values, and the separator of aggregate_strings, into the text of a statement each time that it
# executes it, also of one that was built once. With these two nothing is left to write in: for what is the same each time.


def among(column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """`column.in_(values)`, for values that are the same each time."""
    found: sa.ColumnElement[bool] = column.in_([sa.literal(value, column.type) for value in values])
    return found


def strings(column: sa.ColumnElement[str], separator: str) -> sa.ColumnElement[str]:
    """`aggregate_strings`, with a separator that is our own."""
    mark: Any = sa.literal_column(f"'{separator}'")
    return sa.func.aggregate_strings(column, mark)
