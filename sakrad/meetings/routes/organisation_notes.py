"""The notes as those who came read them, and ask for corrections: by account, or by the invitation's link."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.errors import Blocked, show_beside
from sakrad.meetings import commands_notes as commands
from sakrad.meetings import forms_notes as forms
from sakrad.meetings import lifecycle_notes as lifecycle
from sakrad.meetings import queries_notes as queries
from sakrad.meetings import queries_seats
from sakrad.meetings.queries_seats import NotesSeat
from sakrad.meetings.routes.seat import LINK, Door, actor_at, address, at_meeting, bp, given, link_bp, press
from sakrad.records.masking import list_hidden

__all__ = ["bp"]
NOTES = Door(queries_seats.get_notes_seat, queries_seats.get_link_notes_seat, "notes", "meetings/link/notes.html")
ONE = "/anteckningar"


@at_meeting(ONE, door=NOTES)
def notes(seat: NotesSeat) -> ResponseReturnValue:
    """What was sent out, or what has become final."""
    return _page(seat, forms.CorrectionForm(formdata=None))


@link_bp.post(f"{LINK}{ONE}/oppna")
@bearer(load=NOTES.load_link)
def unlock_notes(seat: NotesSeat) -> ResponseReturnValue:
    """Open the notes in this browser."""
    return press(seat, NOTES)


@at_meeting(ONE, method="POST", door=NOTES)
def correct(seat: NotesSeat) -> ResponseReturnValue:
    """Ask for a correction, or be told why not with every word kept."""
    form = forms.CorrectionForm()
    if not form.validate():
        return _page(seat, form), 422
    try:
        commands.ask_for_correction(seat.meeting, seat.organisation, text=form.text.data, actor=actor_at(seat), at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(seat, form), 409
    flash(_("Tack! Kommunen har fått er rättelse. Svaret kommer här."))
    return htmx.go(address(seat, "notes"))


def _page(seat: NotesSeat, form: forms.CorrectionForm) -> str:
    return render_template(
        "meetings/organisation/notes.html",
        **given(seat),
        notes=seat.notes,
        public=queries.find_public_notes(seat.meeting.id),
        masked=bool(list_hidden(queries.text_of(seat.notes))),
        form=form,
        blockers=lifecycle.blockers_to_ask(queries.facts_of(seat.meeting), clock.now()),
    )
