"""The organisation's own parts of commitments, in its own space: what it is asked for, and how it goes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.core.access import requires
from sakrad.directory.models import Organisation
from sakrad.directory.queries import get_organisation
from sakrad.responses import policy, queries_pledges
from sakrad.responses.queries_pledges import PledgeSeat
from sakrad.responses.routes import link

bp = Blueprint("responses_organisation", __name__)
HOME = "/forening/<org>/ataganden"
ONE = f"{HOME}/<reference>"
answers = requires(policy.may_answer_pledge, load=queries_pledges.get_seat)
member = requires(policy.may_see_pledge, load=queries_pledges.get_seat)


def _user() -> Any:
    return current_user._get_current_object()


@bp.get(HOME)
@requires(policy.may_see_pledges, load=get_organisation)
def pledges(organisation: Organisation) -> ResponseReturnValue:
    """Everything that the organisation has been asked for, and what it stands for."""
    return render_template("responses/organisation/pledges.html", organisation=organisation, seats=queries_pledges.list_seats(organisation))


@bp.get(ONE)
@member
def pledge(seat: PledgeSeat) -> ResponseReturnValue:
    """One part: the wording, what the organisation has said, and what it has told."""
    return link.page(seat, may_answer=policy.may_answer_pledge(_user(), seat))


@bp.post(f"{ONE}/ja")
@answers
def confirm(seat: PledgeSeat) -> ResponseReturnValue:
    """Vi står för vår del."""
    return link.confirmed(seat, _user())


@bp.post(f"{ONE}/annan-lydelse")
@answers
def counter(seat: PledgeSeat) -> ResponseReturnValue:
    """Ask for another wording."""
    return link.countered(seat, _user())


@bp.post(f"{ONE}/nej")
@answers
def decline(seat: PledgeSeat) -> ResponseReturnValue:
    """Vi vill inte."""
    return link.declined(seat, _user())


@bp.post(f"{ONE}/dra-tillbaka")
@answers
def withdraw(seat: PledgeSeat) -> ResponseReturnValue:
    """Vi står inte längre för den."""
    return link.withdrawn(seat, _user())


@bp.post(f"{ONE}/beratta")
@member
def tell(seat: PledgeSeat) -> ResponseReturnValue:
    """Tell how it goes."""
    return link.told(seat, _user(), may_answer=policy.may_answer_pledge(_user(), seat))
