"""The notes as those who came read them, and ask for corrections: members by the organisation's address.

The holder of an invitation comes by its link (link_notes), to the same pages.
"""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.meetings import commands_notes as commands
from sakrad.meetings import forms_notes as forms
from sakrad.meetings import lifecycle_notes as lifecycle
from sakrad.meetings import policy_notes as policy
from sakrad.meetings import queries_notes as queries
from sakrad.meetings.queries_notes import NotesSeat

bp = Blueprint("meetings_organisation_notes", __name__)
ONE = "/forening/<org>/moten/<kommun>/<slug>/<int:number>/anteckningar"
seated = requires(policy.may_read_notes, load=queries.get_seat)


@bp.get(ONE)
@seated
def show(seat: NotesSeat) -> ResponseReturnValue:
    """What was sent out, or what has become final."""
    return page(seat, forms.CorrectionForm(formdata=None))


@bp.post(ONE)
@seated
def ask(seat: NotesSeat) -> ResponseReturnValue:
    """Ask for a correction."""
    return asked(seat)


def address(seat: NotesSeat, view: str = "show") -> str:
    """The address in the family by which the seat was reached."""
    if seat.token is not None:
        return url_for(f"meetings_link_notes.{view}", token=seat.token, number=seat.meeting.number)
    where = seat.consultation.address
    return url_for(f"meetings_organisation_notes.{view}", org=seat.organisation.slug, **where, number=seat.meeting.number)


def asked(seat: NotesSeat) -> ResponseReturnValue:
    """Take in the correction, or say why not with every word kept."""
    form = forms.CorrectionForm()
    if not form.validate():
        return page(seat, form), 422
    actor = current_user._get_current_object() if seat.token is None else None
    try:
        commands.ask_for_correction(seat.meeting, seat.organisation, text=form.text.data, actor=actor, at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return page(seat, form), 409
    flash(_("Tack! Kommunen har fått er rättelse. Svaret kommer här."))
    return htmx.go(address(seat))


def page(seat: NotesSeat, form: forms.CorrectionForm) -> str:
    """The page of the notes, in the frame of the family."""
    notes = seat.notes
    return render_template(
        "meetings/organisation/notes.html",
        frame="base.html" if seat.token is not None else "organisation.html",
        seat=seat,
        organisation=seat.organisation,
        consultation=seat.consultation,
        meeting=seat.meeting,
        notes=notes,
        public=queries.find_public_notes(seat.meeting.id),
        masked=bool(queries.list_notes_masks(notes)),
        form=form,
        blockers=lifecycle.blockers_to_ask(queries.facts_of(seat.meeting), clock.now()),
        action=address(seat, "ask"),
    )
