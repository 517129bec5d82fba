"""The desk: where an organisation writes, reads through, sends and keeps its receipts.

Its pages stand under two families of addresses: members come by the organisation's address, and the holder of an
invitation by its link (routes/link.py). `at_desk` registers a handler in both, from one implementation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts.models import User
from sakrad.consultations.models import Invitation
from sakrad.core.access import bearer, requires
from sakrad.positions import policy, queries_own
from sakrad.positions.queries_own import Desk

bp = Blueprint("positions_organisation", __name__)
link_bp = Blueprint("positions_link", __name__)
Handler = Callable[..., ResponseReturnValue]
DESK = "/forening/<org>/svar/<kommun>/<slug>"
LINK = "/inbjudan/<token>/svar"
OPENED = "opened_invitations"


def at_desk(
    *paths: str,
    methods: tuple[str, ...] = ("GET",),
    policy: Callable[[User, Desk], bool] = policy.may_write,
    link: bool = True,
    prepare: Callable[[], Any] | None = None,
) -> Callable[[Handler], Handler]:
    """Register the handler at the desk's `paths`, for members whom `policy` lets and, with `link`, for the link's holder.

    The endpoint is the handler's name, in the blueprints positions_organisation and positions_link; `prepare` as in core.access.
    """

    def decorate(handler: Handler) -> Handler:
        guarded = requires(policy, load=queries_own.get_desk, prepare=prepare)(handler)
        for path in paths:
            bp.add_url_rule(DESK + path, handler.__name__, guarded, methods=list(methods))
        opened = bearer(load=queries_own.get_link_desk, prepare=prepare)(_opened(handler))
        for path in paths if link else ():
            link_bp.add_url_rule(LINK + path, handler.__name__, opened, methods=list(methods))
        return handler

    return decorate


def _opened(handler: Handler) -> Handler:
    """Only in a browser where the button has been pressed; others are shown the invitation first."""

    @functools.wraps(handler)
    def view(desk: Desk, **more: Any) -> ResponseReturnValue:
        if invitation_of(desk).reference not in session.get(OPENED, []):
            return redirect(url_for("positions_link.landing", token=desk.token), 303)
        return handler(desk, **more)

    return view


def invitation_of(desk: Desk) -> Invitation:
    """The invitation that the link is for."""
    assert desk.invitation is not None, "a desk reached by a link has its invitation"
    return desk.invitation


def address(desk: Desk, view: str, **more: Any) -> str:
    """The address of one of the desk's pages, in the family by which the desk was reached."""
    if desk.by_link:
        return url_for(f"positions_link.{view}", token=desk.token, **more)
    where: dict[str, Any] = {"org": desk.organisation.slug, "kommun": desk.consultation.municipality.slug, "slug": desk.consultation.slug}
    return url_for(f"positions_organisation.{view}", **where, **more)


def actor_at(desk: Desk) -> User | None:
    """Who writes: the signed-in member, or nobody known where the link's holder does."""
    return None if desk.by_link else current_user._get_current_object()


def page(desk: Desk, template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """A page of the desk: templates/positions/organisation/<template>.html, in the frame of the family."""
    frame = "positions/link/frame.html" if desk.by_link else "organisation.html"

    def url(view: str, **more: Any) -> str:
        return address(desk, view, **more)

    drawn = render_template(
        f"positions/organisation/{template}.html",
        desk=desk,
        organisation=desk.organisation,
        consultation=desk.consultation,
        frame=frame,
        url=url,
        **context,
    )
    return drawn, status
