"""The first page of the organisation's own space, and the way there from a public consultation."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts.models import User
from sakrad.consultations.queries import get_public_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires, signed_in
from sakrad.directory.models import Organisation
from sakrad.directory.queries import get_organisation
from sakrad.positions import policy, queries_own
from sakrad.positions.routes.organisation import bp


@bp.get("/forening/<org>")
@requires(policy.may_be_home, load=get_organisation)
def home(organisation: Organisation) -> ResponseReturnValue:
    """What to answer, what is being written, what has been sent."""
    tasks = queries_own.get_home(organisation, clock.now())
    return render_template("positions/organisation/home.html", organisation=organisation, home=tasks)


@bp.get("/svara/<kommun>/<slug>")
@signed_in
def answer_as(user: User, kommun: str, slug: str) -> ResponseReturnValue:
    """From the public page to the desk: the hat is chosen here, or is the only one."""
    consultation = get_public_consultation(kommun, slug)
    mine = {m.organisation.slug: m.organisation for m in user.memberships if m.organisation}
    if not mine:
        flash(_("Registrera er organisation, så kan ni svara sedan."))
        return htmx.go(url_for("accounts_organisation.register"))
    if len(mine) == 1:
        return htmx.go(url_for(".write", org=next(iter(mine)), kommun=kommun, slug=slug))
    return render_template("positions/organisation/answer_as.html", consultation=consultation, organisations=list(mine.values()))
