"""The officers' pages for meetings: plan, change, call off, who comes and what they need, who came."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx, red_days
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale, show_beside
from sakrad.directory.models import Organisation
from sakrad.directory.policy import may_set_up
from sakrad.meetings import commands, forms, lifecycle, policy, queries
from sakrad.meetings.lifecycle import Plan
from sakrad.meetings.models import Meeting

bp = Blueprint("meetings_staff", __name__)
ALL = "/handlaggning/<kommun>/sakrad/<slug>/moten"
ONE = f"{ALL}/<int:number>"
handles = requires(policy.may_handle, load=queries.get_meeting)


def _user() -> Any:
    return current_user._get_current_object()


def _go(meeting: Meeting) -> ResponseReturnValue:
    return htmx.go(url_for(".show", **meeting.consultation.address, number=meeting.number))


def _page(template: str, consultation: Consultation, status: int = 200, **given: Any) -> ResponseReturnValue:
    place = {"consultation": consultation, "municipality": consultation.municipality}
    return render_template(f"meetings/staff/{template}.html", **place, **given), status


@bp.get(ALL)
@requires(consultations.may_handle, load=get_consultation)
def index(consultation: Consultation) -> ResponseReturnValue:
    """The meetings, with how many come."""
    return _page("index", consultation, listed=queries.list_meetings(consultation), over=queries.is_called_off(consultation))


@bp.route(f"{ALL}/nytt", methods=["GET", "POST"])
@requires(consultations.may_handle, load=get_consultation)
def plan(consultation: Consultation) -> ResponseReturnValue:
    """A new meeting."""
    form = forms.PlanForm(data=forms.proposed(clock.now(), consultation.opens_at))
    form.offer(consultation.groups)
    if not form.is_submitted() or "kontrollera" in request.form:
        return _page("plan", consultation, form=form, meeting=None, checked=form.is_submitted(), hints=_hints(consultation, form.hours()))
    if form.validate():
        try:
            made = commands.plan_meeting(
                consultation, form.plan(), **form.words(), groups=_groups(form, consultation), actor=_user(), at=clock.now()
            )
        except Blocked as blocked:
            show_beside(form, blocked)
            return _page("plan", consultation, 422, form=form, meeting=None)
        flash(_("Mötet är planerat."))
        return _go(made)
    return _page("plan", consultation, 422 if form.errors else 200, form=form, meeting=None)


@bp.get(ONE)
@handles
def show(meeting: Meeting) -> ResponseReturnValue:
    """Who comes, who waits, and what is needed."""
    facts = queries.facts_of(meeting)
    stays = lifecycle.blockers_to_change(facts, clock.now())
    return _page(
        "show",
        meeting.consultation,
        meeting=meeting,
        facts=facts,
        registrations=queries.list_registrations(meeting),
        needs=queries.list_needs(meeting),
        attendance=queries.list_attendance(meeting),
        stays=stays,
        hints=[] if stays else _hints(meeting.consultation, queries.plan_of(meeting), meeting),
    )


@bp.route(f"{ONE}/andra", methods=["GET", "POST"])
@handles
def change(meeting: Meeting) -> ResponseReturnValue:
    """Change it. Who is registered is told when time, place or form is another."""
    consultation = meeting.consultation
    form = forms.PlanForm(data=forms.shown(meeting))
    form.offer(_choosable(meeting))
    status, blockers, theirs = 200, lifecycle.blockers_to_change(queries.facts_of(meeting), clock.now()), False
    if "kontrollera" in request.form:
        hints = _hints(consultation, form.hours(), meeting)
        return _page("plan", consultation, form=form, meeting=meeting, blockers=blockers, theirs=False, checked=True, hints=hints)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                commands.change_meeting(
                    meeting,
                    form.plan(),
                    **form.words(),
                    groups=[group for group in _choosable(meeting) if group.slug in form.groups.data],
                    seen_version=form.version.data or 0,
                    actor=_user(),
                    at=clock.now(),
                )
            except Blocked as blocked:
                show_beside(form, blocked)
                status = 409 if any(blocker.field is None for blocker in blocked.blockers) else 422
            except Stale:
                status, theirs = 409, True
                form.version.data, form.version.raw_data = meeting.version, None  # the next save is made knowing theirs
            else:
                flash(_("Mötet är ändrat."))
                return _go(meeting)
    return _page("plan", consultation, status, form=form, meeting=meeting, blockers=blockers, theirs=theirs)


@bp.route(f"{ONE}/stall-in", methods=["GET", "POST"])
@handles
def cancel(meeting: Meeting) -> ResponseReturnValue:
    """Call it off, with a reason."""
    form = forms.CancelForm()
    if form.validate_on_submit():
        commands.cancel_meeting(meeting, reason=form.reason.data, actor=_user(), at=clock.now())
        flash(_("Mötet är inställt. De som är anmälda får veta det."))
        return _go(meeting)
    facts = queries.facts_of(meeting)
    return _page(
        "cancel",
        meeting.consultation,
        422 if form.errors else 200,
        meeting=meeting,
        form=form,
        facts=facts,
        blockers=lifecycle.blockers_to_cancel(facts, clock.now()),
    )


@bp.route(f"{ONE}/narvaro", methods=["GET", "POST"])
@handles
def attendance(meeting: Meeting) -> ResponseReturnValue:
    """How many came, by organisation. A member of one of them leaves that one to a colleague (jäv)."""
    noted = {each.organisation: each.people for each in queries.list_attendance(meeting)}
    registered = {each.organisation: each.people for each in queries.list_registrations(meeting)}
    known = [*registered, *(each for each in noted if each not in registered)]
    mine = [each for each in known if policy.may_note_for(_user(), each)]
    form = forms.attendance_form(mine, noted)
    if form.validate_on_submit():
        people = {each: form[forms.field_of(each)].data or 0 for each in mine}
        more = _one_more(meeting, form)
        if not form.errors:
            try:
                commands.note_attendance(meeting, people | more, actor=_user(), at=clock.now())
            except Blocked as blocked:
                show_beside(form, blocked)
            else:
                flash(_("Närvaron är sparad."))
                return _go(meeting)
    return _page(
        "attendance",
        meeting.consultation,
        422 if form.errors else 200,
        meeting=meeting,
        form=form,
        rows=[(each, form[forms.field_of(each)], registered.get(each)) for each in mine],
        barred=[each for each in known if each not in mine],
        names=[name for name in queries.list_names(meeting.consultation) if name not in {each.name for each in known}],
        may_register=may_set_up(_user(), meeting.consultation.municipality),
        blockers=lifecycle.blockers_to_note_attendance(queries.facts_of(meeting), clock.now()),
    )


def _one_more(meeting: Meeting, form: forms.AttendanceForm) -> dict[Organisation, int]:
    """The organisation that was typed, if any; what is wrong with it stands beside the field."""
    if not form.more_name.data:
        return {}
    found = queries.find_organisations(meeting.consultation, form.more_name.data)
    if len(found) > 1:
        ways = _(" eller ").join(f"{one.name} ({one.slug})" for one in found)
        form.more_name.errors = [_("Flera organisationer heter så. Skriv %(ways)s.", ways=ways)]
    elif not found or not policy.may_note_for(_user(), found[0]):
        form.more_name.errors = [_("Det finns ingen sådan organisation bland de inbjudna eller i kommunens register.")]
    else:
        return {found[0]: form.more_people.data}
    return {}


def _groups(form: forms.PlanForm, consultation: Consultation) -> list[Any]:
    return [group for group in consultation.groups if group.slug in form.groups.data]


def _choosable(meeting: Meeting) -> list[Any]:
    """The consultation's groups, and those that the meeting has from before."""
    return sorted({*meeting.consultation.groups, *meeting.groups}, key=lambda group: str(group.name))


def _hints(consultation: Consultation, plan: Plan | None, meeting: Meeting | None = None) -> list[Blocker]:
    """What to think of, before the meeting is saved and as long as it can be changed. None while the hours are not whole."""
    if plan is None:
        return []
    return lifecycle.hints(
        plan,
        holiday=red_days.name_of(clock.day_of(plan.starts_at)) or "",
        closes_at=consultation.closes_at,
        others=queries.list_others_near(consultation, plan, meeting),
        at=clock.now(),
    )
