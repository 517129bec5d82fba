"""The shared calendar for officials: with the drafts that they handle, and who is asked by several at once."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts import policy as accounts
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.pages import queries_calendar as queries
from sakrad.pages.routes.calendar import asked_month
from sakrad.pages.routes.staff import bp


@bp.get("/handlaggning/<kommun>/kalender")
@requires(accounts.is_staff_of, load=get_municipality)
def calendar(municipality: Municipality) -> ResponseReturnValue:
    """Before one chooses dates: what else is asked in these months, here and in the county."""
    at = clock.now()
    return render_template(
        "pages/staff/calendar.html",
        municipality=municipality,
        view=queries.get_calendar_page(municipality.slug, asked_month(), at, current_user._get_current_object()),
        clashes=queries.list_clashes(municipality, at),
    )
