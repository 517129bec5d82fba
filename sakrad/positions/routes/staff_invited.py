"""Reaching the invited: sending again what came back, and printing letters. The list itself is pages_staff.invited."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts.queries import barred_for
from sakrad.accounts.queries_team import count_holders
from sakrad.consultations import policy
from sakrad.consultations.lifecycle import InvitationStatus
from sakrad.consultations.models import Consultation, Invitation
from sakrad.consultations.queries import get_consultation, get_invited
from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Missing, show_beside
from sakrad.core.files import FileKind
from sakrad.positions import commands, letter, queries_invited
from sakrad.positions.forms_invited import LettersForm, ResendForm
from sakrad.positions.routes.staff import bp

__all__ = ["bp"]  # whose routes these are

INVITED = "/handlaggning/<kommun>/sakrad/<slug>/inbjudna"


def _user() -> Any:
    return current_user._get_current_object()


@bp.route(f"{INVITED}/<org>/skicka-igen", methods=["GET", "POST"])
@requires(policy.may_handle_invitation, load=get_invited)
def resend(invitation: Invitation) -> ResponseReturnValue:
    """An invitation that came back: a better address, and off it goes again."""
    consultation, organisation = invitation.consultation, invitation.organisation
    form = ResendForm(data={"email": organisation.email})
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            commands.resend_invitation(invitation, email=form.email.data, actor=_user(), at=clock.now())
        except Blocked as blocked:
            show_beside(form, blocked)
            status = 409
        else:
            flash(_("Inbjudan skickas igen."))
            return htmx.go(url_for("pages_staff.invited", **consultation.address))
    return render_template(
        "positions/staff/resend.html",
        municipality=consultation.municipality,
        consultation=consultation,
        invitation=invitation,
        organisation=organisation,
        claimed=count_holders(organisation).members > 0,
        form=form,
    ), status


@bp.post(f"{INVITED}/brev")
@requires(policy.may_handle, load=get_consultation)
def print_letters(consultation: Consultation) -> ResponseReturnValue:
    """Those chosen, or all that the list shows; then the PDF, made outside the transaction."""
    form = LettersForm()
    slugs = form.organisations.data or []
    everybody = "alla" in request.form
    status = next((each for each in InvitationStatus if each.value == form.status.data), None)
    barred = barred_for(_user())
    chosen = queries_invited.list_to_print(consultation, slugs=[] if everybody else slugs, status=status) if slugs or everybody else []
    chosen = [invitation for invitation in chosen if invitation.organisation_id not in barred]
    if not chosen:
        flash(_("Välj minst en organisation att skriva brev till."), "error")
        return htmx.go(url_for("pages_staff.invited", **consultation.address, status=status.value if status else None))
    at = clock.now()
    commands.print_letters(consultation, chosen, actor=_user(), at=at)
    return htmx.go(url_for(".letters", **consultation.address, utskrift=at.isoformat()))


@bp.get(f"{INVITED}/brev.pdf")
@requires(policy.may_handle, load=get_consultation)
def letters(consultation: Consultation) -> ResponseReturnValue:
    """The letters that were printed together: the same again, until they are printed anew."""
    if "utskrift" not in request.args:
        return htmx.go(url_for("pages_staff.invited", **consultation.address))
    try:
        at = datetime.fromisoformat(request.args.get("utskrift", ""))
        if at.tzinfo is None:
            raise Missing("letters")
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):  # no instant, or one before the first year
        raise Missing("letters") from None
    content = letter.letters_pdf(consultation, queries_invited.list_printed(consultation, at), at)
    return files.attachment(content, letter.file_name(consultation), files.MEDIA_TYPES[FileKind.pdf])
