"""Where the members of a party, whose own rule wants several, approve that it stands behind a joint answer."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.positions import commands, policy, queries_parties
from sakrad.positions.queries_parties import Seat
from sakrad.positions.routes import party as link
from sakrad.positions.routes.desk import bp, member_here

__all__ = ["bp"]  # whose routes these are
STAND = "/forening/<org>/star-bakom/<reference>"


@bp.get(STAND)
@requires(policy.may_see_seat, load=queries_parties.get_seat)
def stand_behind(seat: Seat) -> ResponseReturnValue:
    """The received answer in full, and who of the members has approved it."""
    return _page(seat, link.form_of(seat.party))


@bp.post(STAND)
@requires(policy.may_stand_behind, load=queries_parties.get_seat)
def approve_standing(seat: Seat) -> ResponseReturnValue:
    """Approve; the last one who is needed confirms by it."""
    form = link.posted_form(seat.party)
    if not form.validate():
        return _page(seat, form, status=422)
    try:
        enough = commands.approve_party(
            seat.party,
            reservations=link.reservations_in(form, seat.party),
            seen_version=form.seen_version,
            seen=form.seen.data or "",
            actor=member_here(),
            at=clock.now(),
        )
    except Blocked as blocked:
        return _page(seat, form, blockers=blocked.blockers, status=409)
    except Stale:
        return _page(seat, link.changed(seat.party, form), status=422)
    missing = queries_parties.approvals_needed(seat.party) - len(queries_parties.list_party_approvers(seat.party))
    flash(
        _("Tack! Ni står nu bakom svaret.")
        if enough
        else ngettext("Ditt godkännande är sparat. Det behövs ett till.", "Ditt godkännande är sparat. Det behövs %(num)s till.", missing)
    )
    return htmx.go(url_for(".stand_behind", org=seat.organisation.slug, reference=seat.party.reference))


@bp.post(f"{STAND}/nej")
@requires(policy.may_stand_behind, load=queries_parties.get_seat)
def leave_standing(seat: Seat) -> ResponseReturnValue:
    """Vi står inte bakom, also after having confirmed."""
    try:
        commands.leave_party(seat.party, actor=member_here(), at=clock.now())
    except Blocked as blocked:
        return _page(seat, link.form_of(seat.party), blockers=blocked.blockers, status=409)
    flash(_("Tack för beskedet. Er organisation visas inte längre vid svaret."))
    return htmx.go(url_for(".stand_behind", org=seat.organisation.slug, reference=seat.party.reference))


def _page(seat: Seat, form: Any, *, blockers: list[Blocker] | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "positions/organisation/stand_behind.html",
        organisation=seat.organisation,
        **link.asked(seat.party, form, blockers),
        approvers=queries_parties.list_party_approvers(seat.party),
        needed=queries_parties.approvals_needed(seat.party),
        may=policy.may_stand_behind(member_here(), seat),
    ), status
