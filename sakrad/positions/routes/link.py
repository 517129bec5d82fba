"""Answer from the mail: the invitation's personal link, without a password (PRACTICE.md 21).

The link opens only after a press of a button, since mail filters follow links. What the button opens is this one
invitation in this one browser; it signs nobody in to anything.
"""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.queries import phase_of
from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.errors import Blocked, Blocker
from sakrad.meetings.queries_seats import list_coming, list_with_notes
from sakrad.positions import commands, forms, lifecycle, queries_own
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import invitation_of, open_here
from sakrad.positions.routes.desk import link_bp as bp


@bp.get("/inbjudan/<token>")
@bearer(load=queries_own.get_link_desk)
def landing(desk: Desk) -> ResponseReturnValue:
    """Who asks, what, until when. Writes nothing."""
    return _landing(desk, forms.DeclineForm(formdata=None))


def _landing(desk: Desk, form: forms.DeclineForm, blockers: list[Blocker] | None = None) -> str:
    consultation = desk.consultation
    return render_template(
        "positions/link/landing.html",
        desk=desk,
        invitation=desk.invitation,
        organisation=desk.organisation,
        consultation=consultation,
        phase=phase_of(consultation, clock.now()),
        minutes=lifecycle.minutes_to_answer(
            [question.kind for question in consultation.questions if question.withdrawn_at is None], consultation.background
        ),
        form=form,
        blockers=blockers or [],
        sent=queries_own.find_position(desk),
        meetings=list_coming(consultation.id, desk.organisation, clock.now()),
        noted=list_with_notes(consultation.id, desk.organisation),
    )


@bp.post("/inbjudan/<token>/oppna")
@bearer(load=queries_own.get_link_desk)
def unlock(desk: Desk) -> ResponseReturnValue:
    """Open the desk in this browser, and go on to it or to the comments. Nothing is written that anyone else could see."""
    open_here(desk)
    return htmx.go(url_for("comments_link.write" if request.form.get("till") == "kommentera" else ".write", token=desk.token))


@bp.post("/inbjudan/<token>/tanker-svara")
@bearer(load=queries_own.get_link_desk)
def intend(desk: Desk) -> ResponseReturnValue:
    """Vi tänker svara."""
    try:
        commands.intend_to_answer(invitation_of(desk), at=clock.now())
    except Blocked as blocked:
        return _landing(desk, forms.DeclineForm(formdata=None), blocked.blockers), 409
    flash(_("Tack! Kommunen ser att ni tänker svara."))
    return htmx.go(url_for(".landing", token=desk.token))


@bp.post("/inbjudan/<token>/avboj")
@bearer(load=queries_own.get_link_desk)
def decline(desk: Desk) -> ResponseReturnValue:
    """Vi avböjer, med eller utan skäl."""
    form = forms.DeclineForm()
    if not form.validate():
        return _landing(desk, form), 422
    try:
        commands.decline_invitation(invitation_of(desk), reason=form.reason.data, at=clock.now())
    except Blocked as blocked:
        return _landing(desk, form, blocked.blockers), 409
    flash(_("Tack för beskedet. Ändrar ni er går det bra att svara ändå, så länge sakrådet är öppet."))
    return htmx.go(url_for(".landing", token=desk.token))
