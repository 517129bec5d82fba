"""The desk's pages about what has been sent: take it back, confirm what was preliminary."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx
from sakrad.core.errors import Blocked, Blocker
from sakrad.positions import commands, lifecycle_received, policy, queries_received
from sakrad.positions.forms_received import RatifyForm
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are


@at_desk("/aterta")
def ask_to_withdraw(desk: Desk) -> ResponseReturnValue:
    """What happens when the answer is taken back, and the button."""
    return _withdrawal(desk)


def _withdrawal(desk: Desk, found: Sequence[Blocker] | None = None, status: int = 200) -> ResponseReturnValue:
    version = queries_received.get_sent(desk)
    if found is None:
        found = lifecycle_received.blockers_to_withdraw(queries_received.standing_of(version.position, actor_at(desk)))
    return page(desk, "withdraw", status, version=version, blockers=found, may=_may(desk))


@at_desk("/aterta", methods=("POST",), policy=policy.may_submit)
def withdraw(desk: Desk) -> ResponseReturnValue:
    """Återta svaret: off the web at once; nothing is erased."""
    position = queries_received.get_sent(desk).position
    try:
        commands.withdraw_position(position, actor=actor_at(desk), at=clock.now())
    except Blocked as blocked:
        return _withdrawal(desk, blocked.blockers, 409)
    flash(_("Svaret är återtaget. Det är borttaget från webben, och nämnden får veta det."))
    return htmx.go(address(desk, "receipt"))


@at_desk("/bekrafta")
def ask_to_ratify(desk: Desk) -> ResponseReturnValue:
    """Who has decided the preliminary answer?"""
    return _ratification(desk, RatifyForm(formdata=None))


def _ratification(desk: Desk, form: RatifyForm, found: Sequence[Blocker] | None = None, status: int = 200) -> ResponseReturnValue:
    version = queries_received.get_sent(desk)
    if found is None:
        found = lifecycle_received.blockers_to_ratify(queries_received.preliminary_facts(version, actor_at(desk)), clock.now())
    return page(desk, "ratify", status, version=version, form=form, blockers=found, may=_may(desk))


@at_desk("/bekrafta", methods=("POST",), policy=policy.may_submit)
def ratify(desk: Desk) -> ResponseReturnValue:
    """Bekräfta svaret."""
    form = RatifyForm()
    if not form.validate():
        return _ratification(desk, form, status=422)
    values = {name: form[name].data for name in ("anchoring", "decided_on", "decision_ref", "asked", "answered")}
    try:
        commands.ratify_position(queries_received.get_sent(desk), **values, actor=actor_at(desk), at=clock.now())
    except Blocked as blocked:
        return _ratification(desk, form, blocked.blockers, 409)
    flash(_("Tack! Svaret är bekräftat."))
    return htmx.go(address(desk, "receipt"))


def _may(desk: Desk) -> bool:
    """Whether the reader may press the button; the others see who may."""
    actor = actor_at(desk)
    return actor is None or policy.may_submit(actor, desk)
