"""What templates ask of compiling."""

from __future__ import annotations

from flask import Flask

from sakrad.consultations import originals
from sakrad.positions import checks
from sakrad.summaries.queries_checking import list_to_check
from sakrad.summaries.queries_versions import original_of
from sakrad.summaries.reference import reference


def init_app(app: Flask) -> None:
    """The filter `initials`: of a person's name, where many names stand close. The global `reference`: how one refers to a summary.

    The first page of an organisation shows what it is asked to check.
    """
    app.jinja_env.globals["reference"] = reference
    checks.provide(list_to_check)
    originals.provide(original_of)
    app.jinja_env.filters["initials"] = _initials


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:3]).upper()
