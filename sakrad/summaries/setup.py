"""What templates ask of compiling."""

from __future__ import annotations

from flask import Flask

from sakrad.positions import checks
from sakrad.summaries.queries_checking import list_to_check


def init_app(app: Flask) -> None:
    """The test `page`: whether an endpoint exists, so that a navigation holds no dead ends; the filter `initials`: of a person's name."""
    checks.provide(list_to_check)
    app.jinja_env.tests["page"] = app.view_functions.__contains__
    app.jinja_env.filters["initials"] = lambda name: "".join(part[0] for part in str(name).split()[:3]).upper()
