"""The municipality lets the reservations of those who stand behind a joint answer through for publication."""

from __future__ import annotations

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing, Stale
from sakrad.positions import commands, forms_together, policy, queries
from sakrad.positions.models import PositionVersion
from sakrad.positions.routes.staff import SVAR, bp

__all__ = ["bp"]  # whose routes these are


@bp.post(f"{SVAR}/<org>/forbehall")
@requires(policy.may_review, load=queries.get_received)
def pass_reservations(version: PositionVersion) -> ResponseReturnValue:
    """What was read is shown to readers; what has been changed since is read first."""
    form = forms_together.PassForm()
    position = version.position
    party = next((party for party in position.parties if party.reference == form.party.data and party.dropped_at is None), None)
    if party is None:
        raise Missing("party")
    try:
        commands.pass_party(party, seen=form.seen.data or "", actor=current_user._get_current_object(), at=clock.now())
    except Stale:
        flash(_("Organisationen har ändrat sina förbehåll sedan du läste dem. Läs dem igen."))
    else:
        flash(_("Förbehållen visas för läsare när svaret är publicerat."))
    consultation = position.consultation
    return htmx.go(url_for(".review", **consultation.address, org=position.organisation.slug) + "#star-bakom")
