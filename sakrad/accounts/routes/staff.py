"""A municipality's settings with its people, and the operator's coordinators."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import commands, policy, queries
from sakrad.accounts.forms import CoordinatorForm, StaffInviteForm
from sakrad.accounts.models import MUNICIPALITY_ROLES, JoinInvitation, Membership, Role
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.directory.models import Authority, Municipality
from sakrad.directory.queries import get_municipality, list_authorities, list_councils

bp = Blueprint("accounts_staff", __name__)


@bp.get("/handlaggning/<kommun>/installningar")
@requires(policy.is_coordinator, load=get_municipality)
def settings(municipality: Municipality) -> ResponseReturnValue:
    return render_template(
        "accounts/staff/settings.html",
        municipality=municipality,
        authorities=list_authorities(municipality),
        councils=list_councils(municipality),
        people=queries.list_staff(municipality),
        invitations=queries.list_invitations(municipality),
    )


@bp.route("/handlaggning/<kommun>/installningar/bjud-in", methods=["GET", "POST"])
@requires(policy.is_coordinator, load=get_municipality)
def invite(municipality: Municipality) -> ResponseReturnValue:
    form = StaffInviteForm()
    form.authority.choices = [("", _("Välj")), *((authority.slug, authority.name) for authority in municipality.authorities)]
    if form.validate_on_submit():
        role = Role(form.role.data)
        authority = next((found for found in municipality.authorities if found.slug == form.authority.data), None)
        scope: Authority | Municipality | None = municipality if role in MUNICIPALITY_ROLES else authority
        try:
            commands.invite_member(form.email.data or "", role, scope, actor=current_user, at=clock.now())
        except Blocked as blocked:
            show_beside(form, blocked)
        else:
            flash(_("En inbjudan är på väg till %(email)s.", email=form.email.data))
            return _back(municipality)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/staff/invite.html", municipality=municipality, form=form), status


@bp.post("/handlaggning/<kommun>/installningar/roller/<reference>/avsluta")
@requires(policy.may_manage_staff, load=queries.get_staff_member)
def end(membership: Membership) -> ResponseReturnValue:
    municipality = _municipality(membership)
    commands.end_membership(membership, actor=current_user, at=clock.now())
    if membership.user_id == current_user.id and membership.role is Role.coordinator:
        flash(_("Du är inte längre samordnare."))
        return htmx.go(url_for("accounts.account"))
    flash(_("Rollen är avslutad. Det som personen har gjort står kvar i historiken."))
    return _back(municipality)


@bp.post("/handlaggning/<kommun>/installningar/inbjudningar/<reference>/dra-tillbaka")
@requires(policy.may_manage_staff, load=queries.get_staff_invitation)
def uninvite(invitation: JoinInvitation) -> ResponseReturnValue:
    commands.withdraw_invitation(invitation, actor=current_user, at=clock.now())
    flash(_("Inbjudan är tillbakadragen."))
    return _back(_municipality(invitation))


@bp.route("/drift/kommuner/<kommun>/samordnare", methods=["GET", "POST"])
@requires(policy.is_operator, load=get_municipality)
def coordinators(municipality: Municipality) -> ResponseReturnValue:
    form = CoordinatorForm()
    if form.validate_on_submit():
        try:
            commands.invite_member(form.email.data or "", Role.coordinator, municipality, actor=current_user, at=clock.now())
        except Blocked as blocked:
            show_beside(form, blocked)
        else:
            flash(_("En inbjudan är på väg till %(email)s.", email=form.email.data))
            return htmx.go(url_for(".coordinators", kommun=municipality.slug))
    invitations = [invitation for invitation in queries.list_invitations(municipality) if invitation.role is Role.coordinator]
    return render_template(
        "accounts/staff/coordinators.html",
        municipality=municipality,
        people=queries.list_coordinators(municipality),
        invitations=invitations,
        form=form,
    ), 422 if form.is_submitted() else 200


@bp.post("/drift/kommuner/<kommun>/samordnare/<reference>/avsluta")
@requires(policy.may_end_coordinator, load=queries.get_staff_member)
def end_coordinator(membership: Membership) -> ResponseReturnValue:
    municipality = _municipality(membership)
    commands.end_membership(membership, actor=current_user, at=clock.now())
    flash(_("Rollen är avslutad."))
    return htmx.go(url_for(".coordinators", kommun=municipality.slug))


def _municipality(place: Membership | JoinInvitation) -> Municipality:
    municipality = place.municipality or (place.authority and place.authority.municipality)
    assert municipality  # the loader asked for it
    return municipality


def _back(municipality: Municipality) -> ResponseReturnValue:
    return htmx.go(url_for(".settings", kommun=municipality.slug))
