"""Asking to take part in a consultation that is for the invited: with an account or without, and what came of it."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from sakrad.accounts.models import User
from sakrad.consultations import commands, forms_participation, links, queries, queries_participation
from sakrad.consultations.lifecycle_participation import AskingFacts, blockers_to_ask
from sakrad.consultations.models import Consultation, ParticipationRequest
from sakrad.core import clock, htmx
from sakrad.core.access import bearer, public, signed_in
from sakrad.core.errors import Blocked, Blocker
from sakrad.core.security import limited

bp = Blueprint("participation", __name__)
ONE = "/kommun/<kommun>/sakrad/<slug>/be-om-att-delta"


@bp.route(ONE, methods=["GET", "POST"])
@limited("5 per hour", methods=["POST"], deduct_when=lambda response: response.status_code < 400)
@public
def ask(kommun: str, slug: str) -> ResponseReturnValue:
    """Without an account: the address is confirmed before anybody at the municipality sees anything."""
    consultation = queries.get_public_consultation(kommun, slug)
    form = forms_participation.AskWithoutAccountForm()
    if form.validate_on_submit():
        commands.begin_asking(
            consultation,
            name=form.name.data or "",
            email=form.email.data or "",
            message=form.message.data or "",
            at=clock.now(),
        )
        return htmx.go(url_for(".sent", kommun=kommun, slug=slug))
    blockers = blockers_to_ask(AskingFacts(queries.dates_of(consultation), consultation.open_invitation), clock.now())
    return render_template(
        "consultations/participation/ask.html", consultation=consultation, form=form, blockers=blockers
    ), 422 if form.errors else 200


@bp.get(f"{ONE}/skickat")
@public
def sent(kommun: str, slug: str) -> ResponseReturnValue:
    """The same whatever the address is: look in the mail."""
    return render_template("consultations/participation/sent.html", consultation=queries.get_public_consultation(kommun, slug))


@bp.route(f"{ONE}/inloggad", methods=["GET", "POST"])
@signed_in
def ask_as(user: User, kommun: str, slug: str) -> ResponseReturnValue:
    """For one of one's own organisations."""
    consultation = queries.get_public_consultation(kommun, slug)
    mine = user.organisations
    if not mine:
        return htmx.go(url_for(".ask", kommun=kommun, slug=slug))
    form = forms_participation.AskForm()
    form.organisation.choices = [(org, organisation.name) for org, organisation in mine.items()]
    if len(mine) == 1 and not form.is_submitted():
        form.organisation.data = next(iter(mine))
    blockers = blockers_to_ask(AskingFacts(queries.dates_of(consultation), consultation.open_invitation), clock.now())
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                request = commands.ask_to_take_part(
                    consultation, mine[form.organisation.data], message=form.message.data or "", actor=user, at=clock.now()
                )
                return htmx.go(url_for(".show", token=links.request_token(request)))
            except Blocked as refusal:
                status, blockers = 409, refusal.blockers
    return render_template("consultations/participation/ask_as.html", consultation=consultation, form=form, blockers=blockers), status


@bp.get("/be-om-att-delta/<token>")
@bearer(load=queries_participation.get_by_token)
def show(request: ParticipationRequest) -> ResponseReturnValue:
    """To confirm, waiting, or answered. Writes nothing."""
    return _page(request, forms_participation.ConfirmForm(formdata=None, obj=request))


@bp.post("/be-om-att-delta/<token>")
@limited("30 per hour", methods=["POST"])
@bearer(load=queries_participation.get_by_token)
def confirm(request: ParticipationRequest) -> ResponseReturnValue:
    """Ja, vi vill delta: in the words of whoever holds the link."""
    if request.confirmed_at is None:
        form = forms_participation.ConfirmForm()
        if not form.validate():
            return _page(request, form, status=422)
        try:
            request = commands.confirm_asking(request, name=form.name.data or "", message=form.message.data or "", at=clock.now())
        except Blocked as refusal:
            return _page(request, form, refusal.blockers, 409)
    return htmx.go(url_for(".show", token=links.request_token(request)))


def _page(
    request: ParticipationRequest, form: forms_participation.ConfirmForm, blockers: list[Blocker] | None = None, status: int = 200
) -> ResponseReturnValue:
    consultation: Consultation = request.consultation
    response = make_response(
        render_template(
            "consultations/participation/show.html",
            participation=request,
            consultation=consultation,
            token=links.request_token(request),
            form=form,
            blockers=blockers or [],
        ),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
