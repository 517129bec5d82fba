"""Sharing the answers: many points at once, units that draft, colleagues who read, and what an answer has said before."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sakrad.consultations.models import Consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Stale
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.responses import commands, forms, forms_answers, lifecycle, policy, queries, queries_answers, queries_desk
from sakrad.responses.lifecycle_answers import blockers_to_review, waits_for_change
from sakrad.responses.routes.staff import ONE, TARGET, body_of, bp, handles, refused, to_desk, user
from sakrad.responses.targets import Target
from sakrad.summaries.queries_sharing import list_colleagues

MOST = 200  # targets on one page of ticks: more are given in several rounds
reviews = requires(policy.may_review, load=queries.get_answered)
answers_point = requires(policy.may_answer, load=queries.get_point_target)


@bp.route(f"{ONE}/synpunkt/<int:number>/samma-skal", methods=["GET", "POST"])
@answers_point
def answer_aside(target: Target) -> ResponseReturnValue:
    """Answer every point that was set aside for the same reason as this one. The reason is what the answer begins from."""
    consultation, at = target.consultation, clock.now()
    found = queries_desk.get_desk(consultation)
    group = next((each for each in found.same_reason if any(one.point is target.point for one in each)), [])
    group = [one for one in group if policy.may_answer(user(), one)]
    if not group or target.point is None:
        return to_desk(consultation)
    points = [one.point for one in group if one.point is not None]
    form, status = forms.ResponseForm(data={"reason": queries_answers.reason_of(points)}), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                release = commands.open_release(consultation, at=at)
                many = commands.propose_many(release, points, actor=user(), at=at, **form.values())
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(ngettext("En synpunkt har fått svar.", "%(num)s synpunkter har fått svar.", many))
                return to_desk(consultation, "inte-upptagna")
    return render_template(
        "responses/staff/answer_aside.html",
        consultation=consultation,
        municipality=consultation.municipality,
        target=target,
        group=group,
        form=form,
        blockers=lifecycle.blockers_to_change(found.facts, at),
    ), status


@bp.route(f"{ONE}/uppdrag", methods=["GET", "POST"])
@handles
def assign(consultation: Consultation) -> ResponseReturnValue:
    """Give answers to units, many at once, or take them back."""
    found = queries_desk.get_desk(consultation)
    aside = [one for group in found.same_reason for one in group]
    targets = {
        f"{one.kind}-{one.number}": one
        for one in [*(finding.target for finding in found.findings), *aside]
        if (one.release is None or one.release.decided_at is None) and policy.may_answer(user(), one)
    }
    units = {unit.reference: unit for unit in queries_answers.list_units(consultation.municipality_id)}
    form = forms_answers.AssignForm()
    form.offer(units.values(), [(key, _named(one)) for key, one in list(targets.items())[:MOST]])
    status = 200
    if form.is_submitted():
        status = 422
        taking_back = "remove" in request.form
        if form.validate():
            chosen, at = [targets[key] for key in form.targets.data or ()], clock.now()
            unit = units.get(form.unit.data)
            try:
                if taking_back:
                    commands.unassign_answers(chosen, actor=user(), at=at)
                    flash(_("Uppdragen är tillbakatagna."))
                    return htmx.go(url_for(".assign", **consultation.address))
                if unit is not None:
                    commands.assign_answers(chosen, unit, due_on=form.due_on.data, note=form.note.data or "", actor=user(), at=at)
                    flash(_("%(unit)s har fått uppdraget.", unit=unit.name))
                    return htmx.go(url_for(".assign", **consultation.address))
                form.unit.errors = [_("Välj vilken enhet som ska skriva.")]
            except Blocked as blocked:
                status = refused(form, blocked)
    return render_template(
        "responses/staff/assign.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        given=[one for one in targets.values() if one.task is not None],
        blockers=lifecycle.blockers_to_change(found.facts, clock.now()),
    ), status


def _named(target: Target) -> str:
    """A line in the list of what can be given: its heading or the first words, and who has it."""
    if target.finding is not None:
        words = f"{target.number}. {target.finding.heading}"
    else:
        assert target.point is not None
        words = _("Synpunkt %(number)s, %(name)s", number=target.number, name=target.point.answer.version.organisation_name)
    return f"{words} · {target.task.unit.name}" if target.task is not None else words


@bp.get("/handlaggning/<kommun>/uppdrag")
@requires(policy.may_see_duties, load=get_municipality)
def duties(municipality: Municipality) -> ResponseReturnValue:
    """What the reader's units are to draft."""
    page = asked_page()
    found = queries_answers.list_duties(user(), municipality.id, page=page)
    return render_template("responses/staff/duties.html", municipality=municipality, found=found, page=page)


@bp.route(f"{ONE}/granska", methods=["GET", "POST"])
@handles
def ask_review(consultation: Consultation) -> ResponseReturnValue:
    """Ask a colleague to read what nobody has read, and see what is still to be read."""
    found = queries_desk.get_desk(consultation)
    waiting = [target for target in found.reviewable if policy.may_answer(user(), target)]
    colleagues = {str(one.id): one for one in list_colleagues(consultation) if one.id != user().id}
    form = forms_answers.AskReviewForm()
    form.offer(colleagues.values())
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            reviewer = colleagues[form.reviewer.data]
            readable = [target.response for target in waiting if target.response and policy.may_review(reviewer, target)]
            readable = [response for response in readable if response.written_by_id != reviewer.id]
            number = commands.ask_review(readable, reviewer, actor=user(), at=clock.now()) if readable else 0
            if number:
                told = ngettext(
                    "%(name)s har fått ett svar att läsa.", "%(name)s har fått %(num)s svar att läsa.", number, name=reviewer.name
                )
                flash(told)
                return htmx.go(url_for(".ask_review", **consultation.address))
            changes = any(waits_for_change(response) for response in readable)
            form.reviewer.errors = [
                _("Ändra först det som en kollega har bett om.")
                if changes
                else _("Det finns inget svar som %(name)s kan läsa åt er.", name=reviewer.name)
            ]
    reviewers = {target.response.reviewer_id for target in waiting if target.response and target.response.reviewer_id}
    return render_template(
        "responses/staff/ask_review.html",
        consultation=consultation,
        municipality=consultation.municipality,
        waiting=waiting,
        others=sum(target.response.written_by_id != user().id for target in waiting if target.response),
        names=queries_answers.names_of(reviewers),
        reader=user(),
        form=form,
    ), status


@bp.route(f"{TARGET}/granska", methods=["GET", "POST"])
@reviews
def review(target: Target) -> ResponseReturnValue:
    """Read a colleague's answer: it is good, or something has to be changed."""
    response, consultation, at = target.response, target.consultation, clock.now()
    assert response is not None
    own = response.written_by_id == user().id
    blockers = blockers_to_review(queries.release_facts(consultation, target.release), own=own, at=at)
    form, status, overtaken = forms_answers.ReviewForm(data={"version": response.version}), 200, False
    if form.is_submitted():
        status = 422
        if form.validate():
            good, seen = form.verdict.data == "good", form.version.data or 0
            try:
                commands.review_response(response, good=good, note=form.note.data or "", seen_version=seen, actor=user(), at=at)
            except Blocked as blocked:
                status = refused(form, blocked)
            except Stale:
                status, overtaken = 409, True
                form.version.data, form.version.raw_data = response.version, None
            else:
                flash(_("Tack! Svaret är läst."))
                return htmx.go(url_for(".ask_review", **consultation.address))
    return render_template(
        "responses/staff/review.html",
        target=target,
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        body=body_of(target),
        overtaken=overtaken,
        blockers=blockers,
    ), status


@bp.get(f"{TARGET}/versioner")
@reviews
def versions(target: Target) -> ResponseReturnValue:
    """What the answer has said before, and what differs."""
    assert target.response is not None
    return render_template(
        "responses/staff/versions.html",
        target=target,
        consultation=target.consultation,
        municipality=target.consultation.municipality,
        versions=queries_answers.list_versions(target.response),
    )
