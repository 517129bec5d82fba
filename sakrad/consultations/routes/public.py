"""What anybody may fetch."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sakrad.consultations import queries, queries_correcting
from sakrad.core import clock, files
from sakrad.core.access import public

bp = Blueprint("consultations", __name__)


@bp.get("/kommun/<kommun>/sakrad/<slug>/material/<reference>")
@public
def material(kommun: str, slug: str, reference: str) -> ResponseReturnValue:
    """Material of an announced consultation, as a download."""
    return files.download(queries.get_public_material(kommun, slug, reference).file)


@bp.get("/kommun/<kommun>/sakrad/<slug>/rattelser/<int:number>")
@public
def correction(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    """One announced correction, with every difference in full."""
    view = queries_correcting.get_correction_page(kommun, slug, number, clock.now())
    return render_template("consultations/correction.html", view=view, c=view.head, place=view.head.place)
