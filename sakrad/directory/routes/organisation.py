"""The organisation's profile, in its own space."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.directory import commands, policy, queries
from sakrad.directory.forms import OrganisationForm
from sakrad.directory.models import Municipality, Organisation, OrganisationKind

bp = Blueprint("directory_organisation", __name__)
PLAIN = (
    "name",
    "kind",
    "org_number",
    "email",
    "voice_bearer",
    "provider",
    "description",
    "added_value",
    "protected",
    "area",
    "postal_address",
)


@bp.get("/forening/<org>/profil")
@requires(policy.is_member, load=queries.get_organisation)
def profile(organisation: Organisation) -> ResponseReturnValue:
    form, _municipalities = _form(organisation)
    return _page(organisation, form)


@bp.post("/forening/<org>/profil")
@requires(policy.may_describe, load=queries.get_organisation)
def change_profile(organisation: Organisation) -> ResponseReturnValue:
    form, municipalities = _form(organisation)
    if not form.validate():
        return _page(organisation, form), 422
    try:
        commands.change_organisation(
            organisation,
            name=form.name.data,
            kind=OrganisationKind(form.kind.data),
            org_number=form.org_number.data,
            email=form.email.data,
            municipality=municipalities.get(form.municipality.data),
            groups=queries.list_groups_named(form.groups.data or []),
            voice_bearer=form.voice_bearer.data,
            provider=form.provider.data,
            description=form.description.data,
            added_value=form.added_value.data,
            protected=form.protected.data,
            subjects=queries.list_subjects_named(form.subjects.data or []),
            area=form.area.data,
            postal_address=form.postal_address.data,
            actor=current_user,
            at=clock.now(),
        )
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(organisation, form), 422
    flash(_("Profilen är sparad."))
    return htmx.go(url_for(".profile", org=organisation.slug))


def _form(organisation: Organisation) -> tuple[OrganisationForm, dict[str, Municipality]]:
    """The form filled with what stands there, and the municipalities that may be chosen by slug."""
    municipalities = {municipality.slug: municipality for municipality in queries.list_active_municipalities()}
    if organisation.municipality:  # kept, though it may have been switched off
        municipalities.setdefault(organisation.municipality.slug, organisation.municipality)
    form = OrganisationForm(
        data={name: getattr(organisation, name) for name in PLAIN}
        | {
            "municipality": organisation.municipality.slug if organisation.municipality else "",
            "groups": [group.slug for group in organisation.groups],
            "subjects": [subject.slug for subject in organisation.subjects],
        }
    )
    form.municipality.choices = [("", _("Flera kommuner eller hela landet")), *((slug, m.name) for slug, m in municipalities.items())]
    form.groups.choices = [(group.slug, group.name) for group in queries.list_groups()]
    form.subjects.choices = [(subject.slug, subject.name) for subject in queries.list_subjects()]
    return form, municipalities


def _page(organisation: Organisation, form: OrganisationForm) -> str:
    return render_template(
        "directory/organisation/profile.html",
        organisation=organisation,
        form=form,
        former_names=queries.list_former_names(organisation),
        may_describe=policy.may_describe(current_user, organisation),
    )
