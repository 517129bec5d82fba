"""The coverage panel as a page of its own, and as the part that other pages fetch."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts.queries import barred_for
from sakrad.consultations import lifecycle, policy
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import facts_of, get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.pages.queries_whom import list_coverage

bp = Blueprint("pages_whom", __name__)


@bp.get("/handlaggning/<kommun>/sakrad/<slug>/rosterna")
@requires(policy.may_handle, load=get_consultation)
def coverage(consultation: Consultation) -> ResponseReturnValue:
    """Which groups have had a voice, and whom one can still ask."""
    blockers = lifecycle.blockers_to_invite(facts_of(consultation), clock.now())
    return htmx.render(
        "pages/staff/coverage.html",
        "pages/staff/_coverage.html",
        municipality=consultation.municipality,
        consultation=consultation,
        coverage=list_coverage(consultation, barred=barred_for(current_user._get_current_object()), mendable=not blockers),
        blockers=blockers,
    )
