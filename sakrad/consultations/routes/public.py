"""What anybody may fetch."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sakrad.consultations import queries, queries_correcting, queries_versions
from sakrad.consultations.models import ContentAbout
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


@bp.get("/kommun/<kommun>/sakrad/<slug>/pa/<language>")
@public
def version(kommun: str, slug: str, language: str) -> ResponseReturnValue:
    """What the consultation asks, in another language."""
    view = queries_versions.get_version_page(kommun, slug, ContentAbout.consultation, language, clock.now())
    return render_template("consultations/version.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/sammanstallning/pa/<language>")
@public
def summary_version(kommun: str, slug: str, language: str) -> ResponseReturnValue:
    """What it found, in another language."""
    view = queries_versions.get_version_page(kommun, slug, ContentAbout.summary, language, clock.now())
    return render_template("consultations/summary_version.html", view=view, c=view.head, place=view.head.place)
