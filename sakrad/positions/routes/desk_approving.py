"""The desk's pages of approval: who is asked, who has approved, what was sent back. Members only.

One approves and returns on the page where the whole answer is read through (desk_sending.review), nowhere else.
"""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectChoice

from sakrad.accounts.models import User
from sakrad.core import clock, htmx
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.positions import forms_approving as forms
from sakrad.positions import lifecycle, policy, queries_approving, queries_own
from sakrad.positions.commands import approving as commands
from sakrad.positions.models import Draft
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import address, at_desk, bp, member_here, page
from sakrad.positions.routes.desk_sending import reviewed, where_to_mend

__all__ = ["bp"]  # whose routes these are


@at_desk("/godkannande", link=False)
def approval(desk: Desk) -> ResponseReturnValue:
    """Where the draft stands, and to ask."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    return _drawn(desk, desk.draft)


@at_desk("/godkannande/begar", methods=("POST",), link=False)
def ask_for_approval(desk: Desk) -> ResponseReturnValue:
    """Skicka för godkännande."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    approvers = queries_approving.list_approvers(desk.organisation)
    form = _ask_form(approvers)
    if not form.validate():
        return _drawn(desk, desk.draft, form, status=422)
    chosen = [user for user in approvers if user.id in (form.approvers.data or [])]
    try:
        commands.ask_for_approval(desk.draft, chosen, actor=member_here(), at=clock.now())
    except Blocked as blocked:
        return _drawn(desk, desk.draft, form, found=blocked.blockers, status=409)
    flash(ngettext("Utkastet är skickat till en godkännare.", "Utkastet är skickat till %(num)s godkännare.", len(chosen)))
    return htmx.go(address(desk, "approval"))


@at_desk("/godkannande/godkann", methods=("POST",), policy=policy.may_submit, link=False)
def approve(desk: Desk) -> ResponseReturnValue:
    """Godkänn det som lästes. Nothing is sent by it: that is a press of its own."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    form = forms.ApproveForm()
    try:
        commands.approve_draft(desk.draft, seen=form.seen.data or "", actor=member_here(), at=clock.now())
    except Blocked as blocked:
        return reviewed(desk, found=blocked.blockers, status=409)
    except Stale:
        return reviewed(desk, changed=True, status=422)
    missing = max(queries_approving.needed_by(desk.organisation) - queries_approving.count_approvals(desk.draft), 0)
    flash(
        ngettext("Du har godkänt svaret. Ett godkännande till behövs.", "Du har godkänt svaret. %(num)s godkännanden till behövs.", missing)
        if missing
        else _("Du har godkänt svaret. Nu kan det skickas in.")
    )
    return htmx.go(address(desk, "review"))


@at_desk("/godkannande/skicka-tillbaka", methods=("POST",), policy=policy.may_submit, link=False)
def send_back(desk: Desk) -> ResponseReturnValue:
    """Skicka tillbaka, med skäl."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    form = forms.ReturnForm()
    if not form.validate():
        return reviewed(desk, return_form=form, status=422)
    try:
        commands.return_draft(desk.draft, reason=form.reason.data, seen=form.seen.data or "", actor=member_here(), at=clock.now())
    except Blocked as blocked:
        return reviewed(desk, found=blocked.blockers, return_form=form, status=409)
    except Stale:
        return reviewed(desk, changed=True, return_form=form, status=422)
    flash(_("Utkastet är tillbaka hos dem som skriver."))
    return htmx.go(address(desk, "approval"))


@at_desk("/godkannande/ta-tillbaka", methods=("POST",), link=False)
def take_back(desk: Desk) -> ResponseReturnValue:
    """Ta tillbaka: nobody is asked any more."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    commands.take_back_request(desk.draft, at=clock.now())
    flash(_("Utkastet väntar inte längre på godkännande."))
    return htmx.go(address(desk, "approval"))


def _ask_form(approvers: list[User], chosen: list[int] | None = None) -> forms.AskForm:
    form = forms.AskForm(data={"approvers": chosen}) if chosen is not None else forms.AskForm()
    form.approvers.choices = [SelectChoice(user.id, user.name) for user in approvers]
    return form


def _drawn(
    desk: Desk, draft: Draft, form: forms.AskForm | None = None, *, found: list[Blocker] | None = None, status: int = 200
) -> tuple[str, int]:
    approvers, reader = queries_approving.list_approvers(desk.organisation), member_here()
    state = queries_approving.approval_state(draft, reader)
    if found is None:
        facts = queries_own.submission_facts(draft, queries_own.find_position(desk))
        found = lifecycle.blockers_to_ask_for_approval(facts, len(approvers), clock.now())
    if form is None:
        likely = state.ask_again or {user.id for user in approvers}
        form = _ask_form(approvers, [number for number in likely if number != reader.id])
    return page(
        desk,
        "approval",
        status,
        state=state,
        form=form,
        approvers=approvers,
        may_approve=policy.may_submit(reader, desk),
        blockers=[(blocker, where_to_mend(desk, blocker)) for blocker in found],
    )
