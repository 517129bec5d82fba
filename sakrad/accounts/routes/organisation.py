"""An organisation's members, and how an organisation begins."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import commands, policy, queries, queries_team
from sakrad.accounts.forms import ApprovalRuleForm, InviteForm, OrganisationForm, RoleForm
from sakrad.accounts.models import JoinInvitation, Membership, Role, User
from sakrad.accounts.routes.public import own_key
from sakrad.core import clock, htmx
from sakrad.core.access import requires, signed_in
from sakrad.core.errors import Blocked, show_beside
from sakrad.core.security import limited
from sakrad.directory.lifecycle import approvals_for
from sakrad.directory.models import ApprovalRule, Organisation, OrganisationKind
from sakrad.directory.queries import get_organisation, list_active_municipalities

bp = Blueprint("accounts_organisation", __name__)


@bp.route("/forening/ny", methods=["GET", "POST"])
@limited("10 per day", methods=["POST"], key_func=own_key)
@signed_in
def register(user: User) -> ResponseReturnValue:
    municipalities = {municipality.slug: municipality for municipality in list_active_municipalities()}
    form = OrganisationForm()
    form.municipality.choices = [("", _("Flera kommuner eller hela landet")), *((slug, m.name) for slug, m in municipalities.items())]
    if form.validate_on_submit():
        try:
            organisation = commands.found_organisation(
                user,
                name=form.name.data or "",
                kind=OrganisationKind(form.kind.data),
                org_number=form.org_number.data or "",
                email=form.email.data or "",
                municipality=municipalities.get(form.municipality.data),
                voice_bearer=form.voice_bearer.data,
                provider=form.provider.data,
                protected=form.protected.data,
                at=clock.now(),
            )
        except Blocked as blocked:
            show_beside(form, blocked)
        else:
            flash(_("%(name)s är registrerad. Berätta gärna mer om er här.", name=organisation.name))
            return htmx.go(url_for("directory_organisation.profile", org=organisation.slug))
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/organisation/register.html", form=form, claimable=queries.list_claimable(user)), status


@bp.post("/forening/ny/<org>")
@requires(policy.may_claim, load=queries.get_claim)
def claim(claim: queries.Claim) -> ResponseReturnValue:
    commands.claim_organisation(claim, current_user._get_current_object(), at=clock.now())
    flash(_("Du är nu administratör för %(name)s.", name=claim.organisation.name))
    return htmx.go(url_for("directory_organisation.profile", org=claim.organisation.slug))


@bp.get("/forening/<org>/medlemmar")
@requires(policy.is_member, load=get_organisation)
def members(organisation: Organisation) -> ResponseReturnValue:
    return _page(organisation)


@bp.post("/forening/<org>/medlemmar")
@limited("30 per day", key_func=own_key)  # each sends a mail to whatever address is typed
@requires(policy.may_administer, load=get_organisation)
def invite(organisation: Organisation) -> ResponseReturnValue:
    form = InviteForm()
    if not form.validate():
        return _page(organisation, invite_form=form), 422
    try:
        commands.invite_member(form.email.data or "", Role(form.role.data), organisation, actor=current_user, at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(organisation, invite_form=form), 422
    flash(_("En inbjudan är på väg till %(email)s.", email=form.email.data))
    return _back(organisation)


@bp.post("/forening/<org>/godkannande")
@requires(policy.may_administer, load=get_organisation)
def set_approval_rule(organisation: Organisation) -> ResponseReturnValue:
    form = ApprovalRuleForm()
    if not form.validate():
        return _page(organisation, rule_form=form), 422
    rule = ApprovalRule(form.rule.data)
    try:
        commands.set_approval_rule(
            organisation, rule=rule, approvals_needed=approvals_for(rule, form.approvals_needed.data), actor=current_user, at=clock.now()
        )
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(organisation, rule_form=form), 422
    flash(_("Sparat. Alla administratörer och godkännare får veta det."))
    return htmx.go(url_for(".members", org=organisation.slug, _anchor="godkannande"))


@bp.post("/forening/<org>/medlemmar/<reference>/roll")
@requires(policy.may_manage_member, load=queries.get_member)
def give_role(membership: Membership) -> ResponseReturnValue:
    organisation = _organisation(membership)
    form = RoleForm()
    if not form.validate():
        return _page(organisation), 422
    commands.grant(membership.user, Role(form.role.data), organisation, actor=current_user, at=clock.now())
    return _back(organisation)


@bp.post("/forening/<org>/medlemmar/<reference>/avsluta")
@requires(policy.may_manage_member, load=queries.get_member)
def end(membership: Membership) -> ResponseReturnValue:
    organisation = _organisation(membership)
    commands.end_membership(membership, actor=current_user, at=clock.now())
    if membership.user_id == current_user.id and membership.role is Role.administrator:
        flash(_("Du är inte längre administratör."))
        return htmx.go(url_for("accounts.account"))
    return _back(organisation)


@bp.post("/forening/<org>/medlemmar/<reference>/ta-bort")
@requires(policy.may_manage_member, load=queries.get_member)
def remove(membership: Membership) -> ResponseReturnValue:
    """All the person's roles at once."""
    organisation, person = _organisation(membership), membership.user
    commands.remove_member(person, organisation, actor=current_user._get_current_object(), at=clock.now())
    if person.id == current_user.id:
        flash(_("Du har lämnat %(name)s.", name=organisation.name))
        return htmx.go(url_for("accounts.account"))
    flash(_("%(name)s är borttagen. Det som personen har skrivit finns kvar.", name=person.name))
    return _back(organisation)


@bp.post("/forening/<org>/medlemmar/<reference>/lamna-over")
@requires(policy.may_manage_member, load=queries.get_member)
def hand_over(membership: Membership) -> ResponseReturnValue:
    """Lämna över administrationen till en annan medlem."""
    organisation = _organisation(membership)
    commands.hand_over(organisation, to=membership.user, actor=current_user._get_current_object(), at=clock.now())
    flash(_("%(name)s är nu administratör i ditt ställe.", name=membership.user.name))
    return _back(organisation)


@bp.post("/forening/<org>/lamna")
@requires(policy.is_member, load=get_organisation)
def leave(organisation: Organisation) -> ResponseReturnValue:
    commands.leave_organisation(current_user._get_current_object(), organisation, at=clock.now())
    flash(_("Du har lämnat %(name)s.", name=organisation.name))
    return htmx.go(url_for("accounts.account"))


@bp.post("/forening/<org>/medlemmar/inbjudningar/<reference>/dra-tillbaka")
@requires(policy.may_manage_invitation, load=queries.get_invitation_to)
def uninvite(invitation: JoinInvitation) -> ResponseReturnValue:
    commands.withdraw_invitation(invitation, actor=current_user, at=clock.now())
    flash(_("Inbjudan är tillbakadragen."))
    return htmx.go(url_for(".members", org=invitation.organisation.slug if invitation.organisation else ""))


def _organisation(membership: Membership) -> Organisation:
    assert membership.organisation is not None  # the loader asked for it
    return membership.organisation


def _back(organisation: Organisation) -> ResponseReturnValue:
    return htmx.go(url_for(".members", org=organisation.slug))


def _page(organisation: Organisation, *, invite_form: InviteForm | None = None, rule_form: ApprovalRuleForm | None = None) -> str:
    present = ApprovalRuleForm(formdata=None, rule=organisation.approval_rule.value, approvals_needed=organisation.approvals_needed)
    return render_template(
        "accounts/organisation/members.html",
        organisation=organisation,
        people=queries.list_members(organisation),
        holders=queries_team.count_holders(organisation),
        former=queries_team.list_former_roles(organisation),
        invitations=queries.list_invitations(organisation),
        form=invite_form or InviteForm(formdata=None),
        rule_form=rule_form or present,
        role_form=RoleForm(formdata=None),
        may_administer=policy.may_administer(current_user, organisation),
        me=current_user.id,
    )
