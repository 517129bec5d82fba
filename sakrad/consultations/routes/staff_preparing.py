"""The guided preparation: the method's steps, one page each, and a last day that is moved from a hint."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms, hints, lifecycle, planning, policy, queries, queries_preparing, steps
from sakrad.consultations.forms_preparing import StepForm
from sakrad.consultations.models import Consultation
from sakrad.consultations.routes.staff import ONE, bp, go, handles, offer, shut_out, user, values_of
from sakrad.consultations.steps import STEPS, Preparing, Step, StepState
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale


@bp.get(f"{ONE}/forbered")
@handles
def continue_preparing(consultation: Consultation) -> ResponseReturnValue:
    """To the first step where something remains."""
    progress = queries_preparing.list_progress(consultation, queries_preparing.list_ticked(consultation), clock.now())
    step = next((each.step for each in progress if each.state is StepState.todo), STEPS[0])
    return go("consultations_staff.prepare", consultation, steg=step.code)


@bp.route(f"{ONE}/forbered/<steg>", methods=["GET", "POST"])
@requires(policy.may_prepare, load=queries_preparing.get_step)
def prepare(preparing: Preparing) -> ResponseReturnValue:
    """One step: what it asks for, its fields and its checklist, saved by itself. Dates can be proposed without being saved."""
    consultation, step, at = preparing.consultation, preparing.step, clock.now()
    ticked = queries_preparing.list_ticked(consultation)
    shown = forms.matter_of(consultation) | {"ticked": sorted(ticked), "seen": commands.stamp_of_step(consultation, step)}
    form = StepForm(step, data={name: value for name, value in shown.items() if name != "questions"})
    functions = offer(form, [consultation.authority])
    blockers = lifecycle.blockers_to_change(queries.facts_of(consultation), at)
    differences: list[forms.Difference] = []
    plan = None
    status = 200
    if form.is_submitted() and "propose" in request.form:
        plan = _propose(form, at, queries_preparing.pace_of(consultation))
    elif form.is_submitted():
        status = 422
        if form.validate() and not shut_out(form, consultation.authority):
            try:
                commands.save_step(
                    consultation,
                    step,
                    values=values_of(form, functions),
                    questions=forms.lines_of(form.questions.data) if "questions" in form else (),
                    ticked=form.ticked.data or [],
                    seen=form.seen.data or "",
                    actor=user(),
                    at=at,
                )
                flash(_("Sparat."))
                return _onward(consultation, step)
            except Blocked as refusal:
                status, blockers = 409, refusal.blockers
            except Stale:
                status, differences = 409, form.differences({name: shown[name] for name in step.fields if name in shown})
                if not differences:  # both wrote the same
                    return _onward(consultation, step)
                form.seen.data = commands.stamp_of_step(consultation, step)  # the next save is made knowing theirs
    facts = queries.facts_of(consultation)
    progress = queries_preparing.list_progress(consultation, ticked, at)
    return render_template(
        "consultations/staff/prepare.html",
        consultation=consultation,
        municipality=consultation.municipality,
        step=step,
        form=form,
        progress=progress,
        state=progress[STEPS.index(step)].state,
        number=STEPS.index(step) + 1,
        following=steps.next_after(step),
        blockers=blockers,
        differences=differences,
        plan=plan,
        milestones=planning.milestones(_with_plan(facts, plan, form) if plan else facts, at),
        pace=queries_preparing.pace_of(consultation) if "decision_on" in form else None,
        texts=dict(queries_preparing.texts_of(consultation, step.fields)),
        hints=[] if blockers else _hints_of(consultation, step, at),
    ), status


def _hints_of(consultation: Consultation, step: Step, at: datetime) -> list[Blocker]:
    """The hints that are mended in the step."""
    found = hints.hints(queries.facts_of(consultation), queries_preparing.around_of(consultation), at)
    return [hint for hint in found if (place := steps.place_of(hint.field)) and place[0] is step]


def _propose(form: StepForm, at: datetime, pace: tuple[timedelta, timedelta]) -> planning.Plan | None:
    """Put proposed days into the form, backwards from the meeting that stands there and stays; nothing is saved."""
    if "decision_on" not in form or not form.decision_on.validate(form):
        return None
    answering, compiling = pace
    plan = planning.dates_towards(form.decision_on.data, at, answering=answering, compiling=compiling)
    for name, day in plan.days().items():
        if name != "decision_on":
            form[name].data, form[name].raw_data = day, None
    return plan


def _with_plan(facts: lifecycle.Facts, plan: planning.Plan, form: StepForm) -> lifecycle.Facts:
    """The facts as they would be if the proposal were saved."""
    opens_at, closes_at = clock.start_of(plan.opens_on), clock.end_of(plan.closes_on)
    return dataclasses.replace(
        facts,
        dates=dataclasses.replace(facts.dates, opens_at=opens_at, closes_at=closes_at, follow_up_on=plan.follow_up_on),
        summary_due_on=plan.summary_due_on,
        decision_on=form.decision_on.data,
        feedback_due_on=plan.feedback_due_on,
    )


def _onward(consultation: Consultation, step: Step) -> ResponseReturnValue:
    """Where the pressed button leads: on, or the same step again."""
    following = steps.next_after(step)
    if "onward" in request.form:
        if following is None:
            return go("consultations_staff.show", consultation)
        return go("consultations_staff.prepare", consultation, steg=following.code)
    return go("consultations_staff.prepare", consultation, steg=step.code)


@bp.post(f"{ONE}/flytta-sista-dagen")
@handles
def move_last_day(consultation: Consultation) -> ResponseReturnValue:
    """What a hint about the last day to answer, or about the summary, proposes, done – while the hint proposes it."""
    at = clock.now()
    found = hints.hints(queries.facts_of(consultation), queries_preparing.around_of(consultation), at)
    field = request.form.get("datum", "closes_on")
    proposed = {hint.args.get("mend") for hint in found if hint.field == field}
    day = next((day for day in proposed if day and day.isoformat() == request.form.get("dag")), None)
    if day is None:
        flash(_("Förslaget gäller inte längre."), "error")
    else:
        values = {"closes_at": clock.end_of(day)} if field == "closes_on" else {field: day}
        commands.change_consultation(consultation, values=values, seen_version=consultation.version, actor=user(), at=at)
        flash(_("Sista dagen är flyttad.") if field == "closes_on" else _("Sammanställningen är flyttad."))
    return go("consultations_staff.prepare", consultation, steg="aterkoppling")
