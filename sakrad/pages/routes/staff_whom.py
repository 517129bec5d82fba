"""The coverage panel as a page of its own, and as the part that other pages fetch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts.queries import barred_for
from sakrad.consultations import lifecycle, lifecycle_inviting, policy
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import facts_of, find_invited, get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.pages.queries_whom import list_coverage
from sakrad.positions.queries_invited import list_invited

bp = Blueprint("pages_whom", __name__)


@bp.get("/handlaggning/<kommun>/sakrad/<slug>/rosterna")
@requires(policy.may_handle, load=get_consultation)
def coverage(consultation: Consultation) -> ResponseReturnValue:
    """Which groups have had a voice, and whom one can still ask."""
    facts, at = facts_of(consultation), clock.now()
    blockers = lifecycle.blockers_to_invite(facts, at)
    just = find_invited(consultation, request.args.get("inbjuden", "")) if htmx.asked() else None
    return htmx.render(
        "pages/staff/coverage.html",
        "pages/staff/_coverage.html",
        municipality=consultation.municipality,
        consultation=consultation,
        coverage=list_coverage(consultation, barred=barred_for(current_user._get_current_object()), mendable=not blockers),
        blockers=blockers,
        just=just,
        where=(request.args.get("grupp", ""), request.args.get("plats", 0, type=int)),
        fresh=_list(consultation, facts, at) if just and htmx.stands_on(url_for("pages_staff.invited", **consultation.address)) else None,
    )


def _list(consultation: Consultation, facts: lifecycle.Facts, at: datetime) -> dict[str, Any]:
    """What the list of those invited is drawn from."""
    return {
        "listed": list_invited(consultation),
        "may_print": not lifecycle_inviting.blockers_to_print(facts, at),
        "is_draft": lifecycle.phase(facts.dates, at) is Phase.draft,
    }
