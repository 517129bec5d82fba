"""Review of what organisations say of a commitment, before its words and its sender's name are published."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.records.masking import MaskableText, shown
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from sakrad.responses import commands, policy, queries_commitments, queries_verdicts
from sakrad.responses.forms_verdicts import VerdictReviewForm
from sakrad.responses.queries_verdicts import ReviewedVerdict

bp = Blueprint("responses_verdicts", __name__)
ONE = "/handlaggning/<kommun>/sakrad/<slug>/bedomning/<reference>"
reviews = requires(policy.may_review_verdict, load=queries_verdicts.get_reviewed_verdict)


@bp.get(ONE)
@reviews
def review(reviewed: ReviewedVerdict) -> ResponseReturnValue:
    """The words, and the sender's name only where it wants to be named."""
    taken = reviewed.review
    decided = {"decision": taken.decision.value, "ground": taken.ground or "", "reason": taken.reason} if taken else {}
    return _page(reviewed, VerdictReviewForm(formdata=None, data=decided))


@bp.post(ONE)
@reviews
def decide(reviewed: ReviewedVerdict) -> ResponseReturnValue:
    """Publish, mask or withhold it."""
    form = VerdictReviewForm()
    if not form.validate():
        return _page(reviewed, form, 422)
    try:
        commands.review_verdict(
            reviewed,
            decision=ReviewDecision(form.decision.data),
            ground=MaskGround(form.ground.data) if form.ground.data else None,
            reason=form.reason.data or "",
            words=form.words.data or "",
            actor=current_user._get_current_object(),
            at=clock.now(),
        )
    except (commands.ReasonMissing, commands.GroundMissing, commands.WordsMissing) as missing:
        abandon()
        if isinstance(missing, commands.ReasonMissing):
            form.reason.errors = [_("Skriv varför orden inte publiceras.")]
        elif isinstance(missing, commands.GroundMissing):
            form.ground.errors = [_("Välj en grund.")]
        else:
            form.words.errors = [_("Orden finns inte i texten. Skriv dem exakt som de står.")]
        return _page(reviewed, form, 422)
    flash(_("Beslutet är sparat."))
    return htmx.go(url_for("pages_staff.reviewing", kommun=reviewed.consultation.municipality.slug, slag="bedomning"))


def _page(reviewed: ReviewedVerdict, form: VerdictReviewForm, status: int = 200) -> ResponseReturnValue:
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
