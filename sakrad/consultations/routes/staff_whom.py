"""The officers' pages for whom to ask: proposals with their reasons, the whole register, and one press in the coverage panel."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sakrad.accounts.queries import barred_for
from sakrad.consultations import commands, forms, lifecycle, policy, queries, queries_load, queries_whom
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.paging import asked_page, page_count
from sakrad.directory import queries as directory

PAGE = 30  # organisations to choose from


@bp.route(f"{ONE}/inbjudna/valj", methods=["GET", "POST"])
@handles
def invite(consultation: Consultation) -> ResponseReturnValue:
    """Choose among those proposed, or from the register."""
    form = forms.InviteForm()
    if form.validate_on_submit():
        chosen = queries.list_named(form.organisations.data)
        if not all(policy.may_invite(user(), consultation, organisation) for organisation in chosen):
            raise Missing("jäv")
        commands.invite_all(consultation, chosen, actor=user(), at=clock.now())
        flash(ngettext("En organisation är tillagd.", "%(num)d organisationer är tillagda.", len(chosen)))
        return go("pages_staff.invited", consultation)
    at, page, barred = clock.now(), asked_page(), barred_for(user())
    wanted = {name: request.args.get(name, "") for name in ("q", "grupp", "var")}
    searching = page > 1 or any(wanted.values())
    found = queries.list_choosable(
        consultation,
        text=wanted["q"].strip(),
        group=wanted["grupp"],
        everywhere=wanted["var"] == "alla",
        barred=barred,
        limit=PAGE,
        offset=(page - 1) * PAGE,
    )
    return render_template(
        "consultations/staff/invite.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        sections=[] if searching else queries_whom.list_proposals(consultation, barred=barred, at=at),
        searching=searching,
        found=found,
        elsewhere=queries_load.by_organisation(consultation, [each.id for each in found.organisations], at),
        wanted=wanted,
        page=page,
        pages=page_count(found.total, PAGE),
        groups=directory.list_groups(),
        missing=queries.list_groups_not_invited(consultation),
        blockers=lifecycle.blockers_to_invite(queries.facts_of(consultation), at),
    ), (422 if form.errors else 200)


@bp.post(f"{ONE}/inbjudna/bjud-in")
@handles
def invite_one(consultation: Consultation) -> ResponseReturnValue:
    """One press in the coverage panel, which comes back as it then is: htmx follows and gets the panel, others the page."""
    chosen = queries.list_named([request.form.get("organisation", "")])
    if not chosen or not policy.may_invite(user(), consultation, chosen[0]):
        raise Missing("organisation")
    commands.invite_all(consultation, chosen, actor=user(), at=clock.now())
    if not htmx.asked():
        flash(_("%(organisation)s är inbjuden.", organisation=chosen[0].name))
        return redirect(url_for("pages_whom.coverage", **consultation.address), 303)
    place: dict[str, Any] = {name: request.form.get(name) for name in ("grupp", "plats")}
    return redirect(url_for("pages_whom.coverage", inbjuden=chosen[0].slug, **place, **consultation.address), 303)


@bp.post(f"{ONE}/inbjudna/<org>/ta-bort")
@requires(policy.may_handle_invitation, load=queries.get_invited)
def uninvite(invitation: Invitation) -> ResponseReturnValue:
    """Off the list again, before anything is sent."""
    consultation = invitation.consultation
    commands.uninvite(invitation, actor=user(), at=clock.now())
    return go("pages_staff.invited", consultation)
