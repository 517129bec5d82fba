"""What public pages work out once: the same values in the same language on the same day give the same part of a page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from flask import Flask, request
from flask_babel import get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

MEGABYTE = 1_000_000
PART = 4_000  # bytes that a part takes beside its letters: what it was drawn of
V = TypeVar("V")


class Kept(Generic[V]):
    """What was made of some values, found again by the values themselves, so that it is never out of date.

    All of it is forgotten when it would take more than `room` bytes, about, with the values by which it is found.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.bytes = 0
        self.made: dict[tuple[Any, ...], V] = {}
        self.lock = threading.Lock()

    def of(self, make: Callable[[], V], *values: Any, takes: Callable[[V], int]) -> V:
        """What is made in the present language of the values: nothing else may decide what it is. `takes`: how many bytes."""
        key = (get_locale(), *values)
        found = self.made.get(key)
        if found is None:
            found = make()
            self._keep(key, found, takes(found))
        return found

    def _keep(self, key: tuple[Any, ...], found: V, taken: int) -> None:
        if taken > self.room // 4:
            return  # one large thing would have all others forgotten
        with self.lock:
            if self.bytes + taken > self.room:
                self.made.clear()
                self.bytes = 0
            self.made[key] = found
            self.bytes += taken


def init_app(app: Flask) -> None:
    """Give templates `once(macro, …)`.

    What is kept is found again by the values themselves (frozen view models, texts, numbers), so it is never out of date: a
    macro that is called so reads nothing else of its page but its language and its day.
    """
    drawn: Kept[Markup] = Kept(16 * MEGABYTE)

    @pass_context
    def once(context: Context, macro: Any, *values: Any) -> Markup:
        # The page's own day: at midnight the clock's may be the next one already.
        return drawn.of(partial(macro, *values), macro.name, request.root_path, context["today"], *values, takes=_takes)

    app.jinja_env.globals.update(once=once)


def _takes(part: Markup) -> int:
    """With its key, which holds most of the same words."""
    return PART + 4 * len(part)
