"""The answers' way to the authority and out to readers, and what happens afterwards: following up and masking."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Missing
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.records.masking import MaskForm, get_masks, list_hidden, shown
from sakrad.responses import commands, forms, lifecycle, policy, queries
from sakrad.responses.models import Commitment, DecisionForm, FeedbackRelease, ProgressStatus
from sakrad.responses.routes.staff import ONE, bp, desk, handles, refused, to_desk, user
from sakrad.responses.targets import Told

FOLLOW_UP = "/handlaggning/<kommun>/ataganden"


def _release(consultation: Consultation) -> FeedbackRelease:
    release = queries.find_release(consultation)
    if release is None:
        raise Missing("release")
    return release


@bp.post(f"{ONE}/skicka")
@handles
def send(consultation: Consultation) -> ResponseReturnValue:
    """Take the proposed answers to the authority."""
    release, form = _release(consultation), forms.SendForm()
    if not form.validate():
        return desk(consultation, send=form, status=422)
    commands.send(release, meeting_on=form.meeting_on.data, actor=user(), at=clock.now())
    flash(_("Svaren är skickade till nämnden."))
    return to_desk(consultation)


@bp.post(f"{ONE}/beslut")
@handles
def decide(consultation: Consultation) -> ResponseReturnValue:
    """Record the decision."""
    release, form = _release(consultation), forms.DecisionRecordForm()
    if not form.validate():
        return desk(consultation, decision=form, status=422)
    try:
        commands.decide(
            release,
            form=DecisionForm(form.form.data),
            decision_on=form.decision_on.data,
            decision_ref=form.decision_ref.data or "",
            minutes_url=form.minutes_url.data or "",
            actor=user(),
            at=clock.now(),
        )
    except Blocked as blocked:
        return desk(consultation, decision=form, status=refused(form, blocked))
    flash(_("Beslutet är antecknat. Svaren kan publiceras."))
    return to_desk(consultation)


@bp.post(f"{ONE}/ta-tillbaka")
@handles
def reopen(consultation: Consultation) -> ResponseReturnValue:
    """Take back a decision that was recorded wrongly."""
    commands.reopen(_release(consultation), actor=user(), at=clock.now())
    flash(_("Anteckningen om beslutet är tillbakatagen. Svaren går att ändra igen."))
    return to_desk(consultation)


@bp.post(f"{ONE}/publicera")
@handles
def publish(consultation: Consultation) -> ResponseReturnValue:
    """Publish all answers at once."""
    commands.publish(_release(consultation), actor=user(), at=clock.now())
    flash(_("Nämndens svar är publicerat."))
    return to_desk(consultation)


@bp.get(FOLLOW_UP)
@requires(policy.may_see_commitments, load=get_municipality)
def commitments(municipality: Municipality) -> ResponseReturnValue:
    """What the municipality has promised and how it goes: overdue first."""
    pile = request.args.get("lage", "")
    page = asked_page()
    found = queries.list_commitments(municipality.id, pile=pile, today=clock.today(), page=page)
    return render_template(
        "responses/staff/commitments.html",
        municipality=municipality,
        found=found,
        pile=pile,
        page=page,
        may_follow_up=lambda commitment: policy.may_follow_up(user(), commitment),
    )


@bp.route(f"{FOLLOW_UP}/<slug>/<int:number>", methods=["GET", "POST"])
@requires(policy.may_follow_up, load=queries.get_commitment)
def follow_up(commitment: Commitment) -> ResponseReturnValue:
    """One commitment: what has been told so far, and what has happened since."""
    consultation, at = commitment.consultation, clock.now()
    form, status = forms.ProgressForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                commands.add_progress(
                    commitment,
                    status=ProgressStatus(form.status.data),
                    text=form.text.data or "",
                    link=form.link.data or "",
                    due_on=form.due_on.data,
                    actor=user(),
                    at=at,
                )
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Det är tillagt och syns offentligt."))
                return htmx.go(url_for(".follow_up", **consultation.address, number=commitment.number))
    facts = queries.release_facts(consultation, commitment.response.release)
    return render_template(
        "responses/staff/follow_up.html",
        commitment=commitment,
        consultation=consultation,
        municipality=consultation.municipality,
        standing=queries.standing_of(commitment, clock.day_of(at)),
        form=form,
        blockers=lifecycle.blockers_to_add_progress(facts, at),
    ), status


@bp.route(f"{ONE}/<any(samlad, synpunkt):kind>/<int:number>/maska", methods=["GET", "POST"])
@requires(policy.may_mask, load=queries.get_reason)
def mask_reason(told: Told) -> ResponseReturnValue:
    """Hide words in the reason of a published answer."""
    return _mask(told)


@bp.route(f"{ONE}/atagande/<int:number>/<int:step>/maska", methods=["GET", "POST"])
@requires(policy.may_mask, load=queries.get_progress)
def mask_progress(told: Told) -> ResponseReturnValue:
    """Hide words in what was told of a commitment."""
    return _mask(told)


def _mask(told: Told) -> ResponseReturnValue:
    form, status, at = MaskForm(), 200, clock.now()
    if number := request.form.get("mask"):
        commands.unmask_words(told, get_masks(told.text, number), actor=user(), at=at)
        return htmx.go(request.path)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                for asked in form.asked():
                    commands.mask_words(told, **asked, actor=user(), at=at)
            except commands.WordsMissing:
                abandon()
                form.not_there()
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Orden är dolda på alla sidor."))
                return htmx.go(request.path)
    return render_template(
        "responses/staff/mask.html",
        text=told.text,
        consultation=told.consultation,
        municipality=told.consultation.municipality,
        form=form,
        hidden=list_hidden(told.text),
        shown=shown(told.text),
    ), status
