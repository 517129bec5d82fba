"""The published summary as PDF and Word: given when it is true, made when it is not."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from sakrad.consultations.queries import get_public_consultation
from sakrad.consultations.queries_public import get_head
from sakrad.core import clock, exports, files, htmx
from sakrad.core.access import public
from sakrad.core.security import limited
from sakrad.summaries import commands
from sakrad.summaries.exporting import SUMMARY
from sakrad.summaries.routes.public import bp as reading

bp = Blueprint("summaries_paper", __name__)  # beside the reading pages, which take no POST
HERE = "/kommun/<kommun>/sakrad/<slug>/sammanstallning"
SECONDS = 4  # between two looks


@reading.get(f"{HERE}.<any(pdf,docx):form>")
@public
def paper(kommun: str, slug: str, form: str) -> ResponseReturnValue:
    """The file; or the page where one waits for it, when something has changed since it was made."""
    head, _ = get_head(kommun, slug, clock.now())
    export = exports.find_fresh(SUMMARY[form], head.id, exports.stamp_of(SUMMARY[form], head.id, clock.now()))
    if export is None or not export.files:
        return htmx.go(url_for("summaries_paper.waiting", kommun=kommun, slug=slug, form=form))
    return files.download(export.files[0].file)


@bp.get(f"{HERE}/dokument/<any(pdf,docx):form>")
@public
def waiting(kommun: str, slug: str, form: str) -> ResponseReturnValue:
    """How far it has come. Looks again by itself while it is being made, also without a script."""
    head, _ = get_head(kommun, slug, clock.now())
    export = exports.find(SUMMARY[form], head.id, exports.stamp_of(SUMMARY[form], head.id, clock.now()))
    response = make_response(render_template("summaries/paper.html", c=head, place=head.place, form=form, export=export))
    if export is not None and export.finished_at is None and export.failed_at is None:
        response.headers["Refresh"] = str(SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.post(f"{HERE}/dokument/<any(pdf,docx):form>")
@limited("30 per hour", methods=["POST"])
@public
def ask(kommun: str, slug: str, form: str) -> ResponseReturnValue:
    """Have it made now."""
    consultation = get_public_consultation(kommun, slug)
    commands.ask_document(consultation, SUMMARY[form], actor=None, at=clock.now())
    return htmx.go(url_for("summaries_paper.waiting", kommun=kommun, slug=slug, form=form))
