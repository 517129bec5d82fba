"""Parts of public pages that are drawn once: the same values in the same language on the same day give the same HTML."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from markupsafe import Markup

from sakrad.core import clock

KEPT = 1_000  # parts, of a few kilobytes each


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
