"""The first page of the organisation's own space."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts.policy import may_administer, may_approve
from sakrad.accounts.queries_team import count_holders
from sakrad.core import clock
from sakrad.core.access import requires
from sakrad.directory.models import Organisation
from sakrad.directory.queries import get_organisation
from sakrad.meetings.queries_seats import list_correctable, list_own
from sakrad.positions import policy, queries_approving_home, queries_merging, queries_own, queries_parties
from sakrad.positions.checks import checks_of, evaluations_of, parts_of
from sakrad.positions.queries_merging import Inherited
from sakrad.positions.routes.desk import bp


@bp.get("/forening/<org>")
@requires(policy.may_be_home, load=get_organisation)
def home(organisation: Organisation) -> ResponseReturnValue:
    """What to answer, what is being written, what has been sent."""
    if organisation.merged_at is not None:
        return render_template("positions/organisation/merging.html", organisation=organisation)
    tasks = queries_own.get_home(organisation, clock.now())
    return render_template(
        "positions/organisation/home.html",
        organisation=organisation,
        home=tasks,
        rounds=queries_approving_home.get_rounds(organisation, current_user._get_current_object()),
        asked=queries_parties.list_parties_of(organisation),
        inherited=queries_merging.list_inherited(organisation),
        holders=count_holders(organisation),
        meetings=list_own(organisation, clock.now()),
        correctable=list_correctable(organisation, clock.now()),
        checks=checks_of(organisation, clock.now()),
        parts=parts_of(organisation, clock.now()),
        evaluations=evaluations_of(organisation, clock.now()) if may_approve(current_user, organisation) else (),
        may_administer=may_administer(current_user, organisation),
    )


@bp.get("/forening/<org>/utkast-fran/<other>/<kommun>/<slug>")
@requires(policy.may_read_inherited, load=queries_merging.get_inherited)
def inherited(draft: Inherited) -> ResponseReturnValue:
    """The draft of an organisation that has been merged into this one, where this one has a draft of its own: to copy from."""
    return render_template("positions/organisation/inherited.html", organisation=draft.organisation, draft=draft.draft)
