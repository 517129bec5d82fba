"""What members say to an invitation: that they will answer, or that they will not. Staff learn that, and nothing else."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Invitation
from sakrad.consultations.queries import find_invitation, phase_of
from sakrad.core import clock, htmx
from sakrad.core.errors import Blocked, Blocker, Missing
from sakrad.positions import commands, forms, policy
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are


@at_desk("/inbjudan", link=False)
def invited(desk: Desk) -> ResponseReturnValue:
    """What has been said, and what can be said."""
    return _invited(desk, forms.DeclineForm(formdata=None))


def _invited(desk: Desk, form: forms.DeclineForm, blockers: list[Blocker] | None = None, status: int = 200) -> ResponseReturnValue:
    actor = actor_at(desk)
    return page(
        desk,
        "invited",
        status,
        invitation=_invitation(desk),
        phase=phase_of(desk.consultation, clock.now()),
        form=form,
        blockers=blockers or [],
        may=actor is not None and policy.may_submit(actor, desk),
    )


def _invitation(desk: Desk) -> Invitation:
    invitation = find_invitation(desk.consultation.id, desk.organisation.id)
    if invitation is None:
        raise Missing("invitation")
    return invitation


@at_desk("/tanker-svara", methods=("POST",), policy=policy.may_submit, link=False)
def intend(desk: Desk) -> ResponseReturnValue:
    """Vi tänker svara."""
    try:
        commands.intend_to_answer(_invitation(desk), actor=actor_at(desk), at=clock.now())
    except Blocked as blocked:
        return _invited(desk, forms.DeclineForm(formdata=None), blocked.blockers, 409)
    flash(_("Tack! Kommunen ser att ni tänker svara."))
    return htmx.go(address(desk, "invited"))


@at_desk("/avboj", methods=("POST",), policy=policy.may_submit, link=False)
def decline(desk: Desk) -> ResponseReturnValue:
    """Vi avböjer, med eller utan skäl."""
    form = forms.DeclineForm()
    if not form.validate():
        return _invited(desk, form, status=422)
    try:
        commands.decline_invitation(_invitation(desk), reason=form.reason.data, actor=actor_at(desk), at=clock.now())
    except Blocked as blocked:
        return _invited(desk, form, blocked.blockers, 409)
    flash(_("Tack för beskedet. Ändrar ni er går det bra att svara ändå, så länge sakrådet är öppet."))
    return htmx.go(address(desk, "invited"))
