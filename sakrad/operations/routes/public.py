"""For monitors and load balancers: codes and counts only.

These do not go through @public, which begins a database snapshot: they must answer when the database does not.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from sakrad.core.errors import Missing
from sakrad.operations import checks, metrics

bp = Blueprint("operations", __name__)
View = Callable[[], ResponseReturnValue]


def public_without_database(view: View) -> View:
    """Anyone may reach it, and nothing is read on the way."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


@bp.get("/halsa")
@public_without_database
def alive() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@bp.get("/redo")
@public_without_database
def ready() -> ResponseReturnValue:
    """The process can do its work: database, migrations, file store, worker. 200, or 503 when one of them is at fault."""
    parts = checks.readiness()
    well = all(code == "ok" for code in parts.values())
    answer = jsonify({"status": "ok" if well else "fault", **parts})
    answer.status_code = 200 if well else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/metrics")
@public_without_database
def figures() -> ResponseReturnValue:
    """Prometheus's figures, for whoever has the token; for anybody else there is no such page."""
    if not metrics.may_read(request.headers.get("Authorization", "")):
        raise Missing("metrics")
    return Response(metrics.told(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
