"""The desk: where an organisation writes, reads through, sends and keeps its receipts.

Its pages stand under two families of addresses: members come by the organisation's address, and the holder of an
invitation by its link (routes/link.py). `at_desk` registers a handler in both, from one implementation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts.models import User
from sakrad.consultations.models import Invitation
from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import clock, ids, opened
from sakrad.core.access import bearer, requires
from sakrad.core.errors import Blocked, Blocker
from sakrad.core.security import limited
from sakrad.positions import policy, queries_own, queries_parties, queries_together
from sakrad.positions.queries_own import Desk

bp = Blueprint("positions_organisation", __name__)
link_bp = Blueprint("positions_link", __name__)
Handler = Callable[..., ResponseReturnValue]
DESK = "/forening/<org>/svar/<kommun>/<slug>"
LINK = "/inbjudan/<token>/svar"


def at_desk(
    *paths: str,
    methods: tuple[str, ...] = ("GET",),
    policy: Callable[[User, Desk], bool] = policy.may_write,
    link: bool = True,
    prepare: Callable[[], Any] | None = None,
    limit: str = "",
) -> Callable[[Handler], Handler]:
    """Register the handler at the desk's `paths`, for members whom `policy` lets and, with `link`, for the link's holder.

    The endpoint is the handler's name, in the blueprints positions_organisation and positions_link; `prepare` as in core.access,
    `limit` as in core.security.limited.
    """

    def decorate(handler: Handler) -> Handler:
        counted = limited(limit, methods=list(methods)) if limit else lambda view: view
        guarded = counted(requires(policy, load=queries_own.get_desk, prepare=prepare)(_unsealed(handler)))
        for path in paths:
            bp.add_url_rule(DESK + path, handler.__name__, guarded, methods=list(methods))
        unlocked = counted(bearer(load=queries_own.get_link_desk, prepare=prepare)(_opened(handler)))
        for path in paths if link else ():
            link_bp.add_url_rule(LINK + path, handler.__name__, unlocked, methods=list(methods))
        return handler

    return decorate


def _unsealed(handler: Handler) -> Handler:
    """Not where the organisation is being merged into another: its members are told why. A link is refused when it is loaded."""

    @functools.wraps(handler)
    def view(desk: Desk, **more: Any) -> ResponseReturnValue:
        if desk.sealed:
            raise Blocked([Blocker("draft_sealed")])
        return handler(desk, **more)

    return view


def _opened(handler: Handler) -> Handler:
    """Only in a browser where the button has been pressed; others are shown the invitation first."""

    @functools.wraps(handler)
    def view(desk: Desk, **more: Any) -> ResponseReturnValue:
        closed = opened.closed(invitation_of(desk).reference, url_for("positions_link.landing", token=desk.token))
        return handler(desk, **more) if closed is None else closed

    return view


def open_here(desk: Desk) -> None:
    """Let this browser in, after a press of a button."""
    opened.open_here(invitation_of(desk).reference)


def invitation_of(desk: Desk) -> Invitation:
    """The invitation that the link is for."""
    assert desk.invitation is not None, "a desk reached by a link has its invitation"
    return desk.invitation


def keeping(desk: Desk, *, refused: bool = False) -> dict[str, str]:
    """What static/draft.js is told on a page where one writes: under whose name copies are kept, and until when.

    The name says nothing by itself, and another account in the same browser has another. The time comes along since the
    browser's clock may be wrong; a copy outlives the closing by a day, for who lost the network at the last minute.

    Args:
        refused: the page shows what was not saved.
    """
    who = ("link", invitation_of(desk).reference) if desk.by_link else ("user", current_user.id)
    told = {
        "data-copy": ids.derived("copy", *who, desk.organisation.id, desk.consultation.id)[:16],
        "data-now": _milliseconds(clock.now()),
        "data-until": _milliseconds(max(desk.consultation.closes_at or clock.now(), clock.now()) + timedelta(days=1)),
    }
    return told | ({"data-refused": ""} if refused else {})


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def address(desk: Desk, view: str, **more: Any) -> str:
    """The address of one of the desk's pages, in the family by which the desk was reached."""
    if desk.by_link:
        return url_for(f"positions_link.{view}", token=desk.token, **more)
    return url_for(f"positions_organisation.{view}", org=desk.organisation.slug, **desk.consultation.address, **more)


def actor_at(desk: Desk) -> User | None:
    """Who writes: the signed-in member, or nobody known where the link's holder does."""
    return None if desk.by_link else current_user._get_current_object()


def member_here() -> User:
    """Who is signed in, at a page for members only."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def page(desk: Desk, template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """A page of the desk: templates/positions/organisation/<template>.html, in the frame of the family.

    All are given `histories`, of the questions that corrections have touched. Any of them may ask `agreements_of` (a draft or
    what was sent) and `parties_of` (a position).
    """
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
        histories=histories_of(desk.consultation),
        agreements_of=lambda source: queries_together.list_agreements(source, clock.now()),
        parties_of=queries_parties.list_sent_parties,
        **context,
    )
    return drawn, status
