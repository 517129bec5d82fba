"""The way from a public consultation to the desk of one's own organisation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts.models import User
from sakrad.consultations.queries import get_public_consultation
from sakrad.consultations.queries_participation import is_any_invited
from sakrad.core import htmx
from sakrad.core.access import signed_in

bp = Blueprint("positions_start", __name__)


@bp.get("/svara/<kommun>/<slug>")
@signed_in
def answer_as(user: User, kommun: str, slug: str) -> ResponseReturnValue:
    """From the public page to the desk: the hat is chosen here, or is the only one.

    With ?instam=<answer> to the page where one concurs with that answer.
    """
    consultation = get_public_consultation(kommun, slug)
    mine = user.organisations
    if not mine:
        flash(_("Registrera er organisation, så kan ni svara sedan."))
        return htmx.go(url_for("accounts_organisation.register"))
    if not consultation.open_invitation and not is_any_invited(consultation, [organisation.id for organisation in mine.values()]):
        return htmx.go(url_for("participation.ask_as", kommun=kommun, slug=slug))
    key = request.args.get("instam", "")
    view = "agree_with" if key and "/" not in key else "write"
    more: dict[str, Any] = {"key": key} if view == "agree_with" else {}
    desks = {org: url_for(f"positions_organisation.{view}", org=org, kommun=kommun, slug=slug, **more) for org in mine}
    if len(desks) == 1:
        return htmx.go(next(iter(desks.values())))
    return render_template("positions/start/answer_as.html", consultation=consultation, organisations=list(mine.values()), desks=desks)
