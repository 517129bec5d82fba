"""The officers' pages for its course: announcing, more time, breaking off, ending."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms, hints, lifecycle, planning, queries, queries_preparing, queries_previews
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
        wanted=queries_previews.list_changes_wanted(consultation, at) if consultation.announced_at is None else [],
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
    status = 200
    blockers: list[Blocker] = []
    tips: list[Blocker] = []
    proposed: dict[str, date] = {}
    if form.is_submitted():
        status, at = 422, clock.now()
        tips, proposed = following(_facts_with(form, later, consultation), at) if later else ([], {})
        if "foresla" in request.form:
            status, tips = 200, []
            fill_in(form, proposed)
        elif form.validate() and later is not None and tips and form.seen.data != form.days():
            status = 200  # nothing is wrong, but they may want to move the days that follow too
        elif form.validate() and later is not None:
            try:
                commands.move_closing(
                    consultation,
                    closes_at=later,
                    summary_due_on=form.summary_due_on.data,
                    decision_on=form.decision_on.data,
                    feedback_due_on=form.feedback_due_on.data,
                    follow_up_on=form.follow_up_on.data,
                    reason=form.reason.data,
                    actor=user(),
                    at=at,
                )
                flash(_("Svarstiden är förlängd."))
                return go("consultations_staff.show", consultation)
            except Blocked as refusal:
                blockers = refusal.blockers
                status = _status(blockers)
    form.seen.data = form.days()
    given = {"consultation": consultation, "municipality": consultation.municipality, "form": form, "blockers": blockers}
    return render_template("consultations/staff/move_closing.html", **given, tips=tips, proposed=proposed), status


def _facts_with(form: forms.ClosingForm, closes_at: datetime, consultation: Consultation) -> lifecycle.Facts:
    """The facts as they would be with the days that are typed; an empty one is left as it is."""
    facts = queries.facts_of(consultation)
    typed = {name: form[name].data for name in ("summary_due_on", "decision_on", "feedback_due_on") if form[name].data}
    dates = dataclasses.replace(facts.dates, closes_at=closes_at, follow_up_on=form.follow_up_on.data or facts.dates.follow_up_on)
    return dataclasses.replace(facts, dates=dates, **typed)


def following(facts: lifecycle.Facts, at: datetime) -> tuple[list[Blocker], dict[str, date]]:
    """What is too close in the days after the last day to answer, and the days, by field, that would mend it."""
    found = list(hints.hints_of_order(facts, at))
    now = {name: getattr(facts, name) for name in ("summary_due_on", "decision_on", "feedback_due_on")}
    now["follow_up_on"] = facts.dates.follow_up_on
    wrong = found or (facts.dates.closes_at and lifecycle.order_gates(facts, clock.last_day(facts.dates.closes_at)))
    moved = {name: day for name, day in planning.following(facts).items() if day != now[name]} if wrong else {}
    return found, moved


def fill_in(form: Any, days: dict[str, date]) -> None:
    """Put proposed days into the form's fields; nothing is saved."""
    for name, day in days.items():
        form[name].data, form[name].raw_data = day, None


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
