"""A merger, as each of its two organisations reaches it: by the link in the mail to its registered address."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.directory.links import merger_token
from sakrad.operations import commands_merging, queries_merging
from sakrad.operations.queries_merging import MergerLink

bp = Blueprint("operations_merger", __name__)


@bp.get("/sammanslagning/<token>")
@bearer(load=queries_merging.get_merger_link)
def show(link: MergerLink) -> ResponseReturnValue:
    """What the merger means for this side. Writes nothing."""
    return render_template("operations/merger/show.html", link=link, token=merger_token(link.merger, link.side))


@bp.post("/sammanslagning/<token>")
@bearer(load=queries_merging.get_merger_link)
def accept(link: MergerLink) -> ResponseReturnValue:
    """Vi godkänner sammanslagningen."""
    commands_merging.accept_merger(link.merger, link.side, at=clock.now())
    flash(_("Tack! Ni har godkänt sammanslagningen."))
    return htmx.go(url_for(".show", token=merger_token(link.merger, link.side)))
