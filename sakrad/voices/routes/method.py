"""The method report: how the consultation was done, for anybody."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.files import MEDIA_TYPES, FileKind
from sakrad.voices import method
from sakrad.voices.queries_method import get_method_report
from sakrad.voices.routes.public import bp

__all__ = ["bp"]  # whose routes these are

REPORT = "/kommun/<kommun>/sakrad/<slug>/metodrapport"


@bp.get(REPORT)
@public
def method_report(kommun: str, slug: str) -> ResponseReturnValue:
    """What the method asks for, and what was done."""
    view = get_method_report(kommun, slug, clock.now())
    return render_template("voices/method_report.html", view=view, c=view.head, place=view.head.place, lines=method.lines(view))


@bp.get(f"{REPORT}.pdf")
@public
def method_report_pdf(kommun: str, slug: str) -> ResponseReturnValue:
    """The same on paper, to attach to the matter."""
    view = get_method_report(kommun, slug, clock.now())
    response = Response(method.pdf(view), mimetype=MEDIA_TYPES[FileKind.pdf])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(method.file_name(view))}"
    return response
