"""Every route says who may reach it, in the code and over the URL map."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core import access

OWN_SPACE = ("/forening/<org>/svar", "/inbjudan/<token>")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('bare')}/x.sqlite3"), testing=True)


def test_every_route_declares_who_may_reach_it(bare: Flask) -> None:
    silent = [rule.rule for rule in bare.url_map.iter_rules() if not hasattr(bare.view_functions[rule.endpoint], "access_rule")]
    assert not silent, f"Put @public, @signed_in, @bearer or @requires under the route: {silent}"


def test_a_route_that_declares_nothing_is_denied_at_run_time(bare: Flask) -> None:
    app = Flask("naked")
    app.testing = True
    access.init_app(app)
    app.add_url_rule("/naken", "naked", lambda: "hemligt")
    with pytest.raises(LookupError, match="declares no access"):
        app.test_client().get("/naken")


def test_public_routes_only_read(bare: Flask) -> None:
    """What the public may post is named here, so that a new way in is seen in review."""
    writable = {
        rule.endpoint
        for rule in bare.url_map.iter_rules()
        if bare.view_functions[rule.endpoint].access_rule == "public" and rule.methods - {"GET", "HEAD", "OPTIONS"}  # type: ignore[attr-defined, operator]
    }
    public = {
        "accounts",
        "accounts_public",
        "comments",
        "disclosing",
        "enquiries",
        "following",
        "participation",
        "positions_letter",
        "positions_read_back",
        "positions_receipt",
        "summaries_paper",
        "voices_paper",
    }
    assert {endpoint.split(".")[0] for endpoint in writable} <= public, writable


def test_workspaces_are_never_public(bare: Flask) -> None:
    for rule in bare.url_map.iter_rules():
        kind = bare.view_functions[rule.endpoint].access_rule  # type: ignore[attr-defined]
        if rule.rule.startswith(("/handlaggning", "/drift", "/forening/<org>")):
            assert kind.startswith("requires:"), f"{rule.rule} must be guarded by a policy, it is {kind}."
        if rule.rule.startswith("/inbjudan/"):
            assert kind.startswith("bearer:"), f"{rule.rule} is opened by its secret only, it is {kind}."


def test_public_identifiers_are_never_database_ids(bare: Flask) -> None:
    for rule in bare.url_map.iter_rules():
        for name, converter in rule._converters.items():
            whole = isinstance(converter, IntegerConverter)
            assert not (whole and (name == "id" or name.endswith("_id"))), f"{rule.rule}: use a slug, a number or a reference."
