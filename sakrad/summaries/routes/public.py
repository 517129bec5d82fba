"""The published summary."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.summaries import queries_public

bp = Blueprint("summaries", __name__)


@bp.get("/kommun/<kommun>/sakrad/<slug>/sammanstallning")
@public
def show(kommun: str, slug: str) -> ResponseReturnValue:
    view = queries_public.get_summary_page(kommun, slug, asked_page(), clock.now())
    return render_template("summaries/show.html", view=view, c=view.head, place=view.head.place)
