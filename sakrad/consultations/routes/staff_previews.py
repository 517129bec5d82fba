"""The officers' page for previews: whom one has asked to look, and what they say."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, policy, queries
from sakrad.consultations import lifecycle_previews as lifecycle
from sakrad.consultations import queries_previews as previews
from sakrad.consultations.forms_previews import AskForm
from sakrad.consultations.models import Consultation, Preview
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.core.security import limited


@bp.route(f"{ONE}/forhandsvisning", methods=["GET", "POST"])
@limited("60 per hour", methods=["POST"])
@handles
def preview(consultation: Consultation) -> ResponseReturnValue:
    """Ask a function to look; the list of those asked."""
    form, at = AskForm(), clock.now()
    if form.validate_on_submit():
        asked = commands.ask_preview(consultation, function=form.function.data, email=form.email.data or "", actor=user(), at=at)
        flash(_("Länken är på väg.") if asked.email else _("Länken är klar. Kopiera den och lämna över den."))
        return go("consultations_staff.preview", consultation)
    return render_template(
        "consultations/staff/preview.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        asked=previews.list_previews(consultation, at),
        blockers=lifecycle.blockers_to_ask_preview(queries.dates_of(consultation), at),
    ), (422 if form.errors else 200)


@bp.post(f"{ONE}/forhandsvisning/<reference>/ta-tillbaka")
@requires(policy.may_handle_preview, load=previews.get_asked_preview)
def revoke_preview(preview: Preview) -> ResponseReturnValue:
    """The link shows nothing more."""
    consultation = preview.consultation
    commands.revoke_preview(preview, actor=user(), at=clock.now())
    flash(_("Länken är återtagen."))
    return go("consultations_staff.preview", consultation)
