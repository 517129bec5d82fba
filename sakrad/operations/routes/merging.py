"""Duplicates among organisations: the operator finds them and merges one into the other. Shows counts, and nothing of drafts."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.paging import asked_page
from sakrad.operations import commands_merging, policy, queries_merging
from sakrad.operations.queries_merging import MergePlan, OrganisationCase
from sakrad.operations.routes.staff import bp

__all__ = ["bp"]  # whose routes these are
ORGANISATION = "/drift/organisationer/<org>"


@bp.get("/drift/organisationer")
@requires(policy.may_operate, load=lambda: None)
def organisations(_nothing: None) -> ResponseReturnValue:
    """Every organisation, by name or number, and those that are likely one and the same."""
    search = request.args.get("q", "").strip()[:200]
    return render_template(
        "operations/staff/organisations.html", listed=queries_merging.list_organisations(search, asked_page()), search=search
    )


@bp.get(ORGANISATION)
@requires(policy.may_see_organisation, load=queries_merging.get_organisation_case)
def organisation(case: OrganisationCase) -> ResponseReturnValue:
    """One organisation: merge it into which? Or take the merger back."""
    search = request.args.get("q", "").strip()[:200]
    found = queries_merging.list_organisations(search, asked_page()) if search else None
    return render_template("operations/staff/organisation.html", case=case, search=search, found=found)


@bp.get(f"{ORGANISATION}/in-i/<heir>")
@requires(policy.may_merge, load=queries_merging.get_merge_plan)
def confirm_merge(plan: MergePlan) -> ResponseReturnValue:
    """Everything that happens when the button is pressed."""
    return render_template("operations/staff/confirm_merge.html", plan=plan)


@bp.post(f"{ORGANISATION}/in-i/<heir>")
@requires(policy.may_merge, load=queries_merging.get_merge_plan)
def merge(plan: MergePlan) -> ResponseReturnValue:
    merged, heir = plan.merged.organisation, plan.heir.organisation
    commands_merging.merge_organisations(merged, heir, actor=current_user._get_current_object(), at=clock.now())
    flash(_("%(name)s är sammanslagen med %(heir)s. Båda får ett mejl.", name=merged.name, heir=heir.name))
    return htmx.go(url_for(".organisation", org=merged.slug))


@bp.post(f"{ORGANISATION}/angra")
@requires(policy.may_see_organisation, load=queries_merging.get_organisation_case)
def unmerge(case: OrganisationCase) -> ResponseReturnValue:
    if case.merger is None:
        raise Missing("merger")
    commands_merging.unmerge_organisations(case.merger, actor=current_user._get_current_object(), at=clock.now())
    flash(_("Sammanslagningen är ångrad. Allt är som förut."))
    return htmx.go(url_for(".organisation", org=case.known.organisation.slug))
