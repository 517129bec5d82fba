"""What public pages work out once: the same values in the same language on the same day give the same part of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import Flask, request
from flask_babel import get_locale
from markupsafe import Markup

from sakrad.core import clock

KEPT = 1_000  # parts, of a few kilobytes each
V = TypeVar("V")


class Kept(Generic[V]):
    """What was made of some values, found again by the values themselves, so that it is never out of date."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.made: dict[tuple[Any, ...], V] = {}

    def of(self, make: Callable[[], V], *values: Any) -> V:
        """What is made in the present language of the values: nothing else may decide what it is."""
        key = (get_locale(), *values)
        found = self.made.get(key)
        if found is None:
            found = make()
            if len(self.made) >= self.most:
                self.made.clear()
            self.made[key] = found
        return found


def init_app(app: Flask) -> None:
    """Give templates `once(macro, …)`.

    What is kept is found again by the values themselves (frozen view models, texts, numbers), so it is never out of date: a
    macro that is called so reads nothing else of its page.
    """
    drawn: dict[tuple[Any, ...], Markup] = {}

    def once(macro: Any, *values: Any) -> Markup:
        key = (macro.name, request.root_path, clock.today(), *values)
        found = drawn.get(key)
        if found is None:
            found = macro(*values)
            if len(drawn) >= KEPT:
                drawn.clear()
            drawn[key] = found
        return found

    app.jinja_env.globals.update(once=once)
