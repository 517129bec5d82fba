"""What organisations have raised, for the coordinator to read."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.enquiries import policy, queries
from sakrad.enquiries.models import Enquiry

bp = Blueprint("enquiries_staff", __name__)


@bp.get("/handlaggning/<kommun>/vag-in")
@requires(policy.may_list, load=get_municipality)
def index(municipality: Municipality) -> ResponseReturnValue:
    """All of them, newest first."""
    page = asked_page()
    rows, pages = queries.list_enquiries(municipality.id, page)
    return render_template("enquiries/staff/index.html", municipality=municipality, rows=rows, page=page, pages=pages)


@bp.get("/handlaggning/<kommun>/vag-in/<reference>")
@requires(policy.may_read, load=queries.get_enquiry)
def show(enquiry: Enquiry) -> ResponseReturnValue:
    """One, as it was written."""
    return render_template("enquiries/staff/show.html", municipality=enquiry.municipality, enquiry=enquiry)
