"""Who agrees with whom, while it is being compiled."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.summaries import policy, queries_agreement
from sakrad.summaries.routes.agreement import asked_question
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given


@bp.get("/sammanstall/vem-tycker-vad")
@requires(policy.may_compile, load=get_consultation)
def agreement(consultation: Consultation) -> ResponseReturnValue:
    """All answers that stand, published or not."""
    return render_template(
        "summaries/staff/agreement.html",
        **given(consultation),
        view=queries_agreement.get_staff_agreement(consultation, asked_question(), asked_page()),
    )
