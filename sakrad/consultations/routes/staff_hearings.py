"""The officers' page for councils (råd) that take the matter up. They are shown apart and never counted as organisations."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, lifecycle_correcting, policy, queries, queries_correcting
from sakrad.consultations.forms_correcting import HearingForm, hearing_of
from sakrad.consultations.models import Consultation, CouncilHearing
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker
from sakrad.directory import queries as directory

__all__ = ["bp"]  # whose routes these are
handles_hearing = requires(policy.may_handle_hearing, load=queries_correcting.get_hearing)


@bp.route(f"{ONE}/rad", methods=["GET", "POST"])
@handles
def hearings(consultation: Consultation) -> ResponseReturnValue:
    """The councils' hearings, and a form for one more."""
    form = HearingForm()
    status, blockers = _save(form, consultation, None)
    if status == 303:
        flash(_("Rådets behandling är tillagd."))
        return go("consultations_staff.hearings", consultation)
    return render_template(
        "consultations/staff/hearings.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        hearings=queries_correcting.list_hearings(consultation),
        blockers=blockers,
    ), status


@bp.route(f"{ONE}/rad/<reference>", methods=["GET", "POST"])
@handles_hearing
def hearing(hearing: CouncilHearing) -> ResponseReturnValue:
    """Change one: the day, or the paragraph and the minutes when they are there."""
    consultation = hearing.consultation
    form = HearingForm(data=hearing_of(hearing))
    status, blockers = _save(form, consultation, hearing)
    if status == 303:
        flash(_("Sparat."))
        return go("consultations_staff.hearings", consultation)
    return render_template(
        "consultations/staff/hearing.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        hearing=hearing,
        blockers=blockers,
    ), status


def _save(form: HearingForm, consultation: Consultation, hearing: CouncilHearing | None) -> tuple[int, list[Blocker]]:
    """Add, or change, what a sent form says. Gives the status, 303 when it is saved, and why nothing may be."""
    councils = {one.name: one for one in directory.list_councils(consultation.municipality)}
    form.offer(councils.values())
    blockers = lifecycle_correcting.blockers_to_note_hearing(queries.facts_of(consultation), clock.now())
    if not form.is_submitted():
        return 200, blockers
    if not form.validate():
        return 422, blockers
    values = {"heard_on": form.heard_on.data, "paragraph": form.paragraph.data or "", "minutes_url": form.minutes_url.data or ""}
    try:
        if hearing is None:
            commands.add_hearing(consultation, councils[form.council.data], **values, actor=user(), at=clock.now())
        else:
            commands.change_hearing(hearing, councils[form.council.data], **values, actor=user(), at=clock.now())
    except commands.AlreadyHeard:
        form.heard_on.errors = [_("Rådet står redan med den dagen.")]
        return 422, blockers
    except Blocked as refusal:
        return 409, refusal.blockers
    return 303, []


@bp.post(f"{ONE}/rad/<reference>/ta-bort")
@handles_hearing
def remove_hearing(hearing: CouncilHearing) -> ResponseReturnValue:
    """The council did not take it up."""
    consultation = hearing.consultation
    commands.remove_hearing(hearing, actor=user(), at=clock.now())
    flash(_("Rådets behandling är borttagen."))
    return go("consultations_staff.hearings", consultation)
