"""Statements that are built once. Putting a large one together anew takes ten times as long as having it answered."""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa

from sakrad.core import clock
from sakrad.core.db import UTCDateTime

MANY = 128  # shapes of one statement that are kept; beyond that it is built for each call
TYPES: dict[type, Any] = {datetime: UTCDateTime(), date: sa.Date(), int: sa.Integer(), str: sa.String(), float: sa.Float()}
P = ParamSpec("P")
S = TypeVar("S")


def built_once(build: Callable[P, S]) -> Callable[P, tuple[S, dict[str, Any]]]:
    """Above a function that builds a statement from values: calls give the statement and its values, for `execute(*…)`.

    The function is called with a parameter in place of each instant, day, number, text, and collection of ids. What is
    None, true, false, of an enum, or a function decides the shape of the statement, which is built once for each.
    """
    names = tuple(inspect.signature(build).parameters)
    built: dict[tuple[Any, ...], S] = {}

    @functools.wraps(build)
    def prepared(*args: P.args, **kwargs: P.kwargs) -> tuple[S, dict[str, Any]]:
        given: dict[str, Any] = {**dict(zip(names, args, strict=False)), **kwargs}
        shape: list[Any] = []
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
            statement = make(**{name: _parameter(name, value) if name in values else value for name, value in given.items()})
            if len(built) < MANY:
                built[key] = statement
        return statement, values

    return prepared


def _parameter(name: str, value: Any) -> sa.BindParameter[Any]:
    kind = TYPES.get(type(value))
    return sa.bindparam(name, type_=kind) if kind else sa.bindparam(name, type_=sa.Integer(), expanding=True)


def day_of(at: Any) -> Any:
    """The day in Stockholm of an instant, for a condition: also of the parameter that stands for it in `built_once`."""
    return sa.bindparam(f"{at.key}_day", type_=sa.Date()) if isinstance(at, sa.BindParameter) else clock.day_of(at)
