"""The first page of the organisation's own space."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.directory.models import Organisation
from sakrad.directory.queries import get_organisation
from sakrad.positions import policy, queries_own
from sakrad.positions.routes.desk import bp


@bp.get("/forening/<org>")
@requires(policy.may_be_home, load=get_organisation)
def home(organisation: Organisation) -> ResponseReturnValue:
    """What to answer, what is being written, what has been sent."""
    tasks = queries_own.get_home(organisation, clock.now())
    return render_template("positions/organisation/home.html", organisation=organisation, home=tasks)
