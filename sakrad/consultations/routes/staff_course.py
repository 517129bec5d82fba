"""The officers' pages for whom to ask and for its course: announcing, more time, breaking off, ending."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sakrad.consultations import commands, forms, lifecycle, policy, queries
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Missing
from sakrad.core.paging import asked_page
from sakrad.directory import queries as directory
from sakrad.directory.queries_merging import with_merged

PAGE = 30  # organisations to choose from


@bp.route(f"{ONE}/inbjudna/valj", methods=["GET", "POST"])
@handles
def invite(consultation: Consultation) -> ResponseReturnValue:
    """Choose organisations from the register."""
    form = forms.InviteForm()
    if form.validate_on_submit():
        chosen = queries.list_named(form.organisations.data)
        if not all(policy.may_invite(user(), consultation, organisation) for organisation in chosen):
            raise Missing("jäv")
        for organisation in chosen:
            if queries.find_invitation(consultation.id, organisation.id) is None:  # else a colleague was first
                commands.invite(consultation, organisation, actor=user(), at=clock.now())
        flash(ngettext("En organisation är tillagd.", "%(num)d organisationer är tillagda.", len(chosen)))
        return go("pages_staff.invited", consultation)
    page = asked_page()
    wanted = {name: request.args.get(name, "") for name in ("q", "grupp", "var")}
    found = queries.list_choosable(
        consultation,
        text=wanted["q"].strip(),
        group=wanted["grupp"],
        everywhere=wanted["var"] == "alla",
        barred=sorted(with_merged([held.organisation_id for held in user().memberships if held.organisation_id])),
        limit=PAGE,
        offset=(page - 1) * PAGE,
    )
    return render_template(
        "consultations/staff/invite.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        found=found,
        wanted=wanted,
        page=page,
        pages=-(-found.total // PAGE),
        groups=directory.list_groups(),
        missing=queries.list_groups_not_invited(consultation),
        blockers=lifecycle.blockers_to_invite(queries.facts_of(consultation), clock.now()),
    ), (422 if form.errors else 200)


@bp.post(f"{ONE}/inbjudna/<org>/ta-bort")
@requires(policy.may_handle_invitation, load=queries.get_invited)
def uninvite(invitation: Invitation) -> ResponseReturnValue:
    """Off the list again, before anything is sent."""
    consultation = invitation.consultation
    commands.uninvite(invitation, actor=user(), at=clock.now())
    return go("pages_staff.invited", consultation)


@bp.route(f"{ONE}/annonsera", methods=["GET", "POST"])
@handles
def announce(consultation: Consultation) -> ResponseReturnValue:
    """All that stands in the way, the public reasons, and the button."""
    at = clock.now()
    facts = queries.facts_of(consultation)
    form = forms.AnnounceForm(obj=consultation)
    applying = lifecycle.soft_gates(facts, at)
    blockers = lifecycle.blockers_to_announce(facts, at)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                reasons = {gate.field: form[gate.field].data for gate in applying if gate.field}
                commands.announce(consultation, actor=user(), at=at, reasons=reasons)
                flash(_("Sakrådet är annonserat. Inbjudningarna går ut nu."))
                return go("consultations_staff.show", consultation)
            except Blocked as refusal:
                blockers = refusal.blockers
                status = _status(blockers)
                for blocker in blockers:
                    if blocker.field in form:
                        form[blocker.field].errors = [_("Skriv skälet. Det visas på sakrådets sida.")]
    return render_template(
        "consultations/staff/announce.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        applying=applying,
        blockers=blockers,
        hard=[blocker for blocker in blockers if not blocker.args.get("soft")],
        hints=lifecycle.hints(facts, at),
        facts=facts,
    ), status


def _status(blockers: list[Blocker]) -> int:
    """422 when everything can be mended in a field, otherwise 409."""
    return 422 if all(blocker.field for blocker in blockers) else 409


@bp.route(f"{ONE}/forlang", methods=["GET", "POST"])
@handles
def move_closing(consultation: Consultation) -> ResponseReturnValue:
    """More time to answer."""
    form = forms.ClosingForm(obj=consultation)
    later = clock.end_of(form.closes_on.data) if form.closes_on.data else consultation.closes_at
    status, blockers = 200, []
    if form.is_submitted():
        status = 422
        if form.validate() and later is not None:
            try:
                commands.move_closing(
                    consultation,
                    closes_at=later,
                    summary_due_on=form.summary_due_on.data,
                    decision_on=form.decision_on.data,
                    feedback_due_on=form.feedback_due_on.data,
                    actor=user(),
                    at=clock.now(),
                )
                flash(_("Svarstiden är förlängd."))
                return go("consultations_staff.show", consultation)
            except Blocked as refusal:
                blockers = refusal.blockers
                status = _status(blockers)
    given = {"consultation": consultation, "municipality": consultation.municipality, "form": form, "blockers": blockers}
    return render_template("consultations/staff/move_closing.html", **given), status


@bp.route(f"{ONE}/avbryt", methods=["GET", "POST"])
@handles
def cancel(consultation: Consultation) -> ResponseReturnValue:
    """Break it off, with a reason."""
    form = forms.CancelForm()
    if form.validate_on_submit():
        commands.cancel(consultation, reason=form.reason.data, actor=user(), at=clock.now())
        flash(_("Sakrådet är avbrutet."))
        return go("consultations_staff.show", consultation)
    return render_template(
        "consultations/staff/cancel.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        blockers=lifecycle.blockers_to_cancel(queries.facts_of(consultation), clock.now()),
    ), (422 if form.errors else 200)


@bp.post(f"{ONE}/avsluta")
@handles
def end(consultation: Consultation) -> ResponseReturnValue:
    """The matter is closed."""
    commands.end(consultation, actor=user(), at=clock.now())
    flash(_("Sakrådet är avslutat."))
    return go("consultations_staff.show", consultation)
