"""What happened to your answer: for the organisation's members, and for the holder of the mailed link, who needs no account."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from sakrad.accounts.policy import is_member
from sakrad.core import clock
from sakrad.core.access import bearer, requires
from sakrad.core.paging import asked_page
from sakrad.directory.models import Organisation
from sakrad.directory.queries import get_organisation
from sakrad.voices import policy, queries_thread, queries_threads
from sakrad.voices.queries_thread import ThreadSeat

bp = Blueprint("voices_thread", __name__)
MEMBER = "/forening/<org>/vad-hande"


@bp.get(MEMBER)
@requires(is_member, load=get_organisation)
def index(organisation: Organisation) -> ResponseReturnValue:
    """All consultations in which the organisation has said something, the newest first."""
    listed = queries_threads.get_thread_list(organisation, asked_page(), clock.now())
    return render_template("voices/own/index.html", organisation=organisation, listed=listed)


@bp.get(f"{MEMBER}/<kommun>/<slug>")
@requires(policy.may_follow, load=queries_thread.get_seat)
def thread(seat: ThreadSeat) -> ResponseReturnValue:
    """From the organisation's words to what was done."""
    return _page(seat)


@bp.get("/det-har-hande/<token>")
@bearer(load=queries_thread.get_link_seat)
def link_thread(seat: ThreadSeat) -> ResponseReturnValue:
    """The same by the mailed link; reading writes nothing."""
    return _page(seat)


def _page(seat: ThreadSeat) -> Response:
    address = seat.consultation.address

    def judge_url(number: int) -> str:
        if seat.token is not None:
            return url_for("responses_thread.link_verdict", token=seat.token, number=number)
        return url_for("responses_thread.verdict", org=seat.organisation.slug, number=number, **address)

    html = render_template(
        "voices/own/thread.html",
        view=queries_thread.get_thread(seat, clock.now()),
        seat=seat,
        organisation=seat.organisation,
        consultation=seat.consultation,
        judge_url=judge_url,
        frame="organisation.html" if seat.token is None else "voices/own/frame.html",
    )
    response = make_response(html)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
