"""The coordinator's directory, its settings, and the operator's switches."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.core.paging import asked_page
from sakrad.directory import commands, policy, queries
from sakrad.directory.forms import (
    AuthorityForm,
    CouncilForm,
    FunctionForm,
    MailboxForm,
    NewAuthorityForm,
    OnBehalfForm,
    SwitchForm,
    SwitchOffForm,
    UnitForm,
    VerificationForm,
)
from sakrad.directory.models import Authority, Function, Municipality, OrganisationKind, Unit, VerificationBasis

bp = Blueprint("directory_staff", __name__)


@bp.route("/handlaggning/<kommun>/organisationer/ny", methods=["GET", "POST"])
@requires(policy.may_set_up, load=queries.get_municipality)
def register(municipality: Municipality) -> ResponseReturnValue:
    form = OnBehalfForm()
    form.groups.choices = [(group.slug, group.name) for group in queries.list_groups()]
    form.subjects.choices = [(subject.slug, subject.name) for subject in queries.list_subjects()]

    def save() -> str:
        made = commands.register_organisation(
            name=form.name.data,
            kind=OrganisationKind(form.kind.data),
            org_number=form.org_number.data,
            email=form.email.data,
            municipality=municipality,
            groups=queries.list_groups_named(form.groups.data or []),
            subjects=queries.list_subjects_named(form.subjects.data or []),
            area=form.area.data,
            postal_address=form.postal_address.data,
            actor=current_user,
            at=clock.now(),
        )
        flash(_("%(name)s är registrerad och kan bjudas in.", name=made.name))
        return url_for(".organisation", kommun=municipality.slug, org=made.slug)

    return _save(form, save) or (
        render_template("directory/staff/register.html", municipality=municipality, form=form),
        _status(form),
    )


@bp.get("/handlaggning/<kommun>/organisationer/<org>")
@requires(policy.may_see_case, load=queries.get_case)
def organisation(case: queries.Case) -> ResponseReturnValue:
    return _case_page(case, VerificationForm(obj=case.verification))


@bp.post("/handlaggning/<kommun>/organisationer/<org>")
@requires(policy.may_verify, load=queries.get_case)
def verify(case: queries.Case) -> ResponseReturnValue:
    form = VerificationForm()

    def save() -> str:
        commands.verify_organisation(
            case.organisation, case.municipality, basis=VerificationBasis(form.basis.data), actor=current_user, at=clock.now()
        )
        flash(_("%(name)s är bekräftad.", name=case.organisation.name))
        return url_for("pages_staff.organisations", kommun=case.municipality.slug)

    return _save(form, save) or (_case_page(case, form), 422)


def _case_page(case: queries.Case, form: VerificationForm) -> str:
    return render_template(
        "directory/staff/organisation.html",
        municipality=case.municipality,
        case=case,
        form=form,
        may_verify=policy.may_verify(current_user, case),
    )


@bp.route("/handlaggning/<kommun>/installningar/brevlada", methods=["GET", "POST"])
@requires(policy.may_set_up, load=queries.get_municipality)
def mailbox(municipality: Municipality) -> ResponseReturnValue:
    form = MailboxForm(obj=municipality)
    return _setting(
        municipality,
        form,
        _("Kommunens officiella brevlåda"),
        lambda: commands.change_mailbox(municipality, mailbox=form.mailbox.data, actor=current_user, at=clock.now()),
    )


@bp.route("/handlaggning/<kommun>/installningar/namnder/ny", methods=["GET", "POST"])
@requires(policy.may_set_up, load=queries.get_municipality)
def add_authority(municipality: Municipality) -> ResponseReturnValue:
    form = NewAuthorityForm()
    return _setting(
        municipality,
        form,
        _("Lägg till en nämnd"),
        lambda: commands.add_authority(
            municipality, name=form.name.data, short=form.short.data, mailbox=form.mailbox.data, actor=current_user, at=clock.now()
        ),
    )


@bp.route("/handlaggning/<kommun>/installningar/namnder/<namnd>", methods=["GET", "POST"])
@requires(policy.may_set_up_authority, load=queries.get_authority)
def change_authority(authority: Authority) -> ResponseReturnValue:
    form = AuthorityForm(obj=authority)
    return _setting(
        authority.municipality,
        form,
        _("Ändra nämnd"),
        lambda: commands.change_authority(authority, name=form.name.data, mailbox=form.mailbox.data, actor=current_user, at=clock.now()),
    )


@bp.route("/handlaggning/<kommun>/installningar/namnder/<namnd>/enheter/ny", methods=["GET", "POST"])
@requires(policy.may_set_up_authority, load=queries.get_authority)
def add_unit(authority: Authority) -> ResponseReturnValue:
    form = UnitForm()
    return _setting(
        authority.municipality,
        form,
        _("Lägg till förvaltning eller enhet"),
        lambda: commands.add_unit(authority, **_unit_values(form), actor=current_user, at=clock.now()),
        under=authority.name,
    )


@bp.route("/handlaggning/<kommun>/installningar/enheter/<reference>", methods=["GET", "POST"])
@requires(policy.may_set_up_unit, load=queries.get_unit)
def change_unit(unit: Unit) -> ResponseReturnValue:
    form = UnitForm(obj=unit)
    return _setting(
        unit.authority.municipality,
        form,
        _("Ändra förvaltning eller enhet"),
        lambda: commands.change_unit(unit, **_unit_values(form), actor=current_user, at=clock.now()),
        under=unit.authority.name,
    )


@bp.route("/handlaggning/<kommun>/installningar/enheter/<reference>/funktioner/ny", methods=["GET", "POST"])
@requires(policy.may_set_up_unit, load=queries.get_unit)
def add_function(unit: Unit) -> ResponseReturnValue:
    form = FunctionForm()
    return _setting(
        unit.authority.municipality,
        form,
        _("Lägg till funktion"),
        lambda: commands.add_function(unit, **_function_values(form), actor=current_user, at=clock.now()),
        under=unit.name,
    )


@bp.route("/handlaggning/<kommun>/installningar/funktioner/<reference>", methods=["GET", "POST"])
@requires(policy.may_set_up_function, load=queries.get_function)
def change_function(function: Function) -> ResponseReturnValue:
    form = FunctionForm(obj=function)
    return _setting(
        function.unit.authority.municipality,
        form,
        _("Ändra funktion"),
        lambda: commands.change_function(function, **_function_values(form), actor=current_user, at=clock.now()),
        under=function.unit.name,
    )


@bp.route("/handlaggning/<kommun>/installningar/rad/ny", methods=["GET", "POST"])
@requires(policy.may_set_up, load=queries.get_municipality)
def add_council(municipality: Municipality) -> ResponseReturnValue:
    form = CouncilForm()
    return _setting(
        municipality,
        form,
        _("Lägg till ett råd"),
        lambda: commands.add_council(municipality, name=form.name.data, actor=current_user, at=clock.now()),
    )


@bp.get("/drift/kommuner")
@requires(policy.may_switch, load=lambda: None)
def municipalities(_nothing: None) -> ResponseReturnValue:
    search, page = request.args.get("q", ""), _page_number()
    rows, pages = queries.list_municipalities(search, page)
    return render_template("directory/staff/municipalities.html", rows=rows, search=search, page=page, pages=pages)


@bp.get("/drift/kommuner/<kommun>")
@requires(policy.may_switch, load=queries.get_any_municipality)
def municipality(municipality: Municipality) -> ResponseReturnValue:
    form = SwitchOffForm() if municipality.active else SwitchForm(obj=municipality)
    return render_template("directory/staff/municipality.html", municipality=municipality, form=form)


@bp.post("/drift/kommuner/<kommun>/pa")
@requires(policy.may_switch, load=queries.get_any_municipality)
def switch_on(municipality: Municipality) -> ResponseReturnValue:
    form = SwitchForm()

    def save() -> str:
        commands.switch_on(municipality, mailbox=form.mailbox.data, actor=current_user, at=clock.now())
        flash(_("%(name)s är påslagen.", name=municipality.full_name))
        return url_for(".municipality", kommun=municipality.slug)

    return _save(form, save) or (render_template("directory/staff/municipality.html", municipality=municipality, form=form), 422)


@bp.post("/drift/kommuner/<kommun>/av")
@requires(policy.may_switch, load=queries.get_any_municipality)
def switch_off(municipality: Municipality) -> ResponseReturnValue:
    commands.switch_off(municipality, actor=current_user, at=clock.now())
    flash(_("%(name)s är avslagen. Inget är borttaget.", name=municipality.full_name))
    return htmx.go(url_for(".municipality", kommun=municipality.slug))


def _setting(
    municipality: Municipality, form: FlaskForm, title: str, save: Callable[[], object], *, under: str = ""
) -> ResponseReturnValue:
    """One small form of the settings: saved and back to them, or shown (again)."""

    def saved() -> str:
        save()
        flash(_("Sparat."))
        return url_for("accounts_staff.settings", kommun=municipality.slug)

    return _save(form, saved) or (
        render_template("directory/staff/setting.html", municipality=municipality, form=form, title=title, under=under),
        _status(form),
    )


def _save(form: FlaskForm, save: Callable[[], str]) -> ResponseReturnValue | None:
    """Save what was posted and go where `save` says; None when nothing was posted, or when it has faults to show."""
    if not form.validate_on_submit():
        return None
    try:
        return htmx.go(save())
    except Blocked as blocked:
        show_beside(form, blocked)
        return None


def _status(form: FlaskForm) -> int:
    return 422 if form.is_submitted() else 200


def _function_values(form: FunctionForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("title", "holder", "deputy", "email", "phone", "deputy_email")}


def _unit_values(form: UnitForm) -> dict[str, str]:
    return {"name": form.name.data or "", "head_email": form.head_email.data or ""}


def _page_number() -> int:
    return asked_page()
