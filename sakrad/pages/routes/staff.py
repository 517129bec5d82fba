"""The municipality's workspace: what there is to do, the consultations, and whom one has invited."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts import policy as accounts
from sakrad.consultations import lifecycle, policy
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import facts_of, get_consultation, list_groups_not_invited
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.pages import queries_staff as queries

bp = Blueprint("pages_staff", __name__)


def _user() -> Any:
    return current_user._get_current_object()


@bp.get("/handlaggning/<kommun>")
@requires(accounts.is_staff_of, load=get_municipality)
def todo(municipality: Municipality) -> ResponseReturnValue:
    """Att göra."""
    at = clock.now()
    return render_template(
        "pages/staff/todo.html",
        municipality=municipality,
        todo=queries.get_todo(_user(), municipality, at),
        may_draft=policy.may_draft(_user(), municipality),
    )


@bp.get("/handlaggning/<kommun>/sakrad")
@requires(accounts.is_staff_of, load=get_municipality)
def consultations(municipality: Municipality) -> ResponseReturnValue:
    """The consultations of one's own authorities, by phase."""
    page = asked_page()
    return render_template(
        "pages/staff/consultations.html",
        municipality=municipality,
        found=queries.list_consultations(_user(), municipality, clock.now(), page=page),
        page=page,
        may_draft=policy.may_draft(_user(), municipality),
    )


@bp.get("/handlaggning/<kommun>/sakrad/<slug>/inbjudna")
@requires(policy.may_handle, load=get_consultation)
def invited(consultation: Consultation) -> ResponseReturnValue:
    """Whom one has invited, and what is known of each."""
    at = clock.now()
    facts = facts_of(consultation)
    return render_template(
        "pages/staff/invited.html",
        municipality=consultation.municipality,
        consultation=consultation,
        invited=queries.list_invited(consultation),
        declines=queries.count_declines(consultation),
        missing=list_groups_not_invited(consultation),
        is_draft=lifecycle.phase(facts.dates, at) is Phase.draft,
        blockers=lifecycle.blockers_to_invite(facts, at),
    )
