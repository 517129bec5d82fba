"""Review of what organisations say of a commitment, before its words and its sender's name are published."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.records.masking import MaskableText, ReviewForm, decided, shown
from sakrad.records.models import TextKind
from sakrad.responses import commands, policy, queries_commitments, queries_verdicts
from sakrad.responses.queries_verdicts import ReviewedVerdict

bp = Blueprint("responses_verdicts", __name__)
ONE = "/handlaggning/<kommun>/sakrad/<slug>/bedomning/<reference>"
reviews = requires(policy.may_review_verdict, load=queries_verdicts.get_reviewed_verdict)


@bp.get(ONE)
@reviews
def review(reviewed: ReviewedVerdict) -> ResponseReturnValue:
    """The words, and the sender's name only where it wants to be named."""
    return _page(reviewed, ReviewForm(formdata=None, data=decided(reviewed.review)))


@bp.post(ONE)
@reviews
def decide(reviewed: ReviewedVerdict) -> ResponseReturnValue:
    """Publish, mask or withhold it."""
    form = ReviewForm()
    if not form.validate():
        return _page(reviewed, form, 422)
    try:
        commands.review_verdict(reviewed, actor=current_user._get_current_object(), at=clock.now(), **form.values())
    except (commands.ReasonMissing, commands.GroundMissing, commands.WordsMissing) as missing:
        abandon()
        form.refuse(missing)
        return _page(reviewed, form, 422)
    flash(_("Beslutet är sparat."))
    return htmx.go(url_for("pages_staff.reviewing", kommun=reviewed.consultation.municipality.slug, slag="bedomning"))


def _page(reviewed: ReviewedVerdict, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    verdict = reviewed.verdict
    text = MaskableText(verdict.reference, TextKind.verdict, (verdict.id,), "", verdict.text)
    html = render_template(
        "responses/staff/verdict.html",
        reviewed=reviewed,
        consultation=reviewed.consultation,
        municipality=reviewed.consultation.municipality,
        promise=queries_commitments.get_undertaken(verdict.commitment_id, clock.now()).promise,
        masked=shown(text),
        form=form,
    )
    return html, status
