"""Reading one question's answers side by side."""

from __future__ import annotations

import functools

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.access import requires
from sakrad.core.paging import asked_page, page_count
from sakrad.summaries import policy, queries, queries_beside
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, user


@bp.get("/sammanstall/bredvid")
@requires(policy.may_compile, load=get_consultation)
def beside(consultation: Consultation) -> ResponseReturnValue:
    """One question's answers side by side: of the organisations of ?org=, or of all, page by page."""
    first = consultation.questions[0].number if consultation.questions else 1
    number = min(max(request.args.get("fraga", first, type=int), 0), queries.LARGEST)
    page = asked_page()
    chosen = request.args.getlist("org")[: queries_beside.PAGE]
    may = functools.partial(policy.may_take_up, user())
    rows, total = queries_beside.list_columns(consultation, number, chosen, page, may)
    return render_template(
        "summaries/staff/beside.html",
        **given(consultation),
        number=number,
        asked=next((question.text for question in consultation.questions if question.number == number), ""),
        organisations=queries_beside.list_answering(consultation, number),
        chosen=chosen,
        rows=rows,
        page=page,
        pages=page_count(total, queries_beside.PAGE),
    )
