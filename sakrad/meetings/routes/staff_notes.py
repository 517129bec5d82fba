"""Where officials write a meeting's notes, send them out, answer the corrections and make them final."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Missing, Stale, show_beside
from sakrad.core.text import markdown
from sakrad.meetings import commands_notes as commands
from sakrad.meetings import forms_notes as forms
from sakrad.meetings import lifecycle_notes as lifecycle
from sakrad.meetings import policy_notes as policy
from sakrad.meetings import queries_notes as queries
from sakrad.meetings.models import Meeting, NotesCorrection
from sakrad.records.masking import MaskForm, get_masks, list_hidden

bp = Blueprint("meetings_staff_notes", __name__)
ONE = "/handlaggning/<kommun>/sakrad/<slug>/moten/<int:number>/anteckningar"
writes = requires(policy.may_write_notes, load=queries.get_meeting)
answers = requires(policy.may_answer_correction, load=queries.get_correction)


def _user() -> Any:
    return current_user._get_current_object()


@bp.get(ONE)
@writes
def show(meeting: Meeting) -> ResponseReturnValue:
    """The notes, and how far they have come."""
    return _page(meeting)


@bp.post(ONE)
@writes
def save(meeting: Meeting) -> ResponseReturnValue:
    """Save what is written, or only show what it will look like. A lost race shows both texts and keeps every word."""
    form = forms.NotesForm()
    if not form.validate():
        return _page(meeting, form=form), 422
    if "visa" in request.form:
        return _page(meeting, form=form, preview=form.body.data)
    try:
        commands.save_notes(meeting, body=form.body.data, seen_version=form.version.data or 0, actor=_user(), at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(meeting, form=form), 409
    except Stale as stale:
        theirs = stale.theirs.body if stale.theirs else ""
        form.version.data, form.version.raw_data = (stale.theirs.version if stale.theirs else 0), None
        return _page(meeting, form=form, theirs=theirs), 409
    flash(_("Anteckningarna är sparade."))
    return _back(meeting)


@bp.post(f"{ONE}/skicka")
@writes
def share(meeting: Meeting) -> ResponseReturnValue:
    """Send the notes out for corrections."""
    return _until(meeting, commands.share_notes, _("Anteckningarna är skickade till dem som var med."))


@bp.post(f"{ONE}/rattelsetid")
@writes
def move_round(meeting: Meeting) -> ResponseReturnValue:
    """Give more time for corrections, or less."""
    said = _("Dagen är flyttad och står på sidan för dem som var med. De får inget nytt mejl: hör av dig till dem om det blev tidigare.")
    return _until(meeting, commands.move_round, said)


def _until(meeting: Meeting, command: Callable[..., None], said: str) -> ResponseReturnValue:
    """Have corrections asked for until the day that was typed."""
    form = forms.ShareForm()
    if not form.validate():
        return _page(meeting, share=form), 422
    try:
        command(meeting, until=clock.end_of(form.until.data), actor=_user(), at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(meeting, share=form), 422 if all(one.field for one in blocked.blockers) else 409
    flash(said)
    return _back(meeting)


@bp.post(f"{ONE}/rattelser/<reference>")
@answers
def answer(correction: NotesCorrection) -> ResponseReturnValue:
    """Answer a correction that an organisation asks for."""
    meeting = correction.notes.meeting
    form = forms.AnswerForm(prefix=_prefix(correction))
    if not form.validate():
        return _page(meeting, answering=(correction.reference, form)), 422
    try:
        commands.answer_correction(
            correction, accepted=form.accepted.data == forms.ACCEPTED, answer=form.answer.data, actor=_user(), at=clock.now()
        )
    except commands.AnswerMissing:
        form.answer.errors = [_("Skriv varför anteckningarna inte rättas.")]
        return _page(meeting, answering=(correction.reference, form)), 422
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(meeting, answering=(correction.reference, form)), 409
    flash(_("Svaret är sparat. Glöm inte att rätta texten."))
    return _back(meeting, f"rattelse-{correction.reference}")


@bp.post(f"{ONE}/faststall")
@writes
def publish(meeting: Meeting) -> ResponseReturnValue:
    """Make the notes final and public, unless something is left: then all of it is told."""
    commands.publish_notes(meeting, actor=_user(), at=clock.now())
    flash(_("Anteckningarna är klara och publicerade."))
    return _back(meeting)


@bp.post(f"{ONE}/maska")
@writes
def mask(meeting: Meeting) -> ResponseReturnValue:
    """Hide the marked words, or every place where the written words stand."""
    notes, form = meeting.notes, MaskForm(key="maska")
    if notes is None:
        raise Missing("notes")
    if not form.hides(partial(commands.mask_notes, notes, actor=_user(), at=clock.now())):
        return _page(meeting, masking=form), 422
    flash(_("Orden är dolda överallt där texten visas."))
    return _back(meeting, "maska")


@bp.post(f"{ONE}/visa-igen")
@writes
def unmask(meeting: Meeting) -> ResponseReturnValue:
    """Show the words again that a mask hides."""
    if meeting.notes is None:
        raise Missing("mask")
    for one in get_masks(queries.text_of(meeting.notes), request.form.get("mask", "")):
        commands.unmask_notes(meeting.notes, one, actor=_user(), at=clock.now())
    return _back(meeting, "maska")


def _prefix(correction: NotesCorrection) -> str:
    return f"{correction.reference}-"


def _back(meeting: Meeting, anchor: str | None = None) -> ResponseReturnValue:
    return htmx.go(url_for(".show", **meeting.consultation.address, number=meeting.number, _anchor=anchor))


def _answer_forms(meeting: Meeting, answering: tuple[str, forms.AnswerForm] | None) -> dict[str, forms.AnswerForm]:
    """A form per correction that the official may answer; the one that was just sent keeps what was typed."""
    made = {}
    for one in meeting.notes.corrections if meeting.notes else ():
        if answering and answering[0] == one.reference:
            made[one.reference] = answering[1]
        elif policy.may_answer_correction(_user(), one):
            said = None if one.accepted is None else forms.ACCEPTED if one.accepted else forms.REFUSED
            made[one.reference] = forms.AnswerForm(formdata=None, prefix=_prefix(one), data={"accepted": said, "answer": one.answer})
    return made


def _page(
    meeting: Meeting,
    *,
    form: forms.NotesForm | None = None,
    share: forms.ShareForm | None = None,
    answering: tuple[str, forms.AnswerForm] | None = None,
    masking: MaskForm | None = None,
    theirs: str | None = None,
    preview: str | None = None,
) -> str:
    at, notes, facts = clock.now(), meeting.notes, queries.facts_of(meeting)
    begun = {"version": notes.version, "body": notes.body} if notes else {"version": 0}
    return render_template(
        "meetings/staff/notes.html",
        consultation=meeting.consultation,
        municipality=meeting.consultation.municipality,
        meeting=meeting,
        notes=notes,
        form=form or forms.NotesForm(formdata=None, data=begun),
        share=share or forms.ShareForm(formdata=None, data={"until": queries.proposed_until(meeting, at)}),
        not_movable=lifecycle.blockers_to_move_round(facts, at),
        answer_forms=_answer_forms(meeting, answering),
        mask_form=masking or MaskForm(formdata=None, key="maska"),
        maskable=queries.text_of(notes) if notes else None,
        hidden=list_hidden(queries.text_of(notes)) if notes and facts.final else [],
        public=queries.find_public_notes(meeting.id) if facts.final else None,
        participants=queries.list_participants(meeting),
        frozen=lifecycle.blockers_to_write(facts),
        not_shared=lifecycle.blockers_to_share(facts, at),
        not_final=lifecycle.blockers_to_publish(facts, at),
        theirs=theirs,
        preview=markdown(preview) if preview is not None else None,
    )
