"""What the authority answered, and what it undertook."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.responses import queries_commitments, queries_public

bp = Blueprint("responses", __name__)
STATES = {"forsenade": "overdue", "pagar": "under_way", "klara": "done"}  # ?lage=


@bp.get("/kommun/<kommun>/sakrad/<slug>/aterkoppling")
@public
def show(kommun: str, slug: str) -> ResponseReturnValue:
    view = queries_public.get_response_page(kommun, slug, asked_page(), clock.now())
    return render_template("responses/show.html", view=view, c=view.head, place=view.head.place)


@bp.get("/ataganden")
@public
def commitments() -> ResponseReturnValue:
    asked = {"kommun": request.args.get("kommun", "")[:80], "lage": request.args.get("lage", "")}
    if asked["lage"] not in STATES:
        asked["lage"] = ""
    page = asked_page()
    state = STATES.get(asked["lage"], "")
    view = queries_commitments.get_commitment_list(kommun=asked["kommun"], state=state, page=page, at=clock.now())
    return render_template("responses/commitments.html", view=view, asked=asked, states=STATES)
