"""What organisations have answered."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sakrad.core import clock, files
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.positions import queries_reading, queries_received, queries_views_public

bp = Blueprint("positions", __name__)


@bp.get("/kommun/<kommun>/sakrad/<slug>/svar")
@public
def index(kommun: str, slug: str) -> ResponseReturnValue:
    view = queries_reading.get_answer_list(kommun, slug, asked_page(), clock.now())
    return render_template("positions/index.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/svar/<org>/bilaga/<reference>")
@public
def attachment(kommun: str, slug: str, org: str, reference: str) -> ResponseReturnValue:
    """The stripped copy of an attachment, once staff have let it through."""
    copy = queries_received.get_public_copy(kommun, slug, org, reference, clock.now())
    return files.attachment(files.read(copy.file.key), copy.name, files.MEDIA_TYPES[copy.file.kind])


@bp.get("/kommun/<kommun>/sakrad/<slug>/svar/<org>")
@public
def show(kommun: str, slug: str, org: str) -> ResponseReturnValue:
    """One answer, by the organisation's slug, or by the answer's reference when it has no name."""
    question = request.args.get("fraga", type=int)
    view = queries_reading.get_answer_page(kommun, slug, org, asked_page(), clock.now(), question=question)
    if view.voice.key != org:
        return redirect(url_for("positions.show", kommun=kommun, slug=slug, org=view.voice.key), 302)
    return render_template("positions/show.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/moten/<int:number>/synpunkter")
@public
def views(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    """What organisations said at a meeting, and what became of it."""
    question = request.args.get("fraga", type=int)
    view = queries_views_public.get_views_page(kommun, slug, number, asked_page(), clock.now(), question=question)
    return render_template("positions/views.html", view=view, c=view.head, place=view.head.place)
