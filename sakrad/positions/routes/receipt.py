"""Receipts: whether one holds, and "Det var inte vi" from the receipt's mail."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx
from sakrad.core.access import bearer, public
from sakrad.core.security import limited
from sakrad.positions import commands, forms, links, queries
from sakrad.positions.models import PositionVersion

bp = Blueprint("positions_receipt", __name__)


@bp.get("/kvitto")
@public
def find() -> ResponseReturnValue:
    """Which receipt? Leads to its page, which says nothing about whether there is such a receipt."""
    form = forms.ReceiptNumberForm(request.args)
    if "nummer" not in request.args:
        return render_template("positions/receipt/find.html", form=form)
    if not form.validate():
        return render_template("positions/receipt/find.html", form=form), 422
    return htmx.go(url_for(".show", number=form.nummer.data))


@bp.get("/kvitto/<number>")
@public
def show(number: str) -> ResponseReturnValue:
    """A form for the code that stands on the receipt. Says nothing about whether there is such a receipt."""
    return _page(number, forms.ReceiptForm(formdata=None))


@bp.post("/kvitto/<number>")
@limited("20 per hour", methods=["POST"])
@public
def check(number: str) -> ResponseReturnValue:
    """When the text was received and whether it is unchanged; never the text. Every failure looks the same."""
    form = forms.ReceiptForm()
    if not form.validate():
        return _page(number, form), 422
    verified = queries.find_verified(number, form.nonce.data)
    if verified is None:
        form.nonce.errors = [_("Numret och kontrollkoden hör inte ihop. Kontrollera båda på kvittot.")]
        return _page(number, form), 422
    return _page(number, form, verified)


def _page(number: str, form: forms.ReceiptForm, verified: queries.VerifiedReceipt | None = None) -> str:
    return render_template("positions/receipt/show.html", number=number, form=form, verified=verified)


@bp.get("/kvitto/<number>/inte-vi/<token>")
@bearer(load=links.get_disownable)
def ask_to_disown(version: PositionVersion) -> ResponseReturnValue:
    """What happens when one presses the button. Writes nothing."""
    return render_template(
        "positions/receipt/disown.html", version=version, consultation=version.position.consultation, token=links.disown_token(version)
    )


@bp.post("/kvitto/<number>/inte-vi/<token>")
@bearer(load=links.get_disownable)
def disown(version: PositionVersion) -> ResponseReturnValue:
    """Det var inte vi: unpublished at once; nothing is erased."""
    if version.is_view:
        commands.disown_view(version, at=clock.now())
    else:
        commands.disown(version.position, at=clock.now())
    flash(_("Tack. Svaret är borttaget från webben och kommunen ser att det inte kommer från er."))
    return htmx.go(url_for(".ask_to_disown", number=version.receipt_number, token=links.disown_token(version)))
