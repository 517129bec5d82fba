"""What comes after a consultation, told by its officers; and the dialogues that come back, kept by the coordinator."""

from __future__ import annotations

from functools import partial

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms_following, lifecycle_following, policy, queries, queries_following
from sakrad.consultations.models import Consultation, Continuation, ContinuationKind, RecurringDialogue
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale, show_beside
from sakrad.directory import queries as directory
from sakrad.directory.models import Municipality
from sakrad.records.masking import MaskForm, get_masks, list_hidden, shown

__all__ = ["bp"]  # whose routes these are
WHEEL = "/handlaggning/<kommun>/arshjul"
keeps = requires(policy.may_keep_dialogue, load=queries_following.get_dialogue)


@bp.route(f"{ONE}/sen", methods=["GET", "POST"])
@handles
def following_up(consultation: Consultation) -> ResponseReturnValue:
    """Vad händer sen? What has been told, and a form for more."""
    form, status = forms_following.ContinuationForm(), 200
    possible = queries_following.list_possible_next(consultation, user())
    dialogues = queries_following.list_dialogues(consultation.municipality)
    form.offer(possible, dialogues)
    if form.is_submitted():
        status = 422
        if form.validate() and _fits(form):
            try:
                commands.decide_continuation(
                    consultation,
                    kind=ContinuationKind(form.kind.data),
                    text=form.text.data or "",
                    next=next((one for one in possible if one.slug == form.next.data), None),
                    dialogue=next((one for one in dialogues if one.reference == form.dialogue.data), None),
                    actor=user(),
                    at=clock.now(),
                )
            except Blocked as blocked:
                show_beside(form, blocked)
                status = 422 if all(blocker.field in form for blocker in blocked.blockers) else 409
            else:
                flash(_("Det är publicerat, och de som berörs får veta det."))
                return go("consultations_staff.following_up", consultation)
    return render_template(
        "consultations/staff/following.html",
        consultation=consultation,
        municipality=consultation.municipality,
        told=queries_following.list_continuations(consultation),
        blockers=lifecycle_following.blockers_to_continue(queries.dates_of(consultation), clock.now()),
        form=form,
        may_open=lambda other: policy.may_handle(user(), other),
    ), status


def _fits(form: forms_following.ContinuationForm) -> bool:
    """What is linked goes with the kind that was chosen."""
    if form.next.data and form.kind.data != ContinuationKind.consultation:
        form.next.errors = [_("Välj ”Ett nytt sakråd”, eller ta bort länken.")]
    if form.dialogue.data and form.kind.data != ContinuationKind.dialogue:
        form.dialogue.errors = [_("Välj ”En återkommande dialog”, eller ta bort länken.")]
    return not (form.next.errors or form.dialogue.errors)


@bp.route(f"{ONE}/sen/<int:number>/maska", methods=["GET", "POST"])
@requires(policy.may_handle_continuation, load=queries_following.get_continuation)
def mask_continuation(continuation: Continuation) -> ResponseReturnValue:
    """Hide words of it in every published copy."""
    number = request.view_args["number"] if request.view_args else 1
    text, form = queries_following.text_of(continuation, number), MaskForm()
    if mask := request.form.get("mask"):
        commands.unmask_continuation(continuation, get_masks(text, mask), actor=user(), at=clock.now())
        return htmx.go(request.path)
    if form.is_submitted() and form.hides(partial(commands.mask_continuation, continuation, text, actor=user(), at=clock.now())):
        flash(_("Orden är dolda på alla sidor."))
        return htmx.go(request.path)
    return render_template(
        "consultations/staff/mask_continuation.html",
        text=text,
        consultation=continuation.consultation,
        municipality=continuation.consultation.municipality,
        form=form,
        hidden=list_hidden(text),
        shown=shown(text),
    ), 422 if form.is_submitted() else 200


@bp.route(WHEEL, methods=["GET", "POST"])
@requires(policy.may_keep_dialogues, load=directory.get_municipality)
def dialogues(municipality: Municipality) -> ResponseReturnValue:
    """The dialogues that come back every year, and a form for one more."""
    form = forms_following.DialogueForm()
    status = _save(form, municipality, None)
    if status == 303:
        flash(_("Dialogen står i årshjulet."))
        return htmx.go(url_for(".dialogues", kommun=municipality.slug))
    found = queries_following.list_dialogues(municipality)
    return render_template("consultations/staff/dialogues.html", municipality=municipality, form=form, dialogues=found), status


@bp.route(f"{WHEEL}/<reference>", methods=["GET", "POST"])
@keeps
def dialogue(dialogue: RecurringDialogue) -> ResponseReturnValue:
    """Change one."""
    municipality = dialogue.municipality
    form = forms_following.DialogueForm(data=forms_following.dialogue_values(dialogue))
    status = _save(form, municipality, dialogue)
    if status == 303:
        flash(_("Sparat."))
        return htmx.go(url_for(".dialogues", kommun=municipality.slug))
    return render_template("consultations/staff/dialogue.html", municipality=municipality, form=form, dialogue=dialogue), status


@bp.post(f"{WHEEL}/<reference>/avsluta")
@keeps
def end_dialogue(dialogue: RecurringDialogue) -> ResponseReturnValue:
    """It comes back no more."""
    commands.end_dialogue(dialogue, actor=user(), at=clock.now())
    flash(_("Dialogen är avslutad. Den står kvar i de år då den fanns."))
    return htmx.go(url_for(".dialogues", kommun=dialogue.municipality.slug))


def _save(form: forms_following.DialogueForm, municipality: Municipality, dialogue: RecurringDialogue | None) -> int:
    """Add, or change, what a sent form says; gives the status, 303 when it is saved."""
    authorities = {one.slug: one for one in directory.list_authorities(municipality)}
    groups = directory.list_groups()
    form.offer(authorities.values(), groups)
    if not form.is_submitted():
        return 200
    if not form.validate():
        return 422
    values = {
        "authority": authorities[form.authority.data],
        "title": form.title.data,
        "about": form.about.data or "",
        "months": form.months.data,
        "groups": [one for one in groups if one.slug in form.groups.data],
    }
    try:
        if dialogue is None:
            commands.add_dialogue(municipality, **values, actor=user(), at=clock.now())
        else:
            commands.change_dialogue(dialogue, version=form.version.data or 0, **values, actor=user(), at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return 409
    except Stale:
        form.version.data, form.version.raw_data = (dialogue.version if dialogue else 0), None
        show_beside(form, Blocked([Blocker("dialogue_changed")]))
        return 409
    return 303
