"""The officers' pages for corrections: what has been announced, and a new one: choose, change, see the difference, announce."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms_correcting, lifecycle_correcting, policy, queries, queries_correcting
from sakrad.consultations.corrections import DATES, TEXTS, Change, changes_of, stamp_of, told
from sakrad.consultations.models import Consultation
from sakrad.consultations.routes.staff import ONE, Prepared, bp, go, handles, refusal_of, uploaded, user
from sakrad.consultations.routes.staff_course import fill_in, following
from sakrad.core import clock, files
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale

__all__ = ["bp"]  # whose routes these are


@bp.get(f"{ONE}/rattelser")
@handles
def corrections(consultation: Consultation) -> ResponseReturnValue:
    """What has been corrected, and the way to a new correction."""
    return render_template(
        "consultations/staff/corrections.html",
        consultation=consultation,
        municipality=consultation.municipality,
        corrections=[(one, [told(change) for change in one.changes]) for one in queries_correcting.list_corrections(consultation)],
        blockers=_begin(consultation),
    )


def _begin(consultation: Consultation) -> list[Blocker]:
    return lifecycle_correcting.blockers_to_begin_correction(queries.facts_of(consultation), clock.now())


@bp.route(f"{ONE}/rattelser/ny", methods=["GET", "POST"])
@handles
def correct(consultation: Consultation) -> ResponseReturnValue:
    """Choose what; then its form, and under it the difference, which has to be seen before it is announced."""
    chosen = set(request.args.getlist("vad"))
    form = forms_correcting.correction_form(consultation, chosen)
    given: dict[str, Any] = {"consultation": consultation, "municipality": consultation.municipality}
    if len(list(form)) == len(list(forms_correcting.CorrectionForm())):  # nothing that can be corrected is chosen
        given |= {"questions": [one for one in consultation.questions if one.withdrawn_at is None], "choice": forms_correcting}
        given["materials"] = [one for one in consultation.materials if one.withdrawn_at is None]
        return render_template("consultations/staff/correct_what.html", **given, blockers=_begin(consultation))
    form.announcing = "kungor" in request.form
    status, changes, blockers, overtaken = 200, [], [], False
    tips: list[Blocker] = []
    proposed: dict[str, date] = {}
    if form.is_submitted():
        status = 422
        wanted = forms_correcting.wanted_of(form, consultation)
        changes = changes_of(consultation, wanted)
        tips, proposed = _following(consultation, changes)
        if "foresla" in request.form and proposed:
            fill_in(form, proposed)
            changes = changes_of(consultation, wanted := forms_correcting.wanted_of(form, consultation))
            tips, proposed = _following(consultation, changes)
        if form.validate():
            try:
                if form.announcing:
                    commands.announce_correction(
                        consultation, wanted, reason=form.reason.data, seen=form.seen.data or "", actor=user(), at=clock.now()
                    )
                    flash(_("Rättelsen är kungjord. De inbjudna och de som har svarat får veta det."))
                    return go("consultations_staff.corrections", consultation)
                blockers = lifecycle_correcting.blockers_to_correct(queries.facts_of(consultation), changes, clock.now())
                status = 422 if blockers else 200
            except Stale:
                status, overtaken = 409, True
            except Blocked as refusal:
                status, blockers = 409, refusal.blockers
        form.seen.data = stamp_of(changes)
    else:
        blockers = _begin(consultation)
    return render_template(
        "consultations/staff/correct.html",
        **given,
        form=form,
        changes=[told(change) for change in changes],
        blockers=blockers,
        overtaken=overtaken,
        tips=tips,
        proposed=proposed,
        texts=TEXTS,
        dates=DATES,
        again=url_for("consultations_staff.correct", **consultation.address, vad=sorted(chosen)),
    ), status


def _following(consultation: Consultation, changes: list[Change]) -> tuple[list[Blocker], dict[str, date]]:
    """What is too close in the days as the changes would leave them, and days to offer instead."""
    if not any(change.is_date for change in changes):
        return [], {}
    return following(lifecycle_correcting.facts_after(queries.facts_of(consultation), changes), clock.now())


@bp.route(f"{ONE}/rattelser/ny/underlag", methods=["GET", "POST"])
@requires(policy.may_handle, load=queries.get_consultation, prepare=uploaded)
def correct_material(consultation: Consultation, prepared: Prepared) -> ResponseReturnValue:
    """One more file, announced as a correction."""
    form = forms_correcting.AddedMaterialForm()
    blockers, status = _begin(consultation), 200
    if form.is_submitted():
        status = 422
        valid = form.validate()
        if not isinstance(prepared, files.Upload):
            form.file.errors = [refusal_of(prepared)]
        elif valid:
            addition = commands.Addition(prepared, form.title.data, form.description.data)
            try:
                commands.announce_correction(consultation, reason=form.reason.data, addition=addition, actor=user(), at=clock.now())
                flash(_("Underlaget är tillagt, och rättelsen kungjord."))
                return go("consultations_staff.corrections", consultation)
            except Blocked as refusal:
                blockers, status = refusal.blockers, 409
    return render_template(
        "consultations/staff/correct_material.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        blockers=blockers,
    ), status
