"""Where an organisation comments: its members under its own address, the holder of an invitation under the link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.comments import commands, policy, queries, queries_reading
from sakrad.comments.forms import CommentForm
from sakrad.core import clock, htmx, ids, opened
from sakrad.core.access import bearer, requires
from sakrad.core.errors import Blocked, Blocker, Missing, Stale
from sakrad.core.paging import asked_page
from sakrad.core.text import whole_number
from sakrad.positions import queries_own
from sakrad.positions.queries_own import Desk

bp = Blueprint("comments_organisation", __name__)
link_bp = Blueprint("comments_link", __name__)
KEY = 32  # characters of a submission key


@bp.route("/forening/<org>/kommentera/<kommun>/<slug>", methods=["GET", "POST"])
@requires(policy.may_read_own, load=queries_own.get_desk)
def write(desk: Desk) -> ResponseReturnValue:
    """For members: those who may send for the organisation write here, the others read what has been sent."""
    if desk.sealed:
        raise Blocked([Blocker("draft_sealed")])
    return _write(desk, may=policy.may_comment(current_user, desk))


@link_bp.route("/inbjudan/<token>/kommentera", methods=["GET", "POST"], endpoint="write")
@bearer(load=queries_own.get_link_desk)
def write_by_link(desk: Desk) -> ResponseReturnValue:
    """The same without an account, in a browser where the invitation has been opened."""
    assert desk.invitation is not None, "a desk reached by a link has its invitation"
    closed = opened.closed(desk.invitation.reference, url_for("positions_link.landing", token=desk.token))
    return _write(desk, may=True) if closed is None else closed


def _write(desk: Desk, *, may: bool) -> ResponseReturnValue:
    at = clock.now()
    about = {name: request.args[name] for name in ("fraga", "svar", "till") if name in request.args}
    target = None
    if about:
        number = whole_number(about.get("fraga", ""))
        target = queries.get_target(desk.consultation, at, number=number, key=about.get("svar", ""), reply_to=about.get("till", ""))
    form = CommentForm()
    blockers = queries.blockers_to_comment(desk.consultation, target, at)
    status, used = 200, False
    if form.is_submitted():
        status = 422
        if target is not None and may and form.validate():
            try:
                commands.comment(
                    target,
                    desk.organisation,
                    text=form.text.data or "",
                    submission_key=form.submission_key.data or "",
                    actor=None if desk.by_link else current_user._get_current_object(),
                    at=at,
                )
            except Blocked as refusal:
                status, blockers = 409, refusal.blockers
            except Stale:
                status, used = 409, True
                form.form_errors.append(
                    _("En kommentar är redan skickad från det här formuläret. Är det här en ny? Läs igenom och skicka igen.")
                )
            else:
                flash(_("Kommentaren är mottagen. Den publiceras när kommunen har granskat den."))
                return htmx.go(_address(desk))
    if form.is_submitted() and target is None:
        raise Missing("target")
    if used or not form.is_submitted() or form.submission_key.errors:
        form.submission_key.data = ids.reference(KEY)
    page = render_template(
        "comments/organisation/write.html",
        desk=desk,
        organisation=desk.organisation,
        consultation=desk.consultation,
        frame="positions/link/frame.html" if desk.by_link else "organisation.html",
        url=lambda view, **more: _desk_address(desk, view, **more),
        here=_address(desk, **about),
        address=lambda **more: _address(desk, **more),
        target=target,
        form=form,
        may=may,
        blockers=blockers,
        own=queries.list_own(desk.organisation, desk.consultation),
        answers=queries_reading.list_answers(desk.consultation, at) if target is None else {},
        reading=queries_reading.get_reading(desk.consultation, target.question.number, asked_page(), at) if target else None,
    )
    return page, status


def _address(desk: Desk, **about: Any) -> str:
    if desk.by_link:
        return url_for("comments_link.write", token=desk.token, **about)
    return url_for("comments_organisation.write", org=desk.organisation.slug, **desk.consultation.address, **about)


def _desk_address(desk: Desk, view: str, **more: Any) -> str:
    """The address of one of the desk's own pages, which its frame links to."""
    if desk.by_link:
        return url_for(f"positions_link.{view}", token=desk.token, **more)
    return url_for(f"positions_organisation.{view}", org=desk.organisation.slug, **desk.consultation.address, **more)
