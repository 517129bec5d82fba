"""The way from a public meeting to the page of one's own organisation."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts.models import User
from sakrad.core import clock, htmx
from sakrad.core.access import signed_in
from sakrad.meetings import queries_public

bp = Blueprint("meetings_start", __name__)


@bp.get("/anmal/<kommun>/<slug>/<int:number>")
@signed_in
def attend_as(user: User, kommun: str, slug: str, number: int) -> ResponseReturnValue:
    """From the public page to the organisation's own: the hat is chosen here, or is the only one."""
    view = queries_public.get_meeting_page(kommun, slug, number, clock.now())
    mine = user.organisations
    if not mine:
        flash(_("Registrera er organisation, så kan ni anmäla er sedan."))
        return htmx.go(url_for("accounts_organisation.register"))
    seats = {org: url_for("meetings_organisation.show", org=org, kommun=view.head.kommun, slug=slug, number=number) for org in mine}
    if len(seats) == 1:
        return htmx.go(next(iter(seats.values())))
    return render_template(
        "meetings/start/attend_as.html", c=view.head, meeting=view.meetings[0], organisations=list(mine.values()), seats=seats
    )
