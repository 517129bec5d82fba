"""Organisations and the groups that they say they speak for."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.voices import queries

bp = Blueprint("voices", __name__)


@bp.get("/organisationer")
@public
def organisations() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "grupp")}
    view = queries.get_organisation_list(**asked, page=asked_page(), at=clock.now())
    return render_template("voices/organisations.html", view=view, asked=asked)


@bp.get("/organisationer/<org>")
@public
def organisation(org: str) -> ResponseReturnValue:
    view = queries.get_organisation_page(org, asked_page(), clock.now())
    return render_template("voices/organisation.html", view=view)


@bp.get("/grupper/<grupp>")
@public
def group(grupp: str) -> ResponseReturnValue:
    view = queries.get_group_page(grupp, asked_page(), clock.now())
    return render_template("voices/group.html", view=view)
