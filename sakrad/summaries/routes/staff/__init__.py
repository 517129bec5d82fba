"""The officials' side: the workbench, the text of the summary, masking. One blueprint, a module per page."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("summaries_staff", __name__, url_prefix="/handlaggning/<kommun>/sakrad/<slug>")

from sakrad.summaries.routes.staff import answer, masks, workbench, write  # noqa: E402, F401 - they hang their routes on bp
