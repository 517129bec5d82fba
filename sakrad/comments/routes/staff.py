"""Review of comments: nothing is published before it; what is hidden has a ground from the published policy."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.comments import commands, policy, queries
from sakrad.comments.forms import DecisionForm
from sakrad.comments.models import Comment, CommentState, ModerationGround
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx, tables
from sakrad.core.access import requires
from sakrad.core.errors import Blocked
from sakrad.core.i18n import label
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.records.masking import MaskForm, get_masks, list_hidden, shown

bp = Blueprint("comments_staff", __name__)
HERE = "/handlaggning/<kommun>/sakrad/<slug>/kommentarer"


def _user() -> Any:
    return current_user._get_current_object()


@bp.get(HERE)
@requires(policy.may_moderate, load=get_consultation)
def queue(consultation: Consultation) -> ResponseReturnValue:
    """What waits and what is reported first, then the rest."""
    listed = queries.list_queue(consultation, asked_page())
    return render_template(
        "comments/staff/queue.html",
        municipality=consultation.municipality,
        consultation=consultation,
        listed=listed,
        barred={comment.id for comment in listed.comments if policy.is_partial(_user(), comment)},
    )


@bp.route(f"{HERE}/<reference>", methods=["GET", "POST"])
@requires(policy.may_review_comment, load=queries.get_comment)
def review(comment: Comment) -> ResponseReturnValue:
    """One comment, its reports and decisions, and the form for the next."""
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            commands.review_comment(
                comment,
                state=CommentState(form.state.data),
                ground=ModerationGround(form.ground.data) if form.ground.data else None,
                note=form.note.data or "",
                actor=_user(),
                at=clock.now(),
            )
        except commands.GroundMissing:
            form.ground.errors = [_("Välj varför kommentaren döljs.")]
        except Blocked as refusal:
            return _page(comment, form, 409, blockers=refusal.blockers)
        else:
            flash(_("Kommentaren är publicerad.") if comment.state is CommentState.published else _("Kommentaren är dold."))
            return htmx.go(_address(".queue", comment))
    return _page(comment, form, 422 if form.errors else 200)


@bp.post(f"{HERE}/<reference>/maska")
@requires(policy.may_review_comment, load=queries.get_comment)
def mask(comment: Comment) -> ResponseReturnValue:
    """Hide words in the published copy, before or after it is published."""
    form = MaskForm(key="maska")
    if not form.hides(partial(commands.mask_words, comment, actor=_user(), at=clock.now())):
        return _page(comment, DecisionForm(formdata=None), 422, masking=form)
    flash(_("Orden är dolda överallt där kommentaren visas."))
    return htmx.go(_address(".review", comment))


@bp.post(f"{HERE}/<reference>/visa-igen")
@requires(policy.may_review_comment, load=queries.get_comment)
def unmask(comment: Comment) -> ResponseReturnValue:
    """Show the words again that a mask hides."""
    for standing in get_masks(queries.text_of(comment), request.form.get("mask", "")):
        commands.unmask_words(comment, standing, actor=_user(), at=clock.now())
    return htmx.go(_address(".review", comment))


@bp.get("/handlaggning/<kommun>/kommentarslogg.csv")
@requires(policy.may_export_log, load=get_municipality)
def export(municipality: Municipality) -> ResponseReturnValue:
    """The moderation log of the consultations that the reader handles, as a table; without the words that others decide about (jäv)."""
    header = ["beslutat", "sakråd", "fråga", "kommentar", "organisation", "inkommen", "beslut", "grund", "till organisationen", "text"]
    rows = (
        (
            row.decided_at.astimezone(clock.STOCKHOLM).isoformat(timespec="minutes"),
            row.title,
            row.number,
            row.reference,
            row.organisation_name,
            row.received_at.astimezone(clock.STOCKHOLM).isoformat(timespec="minutes"),
            label(row.state),
            label(row.ground) if row.ground else "",
            "(jäv)" if row.barred else row.note,
            "(jäv)" if row.barred else row.text,
        )
        for row in queries.iterate_log(municipality, _user())
    )
    return tables.download("kommentarslogg.csv", header, rows)


def _address(endpoint: str, comment: Comment) -> str:
    consultation = comment.consultation
    reference = comment.reference if endpoint != ".queue" else None
    return url_for(endpoint, **consultation.address, reference=reference)


def _page(
    comment: Comment, form: DecisionForm, status: int = 200, *, masking: MaskForm | None = None, blockers: Any = ()
) -> ResponseReturnValue:
    text = queries.text_of(comment)
    return render_template(
        "comments/staff/review.html",
        municipality=comment.consultation.municipality,
        consultation=comment.consultation,
        comment=comment,
        text=text,
        shown=shown(text),
        hidden=list_hidden(text),
        form=form,
        masking=masking or MaskForm(formdata=None, key="maska"),
        blockers=blockers,
    ), status
