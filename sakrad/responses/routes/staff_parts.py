"""Dividing the answers into parts that are published one at a time, and the phrases that return in them."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked
from sakrad.core.text import whole_number
from sakrad.responses import commands, forms_answers, lifecycle, policy, queries, queries_answers, queries_desk
from sakrad.responses.models import FeedbackRelease
from sakrad.responses.queries_answers import PhraseOf
from sakrad.responses.routes.staff import ONE, bp, handles, refused, user
from sakrad.responses.targets import Target

PART = f"{ONE}/delar/<int:part>"
PHRASES = f"{ONE}/fraser"
divides = requires(policy.may_divide, load=queries_answers.get_part)
words = requires(policy.may_word, load=queries_answers.get_phrase)


@bp.route(f"{ONE}/delar", methods=["GET", "POST"])
@handles
def parts(consultation: Consultation) -> ResponseReturnValue:
    """The parts with their answers and days; begin another."""
    form, status = forms_answers.PartForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            values = {"title": form.title.data or "", "planned_on": form.planned_on.data}
            try:
                commands.add_part(consultation, **values, actor=user(), at=clock.now())
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Delen är tillagd. Flytta svar till den."))
                return htmx.go(url_for(".parts", **consultation.address))
    found = queries_desk.get_desk(consultation)
    return render_template(
        "responses/staff/parts.html",
        consultation=consultation,
        municipality=consultation.municipality,
        desk=found,
        form=form,
        blockers=lifecycle.blockers_to_change(queries.release_facts(consultation, queries.being_written(found.releases)), clock.now()),
    ), status


@bp.route(PART, methods=["GET", "POST"])
@divides
def part(part: FeedbackRelease) -> ResponseReturnValue:
    """One part: what it is called, when it comes, and answers to move into it."""
    consultation, at, moving = part.consultation, clock.now(), "move" in request.form
    movable = {
        str(target.response.id): target
        for target in queries_desk.get_desk(consultation).answered
        if target.response and target.release is not None and target.release is not part and target.release.decided_at is None
    }
    form = forms_answers.PartForm(formdata=None if moving else request.form, data={"title": part.title, "planned_on": part.planned_on})
    move = forms_answers.MoveForm(formdata=request.form if moving else None)
    move.responses.choices = [(key, _said(target)) for key, target in movable.items()]
    status = 200
    if request.method == "POST":
        status = 422
        shown = move if moving else form
        if shown.validate():
            try:
                if moving:
                    chosen = [movable[key].response for key in move.responses.data or ()]
                    commands.move_responses([one for one in chosen if one is not None], part, actor=user(), at=at)
                else:
                    commands.change_part(part, title=form.title.data or "", planned_on=form.planned_on.data, actor=user(), at=at)
            except Blocked as blocked:
                status = refused(shown, blocked)
            else:
                flash(_("Svaren är flyttade.") if moving else _("Sparat."))
                return htmx.go(url_for(".parts", **consultation.address))
    return render_template(
        "responses/staff/part.html",
        consultation=consultation,
        municipality=consultation.municipality,
        part=part,
        form=form,
        move=move,
        may_take=part.sent_at is None,
    ), status


def _said(target: Target) -> str:
    """A line in the list of what can be moved."""
    if target.finding is not None:
        return f"{target.number}. {target.finding.heading}"
    assert target.point is not None
    return str(_("Synpunkt %(number)s, %(name)s", number=target.number, name=target.point.answer.version.organisation_name))


@bp.post(f"{PART}/ta-bort")
@divides
def drop_part(part: FeedbackRelease) -> ResponseReturnValue:
    """Take an empty part away."""
    consultation = part.consultation
    commands.drop_part(part, actor=user(), at=clock.now())
    flash(_("Delen är borttagen."))
    return htmx.go(url_for(".parts", **consultation.address))


@bp.route(PHRASES, methods=["GET", "POST"])
@handles
def phrases(consultation: Consultation) -> ResponseReturnValue:
    """The authority's phrases, and a new one; ?fran=samlad-3 begins it from an answer."""
    form, status = forms_answers.PhraseForm(data=_from_answer(consultation, request.args.get("fran", ""))), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            title, text = form.title.data or "", form.text.data or ""
            commands.keep_phrase(consultation.authority, title=title, text=text, outcome=form.chosen, actor=user(), at=clock.now())
            flash(_("Frasen är sparad."))
            return htmx.go(url_for(".phrases", **consultation.address))
    return render_template(
        "responses/staff/phrases.html",
        consultation=consultation,
        municipality=consultation.municipality,
        phrases=queries_answers.list_phrases(consultation.authority_id),
        form=form,
    ), status


def _from_answer(consultation: Consultation, asked: str) -> dict[str, str]:
    kind, _dash, number = asked.partition("-")
    response = queries.find_response(consultation, kind, whole_number(number) or 0)
    return {"text": response.reason, "outcome": response.outcome.value} if response else {}


@bp.route(f"{PHRASES}/<reference>", methods=["GET", "POST"])
@words
def phrase(asked: PhraseOf) -> ResponseReturnValue:
    """Word a phrase otherwise."""
    consultation, kept = asked.consultation, asked.phrase
    outcome = kept.outcome.value if kept.outcome else ""
    form, status = forms_answers.PhraseForm(data={"title": kept.title, "text": kept.text, "outcome": outcome}), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            title, text = form.title.data or "", form.text.data or ""
            commands.change_phrase(kept, title=title, text=text, outcome=form.chosen, actor=user(), at=clock.now())
            flash(_("Frasen är sparad."))
            return htmx.go(url_for(".phrases", **consultation.address))
    return render_template(
        "responses/staff/phrase.html", consultation=consultation, municipality=consultation.municipality, phrase=kept, form=form
    ), status


@bp.post(f"{PHRASES}/<reference>/ta-bort")
@words
def remove_phrase(asked: PhraseOf) -> ResponseReturnValue:
    """Offer it no more."""
    consultation = asked.consultation
    commands.remove_phrase(asked.phrase, actor=user(), at=clock.now())
    flash(_("Frasen är borttagen."))
    return htmx.go(url_for(".phrases", **consultation.address))
