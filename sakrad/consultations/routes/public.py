"""What anybody may fetch."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from sakrad.consultations import queries
from sakrad.core import files
from sakrad.core.access import public

bp = Blueprint("consultations", __name__)


@bp.get("/kommun/<kommun>/sakrad/<slug>/material/<reference>")
@public
def material(kommun: str, slug: str, reference: str) -> ResponseReturnValue:
    """Material of an announced consultation, as a download."""
    return files.download(queries.get_public_material(kommun, slug, reference).file)
