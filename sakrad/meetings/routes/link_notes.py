"""The notes by an invitation's personal link: opened by a press of a button, since mail filters follow links."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sakrad.core import htmx, opened
from sakrad.core.access import bearer
from sakrad.meetings import forms_notes as forms
from sakrad.meetings import queries_notes as queries
from sakrad.meetings.queries_notes import NotesSeat
from sakrad.meetings.routes.organisation_notes import address, asked, page

bp = Blueprint("meetings_link_notes", __name__)
ONE = "/inbjudan/<token>/moten/<int:number>/anteckningar"
seated = bearer(load=queries.get_link_seat)


def _reference(seat: NotesSeat) -> str:
    assert seat.invitation is not None, "a seat reached by a link has its invitation"
    return seat.invitation.reference


@bp.get(ONE)
@seated
def show(seat: NotesSeat) -> ResponseReturnValue:
    """The notes, where the button has been pressed; else whose they are and the button. Writes nothing."""
    if not opened.is_open(_reference(seat)):
        return render_template(
            "meetings/link/notes.html",
            organisation=seat.organisation,
            consultation=seat.consultation,
            meeting=seat.meeting,
            action=address(seat, "unlock"),
        )
    return page(seat, forms.CorrectionForm(formdata=None))


@bp.post(f"{ONE}/oppna")
@seated
def unlock(seat: NotesSeat) -> ResponseReturnValue:
    """Open the notes in this browser."""
    opened.open_here(_reference(seat))
    return htmx.go(address(seat))


@bp.post(ONE)
@seated
def ask(seat: NotesSeat) -> ResponseReturnValue:
    """Ask for a correction. A browser that has forgotten the button gets the words back with it."""
    closed = opened.closed(_reference(seat), address(seat))
    return asked(seat) if closed is None else closed
