"""The organisations' parts of a commitment, as the municipality handles them: proposes, words, settles, and reviews what they tell."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from sakrad.records.queries import masks_of, published
from sakrad.responses import commands, forms_ledger, policy, queries, queries_ledger, queries_pledges
from sakrad.responses.models import Commitment, Pledge
from sakrad.responses.queries_pledges import ToldStep
from sakrad.responses.routes.staff import bp, hint_of_names, refused, target_of, user
from sakrad.responses.routes.staff_ledger import ONE_COMMITMENT, commitment_page, proposable, to_commitment

__all__ = ["bp"]  # whose routes these are
PLEDGE = f"{ONE_COMMITMENT}/delar/<reference>"


@bp.post(f"{ONE_COMMITMENT}/delar")
@requires(policy.may_follow_up, load=queries.get_commitment)
def propose_pledge(commitment: Commitment) -> ResponseReturnValue:
    """Propose what an organisation could do."""
    form = forms_ledger.PledgeForm()
    choices = proposable(commitment)
    form.offer(choices)
    if not form.validate():
        return commitment_page(commitment, pledge=form, status=422)
    organisation = next(one for one in choices if one.slug == form.organisation.data)
    try:
        commands.propose_pledge(commitment, organisation=organisation, part=form.part.data or "", actor=user(), at=clock.now())
    except Blocked as blocked:
        return commitment_page(commitment, pledge=form, status=refused(form, blocked))
    flash(
        _("Organisationen är tillfrågad.")
        if commitment.response.release.published_at
        else _("Förslaget är sparat. Organisationen tillfrågas när svaret publiceras.")
    )
    hint_of_names(target_of(commitment), [commitment.what, commitment.how_seen], commitment.pledges)
    return to_commitment(commitment, "delar")


@bp.route(PLEDGE, methods=["GET", "POST"])
@requires(policy.may_handle_pledge, load=queries_pledges.get_pledge)
def pledge(pledge: Pledge) -> ResponseReturnValue:
    """One part, to be worded anew before the organisation is asked."""
    form, status = forms_ledger.PartForm(data={"part": pledge.part}), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                commands.change_pledge(pledge, part=form.part.data or "", actor=user(), at=clock.now())
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Sparat."))
                return to_commitment(pledge.commitment, "delar")
    commitment = pledge.commitment
    return render_template(
        "responses/staff/pledge.html",
        municipality=commitment.consultation.municipality,
        consultation=commitment.consultation,
        commitment=commitment,
        pledge=pledge,
        state=queries_pledges.state_of(pledge),
        reviews=queries_ledger.decisions_about(pledge),
        form=form,
    ), status


@bp.post(f"{PLEDGE}/ta-bort")
@requires(policy.may_handle_pledge, load=queries_pledges.get_pledge)
def drop_pledge(pledge: Pledge) -> ResponseReturnValue:
    """Take a part away before the organisation is asked."""
    commitment = pledge.commitment
    commands.drop_pledge(pledge, actor=user(), at=clock.now())
    flash(_("Förslaget är borttaget."))
    return to_commitment(commitment, "delar")


@bp.post(f"{PLEDGE}/godta")
@requires(policy.may_handle_pledge, load=queries_pledges.get_pledge)
def accept_pledge(pledge: Pledge) -> ResponseReturnValue:
    """Take the organisation's own wording; it is asked anew."""
    return _settle(pledge, accept=True)


@bp.post(f"{PLEDGE}/behall")
@requires(policy.may_handle_pledge, load=queries_pledges.get_pledge)
def keep_pledge(pledge: Pledge) -> ResponseReturnValue:
    """Keep the first wording; it is asked anew."""
    return _settle(pledge, accept=False)


def _settle(pledge: Pledge, *, accept: bool) -> ResponseReturnValue:
    commands.settle_pledge(pledge, accept=accept, actor=user(), at=clock.now())
    flash(_("Organisationen är tillfrågad igen."))
    return to_commitment(pledge.commitment, "delar")


@bp.route(f"{PLEDGE}/<int:step>", methods=["GET", "POST"])
@requires(policy.may_review_step, load=queries_pledges.get_told_step)
def review_step(told: ToldStep) -> ResponseReturnValue:
    """Read what the organisation has told of its part, and decide whether readers get it."""
    latest = told.reviews[0] if told.reviews else None
    form, status = forms_ledger.StepReviewForm(data={"decision": latest.decision.value} if latest else None), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                commands.review_progress(
                    told.progress,
                    decision=ReviewDecision(form.decision.data),
                    ground=MaskGround(form.ground.data) if form.ground.data else None,
                    reason=form.reason.data or "",
                    actor=user(),
                    at=clock.now(),
                )
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Beslutet är sparat."))
                return htmx.go(url_for(".follow_up", **told.consultation.address, number=told.pledge.commitment.number, _anchor="delar"))
    masks = masks_of(TextKind.progress, [told.progress.id]).get(told.progress.id, ())
    return render_template(
        "responses/staff/step.html",
        municipality=told.consultation.municipality,
        consultation=told.consultation,
        told=told,
        shown=published(told.progress.text, masks),
        ordinal=queries_ledger.place_of(told.progress),
        form=form,
    ), status
