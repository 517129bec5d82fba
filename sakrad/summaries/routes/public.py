"""The published summary, and each edition of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.summaries import queries_public_edition, queries_public_page

bp = Blueprint("summaries", __name__)


@bp.get("/kommun/<kommun>/sakrad/<slug>/sammanstallning")
@public
def show(kommun: str, slug: str) -> ResponseReturnValue:
    """?samlad= asks for the page that holds a finding, so that a link to one finds it however long the summary is."""
    finding = request.args.get("samlad", type=int)
    view = queries_public_page.get_summary_page(kommun, slug, asked_page(), clock.now(), finding=finding)
    return render_template("summaries/show.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/sammanstallning/utgava/<int:number>")
@public
def edition(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    view = queries_public_edition.get_edition_page(kommun, slug, number, asked_page(), clock.now())
    return render_template("summaries/edition.html", view=view, c=view.head, place=view.head.place)
