"""The officials' side: the workbench, the text of the summary, masking. One blueprint, a module per page."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("summaries_staff", __name__, url_prefix="/handlaggning/<kommun>/sakrad/<slug>")

from sakrad.summaries.routes.staff import (  # noqa: E402 - they hang their routes on bp
    agreement,  # noqa: F401
    answer,  # noqa: F401
    beside,  # noqa: F401
    checking,  # noqa: F401
    correct,  # noqa: F401
    data,  # noqa: F401
    exports,  # noqa: F401
    marking,  # noqa: F401
    masks,  # noqa: F401
    sharing,  # noqa: F401
    suggestions,  # noqa: F401
    themes,  # noqa: F401
    versions,  # noqa: F401
    workbench,  # noqa: F401
    write,  # noqa: F401
)
