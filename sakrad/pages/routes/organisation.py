"""The handover pack: what the next board needs, as a page and as a PDF."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts import policy
from sakrad.core import clock, files
from sakrad.core.access import requires
from sakrad.directory.models import Organisation
from sakrad.directory.queries import get_organisation
from sakrad.pages import handover_pack
from sakrad.pages.queries_handover import get_handover

bp = Blueprint("pages_organisation", __name__)


@bp.get("/forening/<org>/overlamning")
@requires(policy.is_member, load=get_organisation)
def handover(organisation: Organisation) -> ResponseReturnValue:
    """Överlämning."""
    return render_template(
        "pages/organisation/handover.html",
        organisation=organisation,
        pack=get_handover(organisation, current_user._get_current_object(), clock.now()),
        to_do=handover_pack.to_do(),
        may_administer=policy.may_administer(current_user, organisation),
    )


@bp.get("/forening/<org>/overlamning.pdf")
@requires(policy.is_member, load=get_organisation)
def handover_file(organisation: Organisation) -> ResponseReturnValue:
    """The same as a PDF."""
    pack = get_handover(organisation, current_user._get_current_object(), clock.now())
    return files.attachment(handover_pack.pdf(pack), handover_pack.file_name(pack), "application/pdf")
