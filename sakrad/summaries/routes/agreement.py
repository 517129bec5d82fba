"""Who agrees with whom, for readers."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.cache import keep_until
from sakrad.core.errors import Missing
from sakrad.core.paging import asked_page
from sakrad.core.text import whole_number
from sakrad.summaries import queries_agreement
from sakrad.summaries.routes.public import bp


@bp.get("/kommun/<kommun>/sakrad/<slug>/sammanstallning/vem-tycker-vad")
@public
def agreement(kommun: str, slug: str) -> ResponseReturnValue:
    """The matrix of all proposals, or with ?fraga= one of them group by group."""
    head, view = queries_agreement.get_agreement(kommun, slug, asked_question(), asked_page(), clock.now())
    keep_until(head.valid_until)
    return render_template("summaries/agreement.html", view=view, c=head, place=head.place)


def asked_question() -> int | None:
    """The proposal that the address asks for with ?fraga=.

    Raises:
        Missing: it is no number.
    """
    asked = request.args.get("fraga", "")
    number = whole_number(asked)
    if asked and number is None:
        raise Missing("question")
    return number
