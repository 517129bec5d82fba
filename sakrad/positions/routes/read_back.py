"""Reading back: the sender of what an official wrote down says that it is right, or corrects it.

Reached by a mailed link, or by the code on a printed page. Reading writes nothing; a button does.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Question
from sakrad.core import clock, htmx
from sakrad.core.access import bearer, public
from sakrad.core.errors import Blocked, Blocker, show_beside
from sakrad.core.security import limited
from sakrad.directory.queries import list_groups, list_groups_named
from sakrad.positions import commands, entered, links, queries_transcribed, receipts
from sakrad.positions import forms_transcribing as forms
from sakrad.positions import lifecycle_transcribing as lifecycle
from sakrad.positions.models import PositionVersion, Transcription

bp = Blueprint("positions_read_back", __name__)
ONE = "/aterlasning/<token>"
opened = bearer(load=queries_transcribed.get_read_back)


@bp.get("/aterlasning")
@public
def find() -> ResponseReturnValue:
    """The form for the code on the printed page."""
    return render_template("positions/read_back/find.html", form=forms.CodeForm(formdata=None))


@bp.post("/aterlasning")
@limited("20 per hour", methods=["POST"])
@public
def open_by_code() -> ResponseReturnValue:
    """From the code to what it opens. Every failure looks the same."""
    form = forms.CodeForm()
    if form.validate():
        entry = queries_transcribed.find_by_code(form.number.data, form.letters.data)
        if entry is not None:
            return htmx.go(url_for(".show", token=links.read_back_token(entry)))
        form.letters.errors = [_("Numret och koden hör inte ihop. Kontrollera båda på sidan.")]
    return render_template("positions/read_back/find.html", form=form), 422


@bp.get(ONE)
@opened
def show(entry: Transcription) -> ResponseReturnValue:
    """What was written down. Writes nothing."""
    return _shown(entry, forms.ConfirmForm(formdata=None))


@bp.post(f"{ONE}/stammer")
@opened
def confirm(entry: Transcription) -> ResponseReturnValue:
    """Det stämmer. Whoever now says the wish that nobody had asked for has it added, as a correction."""
    form = forms.ConfirmForm()
    if not form.validate():
        return _shown(entry, form), 422
    version = entry.version
    try:
        if version.wish is None and form.wish.data:
            stated = commands.Stated(**_facts_of(version) | {"wish": form.wish.data}, groups=version.groups)
            version = commands.correct_transcription(entry, answers=_said_in(version), stated=stated, at=clock.now())
        else:
            commands.confirm_transcription(entry, at=clock.now())
    except Blocked as blocked:
        return _shown(entry, form, blocked.blockers), 409
    flash(_("Tack! Nu står det att ni har bekräftat det."))
    return _go(version)


@bp.route(f"{ONE}/ratta", methods=["GET", "POST"])
@opened
def correct(entry: Transcription) -> ResponseReturnValue:
    """The texts as a form; what is changed becomes a new version, and the first stays as the earlier one."""
    version = entry.version
    asked = [answer.question for answer in sorted(version.answers, key=lambda answer: answer.question.number)]
    form = forms.correction_form(asked, [(group.slug, group.name) for group in list_groups()], forms.stored(version))
    blockers = lifecycle.blockers_to_confirm(queries_transcribed.read_back_facts(version))
    if blockers:
        return _shown(entry, forms.ConfirmForm(formdata=None)), (409 if form.is_submitted() else 200)
    if form.validate_on_submit():
        try:
            made = commands.correct_transcription(entry, answers=_said(asked, form), stated=_stated(form), at=clock.now())
        except Blocked as blocked:
            show_beside(form, blocked)
        else:
            flash(_("Tack! Det ni har rättat gäller, och det står att ni har bekräftat det."))
            return _go(made)
    page = render_template(
        "positions/read_back/correct.html",
        **_about(entry),
        questions=asked,
        form=form,
        facts=form[forms.FACTS].form,
        whole=entered.whole_heading(entry),
    )
    return page, (422 if form.errors else 200)


def _shown(entry: Transcription, form: Any, blockers: list[Blocker] | None = None) -> str:
    version = entry.version
    if blockers is None:
        blockers = lifecycle.blockers_to_confirm(queries_transcribed.read_back_facts(version))
    corrected = queries_transcribed.find_correction(entry)
    return render_template(
        "positions/read_back/show.html",
        **_about(entry),
        answers=sorted(version.answers, key=lambda answer: answer.question.number),
        facts=receipts.facts_of(version),
        whole=entered.whole_heading(entry),
        form=form,
        blockers=blockers,
        newer=links.read_back_token(corrected) if corrected else None,
    )


def _about(entry: Transcription) -> dict[str, Any]:
    consultation = entry.version.position.consultation
    return {"entry": entry, "version": entry.version, "consultation": consultation, "token": links.read_back_token(entry)}


def _go(version: PositionVersion) -> ResponseReturnValue:
    return htmx.go(url_for(".show", token=links.read_back_token(queries_transcribed.entry_of(version))))


def _facts_of(version: PositionVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in commands.STATED}


def _said_in(version: PositionVersion) -> list[commands.Said]:
    return [commands.Said(one.question, one.text, one.stance, list(one.options), one.own_interest) for one in version.answers]


def _said(asked: list[Question], form: Any) -> list[commands.Said]:
    return [commands.Said(question, **forms.said(form[forms.part_name(question)].form)) for question in asked]


def _stated(form: Any) -> commands.Stated:
    part = form[forms.FACTS].form
    return commands.Stated(**{name: part[name].data for name in commands.STATED}, groups=list_groups_named(part.groups.data or []))
