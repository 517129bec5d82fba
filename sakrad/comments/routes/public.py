"""What organisations have commented, how it is moderated, and the way to report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts.models import User
from sakrad.comments import commands, queries, queries_public
from sakrad.comments.forms import ReportForm
from sakrad.comments.models import ModerationGround
from sakrad.consultations.links import token_of
from sakrad.consultations.queries import find_one_of, get_public_consultation
from sakrad.core import clock, htmx, opened
from sakrad.core.access import public, signed_in
from sakrad.core.paging import asked_page
from sakrad.core.security import limited
from sakrad.core.text import whole_number

bp = Blueprint("comments", __name__)
HERE = "/kommun/<kommun>/sakrad/<slug>/kommentarer"


@bp.get(HERE)
@public
def index(kommun: str, slug: str) -> ResponseReturnValue:
    """The published comments; with ?fraga= those about one question and the answers to it."""
    question = whole_number(request.args.get("fraga", ""))
    view = queries_public.get_comment_page(kommun, slug, asked_page(), clock.now(), question=question)
    return render_template("comments/index.html", view=view, c=view.head, place=view.head.place)


@bp.get(f"{HERE}/logg")
@public
def log(kommun: str, slug: str) -> ResponseReturnValue:
    """The public moderation log, in counts."""
    view = queries_public.get_log_page(kommun, slug, clock.now())
    return render_template("comments/log.html", view=view, c=view.head, place=view.head.place)


@bp.get("/metod/kommentarer")
@public
def rules() -> ResponseReturnValue:
    """The published policy: what is hidden, and why."""
    return render_template("comments/rules.html", grounds=list(ModerationGround))


@bp.route(f"{HERE}/<reference>/anmal", methods=["GET", "POST"])
@limited("10 per hour", methods=["POST"], deduct_when=lambda response: response.status_code < 400)
@public
def report(kommun: str, slug: str, reference: str) -> ResponseReturnValue:
    """Anybody may report a published comment."""
    comment = queries.get_published(kommun, slug, reference)
    form = ReportForm()
    if form.validate_on_submit():
        commands.report_comment(comment, ground=ModerationGround(form.ground.data), text=form.text.data or "", at=clock.now())
        flash(_("Tack. Kommunen tittar på kommentaren."))
        return htmx.go(url_for(".report", kommun=kommun, slug=slug, reference=reference))
    page = render_template("comments/report.html", comment=comment, consultation=comment.consultation, form=form)
    response = make_response(page, 422 if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _by_invitation(kommun: str, slug: str) -> ResponseReturnValue | None:
    """Where an invitation to the consultation has been opened in this browser: to its page, which asks for no account."""
    invitation = find_one_of(get_public_consultation(kommun, slug), opened.references())
    return htmx.go(url_for("comments_link.write", token=token_of(invitation), **_about())) if invitation else None


def _about() -> dict[str, Any]:
    """What one comments on, as the address says."""
    return {name: request.args[name] for name in ("fraga", "svar", "till") if name in request.args}


@bp.get("/kommentera/<kommun>/<slug>")
@signed_in(instead=_by_invitation)
def comment_as(user: User, kommun: str, slug: str) -> ResponseReturnValue:
    """From the public page to the form of one's own organisation: the hat is chosen here, or is the only one."""
    consultation = get_public_consultation(kommun, slug)
    mine = user.organisations
    if not mine:
        flash(_("Registrera er organisation, så kan ni kommentera sedan."))
        return htmx.go(url_for("accounts_organisation.register"))
    where: dict[str, Any] = {"kommun": kommun, "slug": slug} | _about()
    desks = {org: url_for("comments_organisation.write", org=org, **where) for org in mine}
    if len(desks) == 1:
        return htmx.go(next(iter(desks.values())))
    return render_template("comments/comment_as.html", consultation=consultation, organisations=list(mine.values()), desks=desks)
