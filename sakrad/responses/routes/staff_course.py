"""The answers' way to the authority and out to readers. What happens afterwards is in staff_ledger."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.errors import Blocked, Missing
from sakrad.responses import commands, forms, queries
from sakrad.responses.models import DecisionForm, FeedbackRelease
from sakrad.responses.routes.staff import ONE, bp, desk, handles, refused, to_desk, user


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
    try:
        commands.send(release, meeting_on=form.meeting_on.data, unread=form.unread.data, actor=user(), at=clock.now())
    except Blocked as blocked:
        if any(blocker.field not in form for blocker in blocked.blockers):
            raise
        return desk(consultation, send=form, status=refused(form, blocked))
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
