"""The logs hold no words, no mail addresses and no secrets, also when something crashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from sakrad import create_app
from sakrad.core import logs
from sakrad.core.db import db


@pytest.fixture
def crashing(make_settings: Any, database_url: str) -> Iterator[FlaskClient]:
    """An application as it is served, with a view that crashes on what it is sent."""
    app: Flask = create_app(make_settings(database_url))

    def crash(kind: str) -> str:
        if kind == "value":
            raise ValueError("Anna Ek, anna@ek.example, behöver skydd")
        db.session.execute(sa.text("SELECT :words FROM nowhere"), {"words": "anna@ek.example"})
        return ""

    crash.access_rule = "public"  # type: ignore[attr-defined]
    app.add_url_rule("/krasch/<kind>", "crash", crash)
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("kind", ["value", "database"])
def test_a_crash_is_logged_with_its_place_but_without_anybodys_words(crashing: FlaskClient, capfd: Any, kind: str) -> None:
    answer = crashing.get(f"/krasch/{kind}?q=anna@ek.example")
    written = capfd.readouterr().err
    assert answer.status_code == 500
    assert "anna@ek.example" not in answer.get_data(as_text=True) + written
    assert "test_logs.py" in written and ("ValueError" in written or "OperationalError" in written or "ProgrammingError" in written)
    shown = re.search(r"<code>([a-z2-9]{10})</code>|\b([23456789a-hjkmnp-z]{10})\b", answer.get_data(as_text=True))
    assert shown and answer.headers["X-Request-ID"] in written


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
    ],
)
def test_the_secret_of_a_personal_link_is_not_logged(path: str) -> None:
    assert "0123456789" not in logs.safe_path(path)
