"""The logs hold no words, no mail addresses and no secrets, also when something crashes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from flask.testing import FlaskClient

from sakrad import create_app
from sakrad.core import logs
from sakrad.core.db import db

WORDS = "anna" + "@ek.example"  # put together, so that a logged line of code does not hold it


@pytest.fixture
def crashing(app: Flask, make_settings: Any, database_url: str) -> Iterator[tuple[FlaskClient, io.StringIO]]:
    """An application as it is served, with a view that crashes on what it is sent."""
    written = io.StringIO()
    app = create_app(make_settings(database_url))

    def crash(kind: str) -> str:
        if kind == "value":
            raise ValueError(WORDS)
        db.session.execute(sa.text("SELECT :words FROM nowhere"), {"words": WORDS})
        return ""

    crash.access_rule = "public"  # type: ignore[attr-defined]
    app.add_url_rule("/krasch/<kind>", "crash", crash)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    with app.app_context():
        yield app.test_client(), written
        db.session.remove()
        db.engine.dispose()
    logs.configure(json=False)


@pytest.mark.parametrize("kind", ["value", "database"])
def test_a_crash_is_logged_with_its_place_but_without_anybodys_words(crashing: tuple[FlaskClient, io.StringIO], kind: str) -> None:
    client, log = crashing
    answer = client.get(f"/krasch/{kind}?q={WORDS}")
    written = log.getvalue()
    assert answer.status_code == 500
    assert WORDS not in answer.get_data(as_text=True) + written
    assert "test_logs.py" in written and ("ValueError" in written or "OperationalError" in written or "ProgrammingError" in written)
    assert answer.headers["X-Request-ID"] in written


@pytest.mark.parametrize(
    "path",
    [
        "/inbjudan/abcdefghij.0123456789/svar",
        "//inbjudan//abcdefghij.0123456789/svar",
        "/en/inbjudan/abcdefghij.0123456789",
        "/Inbjudan/abcdefghij.0123456789",
        "/konto/nytt-losenord/abcdefghij.0123456789",
        "/konto//bekrafta/abcdefghij.0123456789",
        "/konto/anslut/abcdefghij.0123456789",
        "/kvitto/SN-2027-0001-9901/inte-vi/abcdefghij.0123456789",
        "/sammanslagning/abcdefghij.0123456789",
        "/medlemsfraga/abcdefghij-7-0123456789",
    ],
)
def test_the_secret_of_a_personal_link_is_not_logged(path: str) -> None:
    assert "0123456789" not in logs.safe_path(path)


def test_no_link_with_a_secret_is_logged_whole(app: Flask) -> None:
    """Over the URL map, so that a new kind of link is not forgotten."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<token>" in rule.rule]
    whole = [rule for rule in rules if "0123456789" in logs.safe_path(rule.replace("<token>", "abcdefghij.0123456789"))]
    assert rules and not whole, f"Add them to core.logs.SECRET_PATHS: {whole}"
