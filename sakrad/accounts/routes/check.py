"""The yearly check: whoever reads the organisation's registered address says whether its facts are right."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts import commands, links, queries_team
from sakrad.accounts.routes.link import bp
from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.security import limited
from sakrad.directory.models import Organisation

__all__ = ["bp"]  # whose routes these are


@bp.get("/stammer/<token>")
@bearer(load=queries_team.find_organisation_to_check)
def check(organisation: Organisation | None) -> ResponseReturnValue:
    """The facts as they stand, and one button. Writes nothing."""
    if organisation is None:
        return render_template("accounts/link/dead.html"), 404
    return render_template(
        "accounts/link/check.html",
        organisation=organisation,
        token=links.check_token(organisation),
        holders=queries_team.count_holders(organisation),
        checked=bool(organisation.right_at and organisation.asked_right_at and organisation.right_at >= organisation.asked_right_at),
    )


@bp.post("/stammer/<token>")
@limited("30 per hour")
@bearer(load=queries_team.find_organisation_to_check)
def confirm_check(organisation: Organisation | None) -> ResponseReturnValue:
    """Allt stämmer."""
    if organisation is None:
        return render_template("accounts/link/dead.html"), 404
    commands.check_organisation(organisation, actor=None, at=clock.now())
    flash(_("Tack! Vi frågar igen om ett år."))
    return htmx.go(url_for(".check", token=links.check_token(organisation)))
