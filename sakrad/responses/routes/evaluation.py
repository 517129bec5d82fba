"""How both sides judge the process, for everybody."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.responses import queries_evaluation
from sakrad.responses.evaluation import STATEMENTS, Principle
from sakrad.responses.routes.public import bp

__all__ = ["bp"]  # whose routes these are


@bp.get("/kommun/<kommun>/sakrad/<slug>/utvardering")
@public
def evaluation(kommun: str, slug: str) -> ResponseReturnValue:
    """The counts, side by side, round by round and by principle."""
    view = queries_evaluation.get_evaluation_page(kommun, slug, clock.now())
    given = {"view": view, "c": view.head, "place": view.head.place}
    return render_template("responses/evaluation.html", statements=STATEMENTS, principles=list(Principle), **given)
