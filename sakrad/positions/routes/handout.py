"""The questions to print and to fill in, for anybody."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_public_consultation
from sakrad.core.access import public
from sakrad.core.files import MEDIA_TYPES, FileKind
from sakrad.positions import handout
from sakrad.positions.routes.public import bp

__all__ = ["bp"]  # whose routes these are


@bp.get("/kommun/<kommun>/sakrad/<slug>/fragor.pdf")
@public
def questions_pdf(kommun: str, slug: str) -> ResponseReturnValue:
    """On two pages, with space to write."""
    consultation = get_public_consultation(kommun, slug)
    return _file(consultation, handout.questions_pdf(consultation), FileKind.pdf)


@bp.get("/kommun/<kommun>/sakrad/<slug>/fragor.docx")
@public
def questions_docx(kommun: str, slug: str) -> ResponseReturnValue:
    """As a Word form."""
    consultation = get_public_consultation(kommun, slug)
    return _file(consultation, handout.questions_docx(consultation), FileKind.docx)


def _file(consultation: Consultation, content: bytes, kind: FileKind) -> Response:
    """Asked for again it is not sent again, as long as it is the same (core.security sets the rule for public pages)."""
    response = Response(content, mimetype=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(handout.file_name(consultation, kind.value))}"
    return response
