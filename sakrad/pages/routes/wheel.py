"""The year wheel, for everybody."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.text import whole_number
from sakrad.pages import queries_wheel
from sakrad.pages.routes.public import bp

__all__ = ["bp"]  # whose routes these are


@bp.get("/kommun/<kommun>/arshjul")
@public
def wheel(kommun: str) -> ResponseReturnValue:
    """When the dialogues come back, and when the municipality asks. `?ar=` for another year."""
    view = queries_wheel.get_wheel_page(kommun, whole_number(request.args.get("ar", "")), clock.now())
    return render_template("pages/wheel.html", view=view, place=view.place)
