"""From one to many: whoever answers by the mailed link asks for an account for the organisation.

The account is offered to the registered address only: the link may have been passed on, and nobody knows who holds it.
"""

from __future__ import annotations

from functools import partial

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts import queries_team
from sakrad.core import clock, htmx, ids
from sakrad.core.access import bearer
from sakrad.core.errors import Blocked
from sakrad.core.security import limited
from sakrad.positions import commands, queries_own
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import address
from sakrad.positions.routes.desk import link_bp as bp


def _link_key() -> str:
    """One counter per invitation, however often its link was passed on."""
    return f"account:{ids.reference_in((request.view_args or {})['token'])}"


@bp.get("/inbjudan/<token>/konto")
@bearer(load=queries_own.get_link_desk)
def account(desk: Desk) -> ResponseReturnValue:
    """What an account gives, or that there is one already. Names nobody, and writes nothing."""
    return _page(desk)


@bp.post("/inbjudan/<token>/konto")
@limited("5 per day", key_func=_link_key)
@limited("30 per hour")
@bearer(load=queries_own.get_link_desk)
def ask_for_account(desk: Desk) -> ResponseReturnValue:
    """Skapa konto för föreningen."""
    try:
        commands.ask_for_account(desk.organisation, at=clock.now())
    except Blocked:
        return _page(desk, status=409)
    flash(_("Ett mejl är på väg till er registrerade adress."))
    return htmx.go(url_for(".account", token=desk.token))


def _page(desk: Desk, status: int = 200) -> ResponseReturnValue:
    holders = queries_team.count_holders(desk.organisation)
    return render_template(
        "positions/link/account.html",
        desk=desk,
        url=partial(address, desk),
        organisation=desk.organisation,
        has_members=holders.members > 0 or desk.organisation.merged_at is not None,
        sent=queries_team.find_first_invitation(desk.organisation),
    ), status
