"""The officers' pages for its course: announcing, more time, breaking off, ending."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms, hints, lifecycle, planning, queries, queries_preparing
from sakrad.consultations.models import Consultation
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.core import clock
from sakrad.core.errors import Blocked, Blocker


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
        hints=hints.hints(facts, queries_preparing.around_of(consultation), at),
        facts=facts,
        milestones=planning.milestones(facts, at),
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
                    reason=form.reason.data,
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
