"""/brev: from the code on a printed invitation to what it opens."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.links import token_of
from sakrad.core import htmx
from sakrad.core.access import public
from sakrad.core.security import limited
from sakrad.positions.forms_invited import LetterCodeForm
from sakrad.positions.queries_invited import find_by_letter

bp = Blueprint("positions_letter", __name__)


@bp.get("/brev")
@public
def find() -> ResponseReturnValue:
    """The form for the code."""
    return render_template("positions/link/letter.html", form=LetterCodeForm(formdata=None))


@bp.post("/brev")
@limited("20 per hour", methods=["POST"])
@public
def open_by_code() -> ResponseReturnValue:
    """To the invitation. Every failure looks the same, and each try counts."""
    form = LetterCodeForm()
    if form.validate():
        invitation = find_by_letter(form.code.data)
        if invitation is not None:
            return htmx.go(url_for("positions_link.landing", token=token_of(invitation)))
        form.code.errors = [_("Koden stämmer inte. Kontrollera den i brevet, eller ring kommunen.")]
    return render_template("positions/link/letter.html", form=form), 422
