"""The public gallery of templates: the product's own, and those that municipalities share."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from sakrad.consultations import queries_templates as queries
from sakrad.consultations import template_file
from sakrad.consultations.queries_templates import Offered
from sakrad.consultations.routes.public import bp
from sakrad.core import files, ids
from sakrad.core.access import public
from sakrad.core.cache import keep_today
from sakrad.core.paging import asked_page


@bp.get("/mallar")
@public
def templates() -> ResponseReturnValue:
    """All of them; the shared ones in pages."""
    keep_today()
    page = asked_page()
    shared, pages = queries.list_shared(page)
    return render_template(
        "consultations/templates.html", built_in=queries.list_built_in(), shared=shared, page=min(page, pages), pages=pages
    )


@bp.get("/mallar/<code>")
@public
def template(code: str) -> ResponseReturnValue:
    """One template, with all its texts."""
    keep_today()
    offered = queries.get_public_template(code)
    groups, subjects = queries.names_of(offered.content)
    return render_template("consultations/template.html", offered=offered, groups=groups, subjects=subjects)


@bp.get("/mallar/<code>.json")
@public
def template_json(code: str) -> ResponseReturnValue:
    """The same as a file that another installation can take in."""
    return file_of(queries.get_public_template(code))


def file_of(offered: Offered) -> Response:
    """The template as a download."""
    content = template_file.to_json(offered.content, origin=offered.municipality)
    return files.attachment(content, f"mall-{ids.slugify(offered.content.name)}.json", "application/json")
