"""The municipality's workspace: what there is to do, the consultations, and whom one has invited."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts import policy as accounts
from sakrad.accounts.queries import barred_for
from sakrad.consultations import lifecycle, lifecycle_inviting, policy
from sakrad.consultations.lifecycle import InvitationStatus, Phase
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import count_declines, facts_of, get_consultation
from sakrad.consultations.queries_participation import count_unanswered
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.pages import queries_staff as queries
from sakrad.pages.queries_whom import list_coverage
from sakrad.positions.queries_invited import list_invited

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
    at, page = clock.now(), asked_page()
    facts = facts_of(consultation)
    status = next((each for each in InvitationStatus if each.value == request.args.get("status")), None)
    return render_template(
        "pages/staff/invited.html",
        municipality=consultation.municipality,
        consultation=consultation,
        listed=list_invited(consultation, status=status, page=page),
        status=status,
        page=page,
        declines=count_declines(consultation.id)[1],
        coverage=list_coverage(consultation, barred=barred_for(_user()), mendable=not lifecycle.blockers_to_invite(facts, at)),
        asking=count_unanswered(consultation),
        is_draft=lifecycle.phase(facts.dates, at) is Phase.draft,
        blockers=lifecycle.blockers_to_invite(facts, at),
        may_print=not lifecycle_inviting.blockers_to_print(facts, at),
    )
