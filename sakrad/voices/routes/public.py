"""Organisations and the groups that they say they speak for."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.core.text import whole_number
from sakrad.voices import queries, queries_groups, queries_profile
from sakrad.voices.card import card_height, card_lines

bp = Blueprint("voices", __name__)


@bp.get("/organisationer")
@public
def organisations() -> ResponseReturnValue:
    asked = queries.asked_organisations(request.args)
    view = queries.get_organisation_list(**asked, page=asked_page(), at=clock.now())
    return render_template("voices/organisations.html", view=view, asked=asked)


@bp.get("/organisationer/<org>")
@public
def organisation(org: str) -> ResponseReturnValue:
    year, elsewhere = (whole_number(request.args.get(name, "")) for name in ("ar", "annat"))
    view = queries_profile.get_organisation_page(org, asked_page(), clock.now(), year=year, elsewhere=elsewhere or 1)
    return render_template("voices/organisation.html", view=view)


@bp.get("/organisationer/<org>/kort")
@public
def card(org: str) -> ResponseReturnValue:
    """To be framed on the organisation's own site: the one page that others may frame (core.security.FRAMED)."""
    return render_template("voices/card.html", view=queries_profile.get_card(org, clock.now()))


@bp.get("/organisationer/<org>/kort.svg")
@public
def card_image(org: str) -> ResponseReturnValue:
    """The same as an image, for sites that take no frames."""
    view = queries_profile.get_card(org, clock.now())
    lines = card_lines(view)
    svg = render_template("voices/card.svg", view=view, lines=lines, height=card_height(lines))
    return Response(svg, mimetype="image/svg+xml")


@bp.get("/grupper/<grupp>")
@public
def group(grupp: str) -> ResponseReturnValue:
    view = queries_groups.get_group_page(grupp, asked_page(), clock.now())
    return render_template("voices/group.html", view=view)


@bp.get("/grupper/<grupp>/sagt")
@public
def group_said(grupp: str) -> ResponseReturnValue:
    """Everything that has been said for the group, and what came of each."""
    view = queries_groups.get_said_page(grupp, asked_page(), clock.now())
    return render_template("voices/group_said.html", view=view)
