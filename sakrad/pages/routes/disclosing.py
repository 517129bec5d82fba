""" "Begär ut handlingen": anybody asks, and the authority notes how it answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import policy as accounts
from sakrad.core import clock, htmx
from sakrad.core.access import public, requires
from sakrad.core.i18n import other_language_url
from sakrad.core.paging import asked_page
from sakrad.core.security import limited
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.pages import commands, policy
from sakrad.pages import queries_disclosing as queries
from sakrad.pages.forms import AskForm, HandleForm
from sakrad.records.models import DisclosureOutcome

bp = Blueprint("disclosing", __name__)
STAFF = "/handlaggning/<kommun>/utlamnanden"


@bp.route("/kommun/<kommun>/sakrad/<slug>/begar-ut", methods=["GET", "POST"])
@limited("10 per hour", methods=["POST"])
@public
def ask(kommun: str, slug: str) -> ResponseReturnValue:
    """Ask to read what ?om= names. Whoever asks need not say who they are, nor why."""
    om, form = request.args.get("om", ""), AskForm()
    about = queries.get_about(kommun, slug, om, clock.now())
    if form.validate_on_submit():
        address = url_for(about.endpoint, **about.values)
        commands.ask_disclosure(about, address=address, message=form.message.data, email=form.email.data, at=clock.now())
        flash(_("Tack. Begäran är skickad till nämnden, som ska svara skyndsamt."))
        return htmx.go(url_for(".ask", kommun=kommun, slug=slug, om=om))
    here = {"about": about, "consultation": about.consultation, "om": om, "other_language_url": other_language_url(om=om)}
    page = render_template("disclosing/ask.html", **here, form=form)
    response = make_response(page, 422 if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get(STAFF)
@requires(accounts.is_staff_of, load=get_municipality)
def index(municipality: Municipality) -> ResponseReturnValue:
    """The requests, those that wait first."""
    return _page(municipality)


@bp.post(f"{STAFF}/<reference>")
@requires(policy.may_handle_disclosure, load=queries.get_request)
def handle(asked: queries.Asked) -> ResponseReturnValue:
    """Note how one was answered."""
    form, municipality = _form(asked.request.reference), asked.consultation.municipality
    if not form.validate():
        return _page(municipality, refused=(asked.request.reference, form)), 422
    commands.handle_disclosure(asked, outcome=DisclosureOutcome(form.outcome.data), actor=_user(), at=clock.now())
    flash(_("Det är antecknat hur begäran besvarades."))
    return htmx.go(url_for(".index", kommun=municipality.slug))


def _user() -> Any:
    return current_user._get_current_object()


def _form(reference: str, **kwargs: Any) -> HandleForm:
    form = HandleForm(**kwargs)
    form.outcome.id = form.outcome.label.field_id = f"outcome-{reference}"
    return form


def _page(municipality: Municipality, *, refused: tuple[str, HandleForm] | None = None) -> str:
    def form_for(reference: str) -> HandleForm:
        return refused[1] if refused and refused[0] == reference else _form(reference, formdata=None)

    return render_template(
        "disclosing/staff/index.html",
        municipality=municipality,
        listed=queries.list_requests(_user(), municipality, asked_page()),
        form_for=form_for,
        refused=refused[1] if refused else None,
    )
