"""One way in: anybody may raise a matter, without an account."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx, ids
from sakrad.core.access import public
from sakrad.core.errors import Stale
from sakrad.core.security import limited
from sakrad.directory.queries import get_municipality
from sakrad.enquiries import commands, queries
from sakrad.enquiries.forms import EnquiryForm

bp = Blueprint("enquiries", __name__)
KEY = 32  # characters of a submission key


@bp.route("/kommun/<kommun>/vag-in", methods=["GET", "POST"])
@limited("5 per hour", methods=["POST"], deduct_when=lambda response: response.status_code < 400)
@public
def raise_matter(kommun: str) -> ResponseReturnValue:
    """The form; sending it twice sends it once, and other words from a form that was sent are asked about."""
    municipality = get_municipality(kommun)
    form, used = EnquiryForm(), False
    if form.validate_on_submit():
        try:
            enquiry = commands.raise_enquiry(
                municipality,
                organisation=form.organisation.data or "",
                email=form.email.data or "",
                title=form.title.data or "",
                text=form.text.data or "",
                submission_key=form.submission_key.data or "",
                at=clock.now(),
            )
        except Stale:
            used = True
            form.form_errors.append(_("En fråga är redan skickad från det här formuläret. Är det här en ny? Läs igenom och skicka igen."))
        else:
            return htmx.go(url_for(".receipt", kommun=kommun, reference=enquiry.reference))
    if used or not form.is_submitted() or form.submission_key.errors:
        form.submission_key.data = ids.reference(KEY)
    status = 409 if used else 422 if form.errors else 200
    return render_template("enquiries/raise_matter.html", municipality=municipality, form=form), status


@bp.get("/kommun/<kommun>/vag-in/<reference>")
@public
def receipt(kommun: str, reference: str) -> ResponseReturnValue:
    """That it has come in, under which number, and what happens now."""
    response = make_response(render_template("enquiries/receipt.html", receipt=queries.get_receipt(kommun, reference)))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
