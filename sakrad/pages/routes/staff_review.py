"""One review for every text from outside, and the register of what was decided."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from sakrad.accounts import policy as accounts
from sakrad.core import clock, tables
from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.pages.queries_decisions import PILES, iterate_decisions, list_decisions
from sakrad.pages.queries_review import KINDS, list_waiting
from sakrad.pages.routes.staff import bp
from sakrad.records.models import MaskGround

__all__ = ["bp"]  # whose routes these are
DECISIONS = "/handlaggning/<kommun>/publiceringsbeslut"


def _user() -> Any:
    return current_user._get_current_object()


def _asked(name: str, known: Any) -> str:
    value = request.args.get(name, "")
    return value if value in known else ""


@bp.get("/handlaggning/<kommun>/granskning")
@requires(accounts.is_staff_of, load=get_municipality)
def reviewing(municipality: Municipality) -> ResponseReturnValue:
    """Everything that waits to be reviewed before it is published, the oldest first."""
    kind = _asked("slag", KINDS)
    return render_template(
        "pages/staff/reviewing.html",
        municipality=municipality,
        listed=list_waiting(_user(), municipality, kind=kind, page=asked_page()),
        kind=kind,
        grounds=list(MaskGround),
    )


@bp.get(DECISIONS)
@requires(accounts.is_staff_of, load=get_municipality)
def decisions(municipality: Municipality) -> ResponseReturnValue:
    """What was published, masked or withheld, and why."""
    pile, slug = _asked("slag", PILES), request.args.get("sakrad", "")[:200]
    return render_template(
        "pages/staff/decisions.html",
        municipality=municipality,
        listed=list_decisions(_user(), municipality, pile=pile, slug=slug, page=asked_page()),
        pile=pile,
        slug=slug,
        piles=list(PILES),
    )


@bp.get(f"{DECISIONS}.csv")
@requires(accounts.is_staff_of, load=get_municipality)
def decisions_table(municipality: Municipality) -> ResponseReturnValue:
    """The same as a table, oldest first."""
    pile, slug = _asked("slag", PILES), request.args.get("sakrad", "")[:200]
    header = ["beslutat", "sakråd", "organisation", "vad", "text", "beslut", "grund", "skäl", "av"]
    rows = (
        (
            row.at.astimezone(clock.STOCKHOLM).isoformat(timespec="minutes"),
            row.title,
            row.organisation,
            str(row.said),
            row.what,
            row.decision,
            row.ground,
            "(jäv)" if row.barred else row.reason,
            row.by,
        )
        for row in iterate_decisions(_user(), municipality, pile=pile, slug=slug)
    )
    return tables.download("publiceringsbeslut.csv", header, rows)
