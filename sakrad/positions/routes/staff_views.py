"""Entering what organisations said at a meeting, so that it is taken up and traced like what they write."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from sakrad.accounts.queries import barred_for
from sakrad.core import clock, htmx, ids
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Stale, show_beside
from sakrad.directory.models import Organisation
from sakrad.directory.policy import may_set_up
from sakrad.directory.queries_names import find_named
from sakrad.meetings.models import Meeting
from sakrad.positions import commands, policy, queries_transcribed, queries_views
from sakrad.positions import forms_views as forms
from sakrad.positions import lifecycle_views as lifecycle
from sakrad.positions.routes.staff import bp

__all__ = ["bp"]  # whose routes these are

ONE = "/handlaggning/<kommun>/sakrad/<slug>/moten/<int:number>/synpunkter"
Entered = dict[Organisation, list[commands.Said]]
enters = requires(policy.may_enter_views, load=queries_views.get_meeting)


@bp.get(ONE)
@enters
def views(meeting: Meeting) -> ResponseReturnValue:
    """What has been entered, and the form for more."""
    return _page(meeting, _form(meeting, formdata=None, submission_key=ids.reference(32)))


@bp.post(ONE)
@enters
def enter_views(meeting: Meeting) -> ResponseReturnValue:
    """Enter all rows, or none."""
    form = _form(meeting)
    said = _said(meeting, form) if form.validate() else None
    if said is None:
        return _page(meeting, form), 422
    key = form.submission_key.data or ""
    key = key if len(key) == 32 and set(key) <= set(ids.ALPHABET) else ids.reference(32)
    user, at = current_user._get_current_object(), clock.now()
    try:
        for place, (organisation, words) in enumerate(said.items()):
            commands.enter_views(meeting, organisation, said=words, wish=form.wished, submission_key=f"{key}-{place}", actor=user, at=at)
    except Blocked as blocked:
        abandon()
        show_beside(form, blocked)
        return _page(meeting, form), 409
    except Stale:
        abandon()
        form.submission_key.data = ids.reference(32)
        form.form_errors.append(
            _("Något är redan inskrivet från det här formuläret. Stryk det som står längst ned på sidan, och spara resten igen.")
        )
        return _page(meeting, form), 409
    number = len(said)
    flash(ngettext("Inskrivet. Organisationen får läsa det.", "Inskrivet. De %(num)s organisationerna får läsa det.", number))
    consultation = meeting.consultation
    return htmx.go(url_for(".views", **consultation.address, number=meeting.number))


def _form(meeting: Meeting, **more: Any) -> forms.ViewsForm:
    return forms.views_form(meeting.consultation.questions, _there(meeting), **more)


def _there(meeting: Meeting) -> list[Organisation]:
    """Who is offered first: those who were at the meeting, or registered, whom the official may write for."""
    barred = barred_for(current_user)
    return [one for one in queries_views.list_likely(meeting) if one.id not in barred]


def _said(meeting: Meeting, form: forms.ViewsForm) -> Entered | None:
    """What the rows say, by organisation; None when something is wrong, and then the row says so."""
    questions = {question.number: question for question in meeting.consultation.questions}
    said: Entered = {}
    speaker: Organisation | None = None
    there = {one.slug: one for one in _there(meeting)}
    for row in (entry.form for entry in form.rows):
        if row.sender.data:
            speaker = _speaker(row, meeting)
        elif row.there.data:
            speaker = there.get(row.there.data)
        if not row.text.data:
            if (row.sender.data or row.there.data) and not row.sender.errors:
                row.text.errors = [_("Skriv vad som sades.")]
            continue
        if speaker is None:
            row.sender.errors = row.sender.errors or [_("Skriv vilken organisation som sa det.")]
            continue
        said.setdefault(speaker, []).append(commands.Said(questions[row.question.data], row.text.data))
    if not said and not any(entry.errors for entry in form.rows):
        form.rows[0].form.text.errors = [_("Skriv vad som sades.")]
    form.rows.errors = [entry.errors for entry in form.rows if entry.errors]  # what was found after the form's own checks
    return said if not form.rows.errors else None


def _speaker(row: Any, meeting: Meeting) -> Organisation | None:
    found = find_named(row.sender.data)
    if not found:
        wrong = _("Ingen organisation i registret heter så. Välj i listan, eller lägg till den i registret först.")
    elif len(found) > 1:
        wrong = _("Flera organisationer heter så. Skriv %(ways)s.", ways=_(" eller ").join(f"{one.name} ({one.slug})" for one in found))
    elif not policy.may_transcribe_for(current_user._get_current_object(), meeting.consultation, found[0]):
        wrong = _("Jäv: du är medlem i organisationen. Be en kollega skriva in det.")
    else:
        return found[0]
    row.sender.errors = [wrong]
    return None


def _page(meeting: Meeting, form: forms.ViewsForm) -> str:
    return render_template(
        "positions/staff/views.html",
        consultation=meeting.consultation,
        municipality=meeting.consultation.municipality,
        meeting=meeting,
        form=form,
        there=_there(meeting),
        may_register=may_set_up(current_user, meeting.consultation.municipality),
        senders=queries_transcribed.list_senders(meeting.consultation, barred_for(current_user)),
        views=queries_views.list_views(meeting),
        barred=barred_for(current_user),
        blockers=lifecycle.blockers_to_begin_views(queries_views.view_facts(meeting, []), clock.now()),
    )
