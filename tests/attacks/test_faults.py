"""When something breaks the reader gets a page of ours, with the number to ask about and no trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from sakrad import create_app
from sakrad.config import Settings
from sakrad.core.db import db


@pytest.fixture
def served(app: Flask, make_settings: Any, database_url: str) -> Iterator[FlaskClient]:
    """The application as it is served, with a view that crashes in the database."""
    app = create_app(make_settings(database_url))

    def crash() -> str:
        db.session.execute(sa.text("SELECT anything FROM nowhere"))
        return ""

    crash.access_rule = "public"  # type: ignore[attr-defined]
    app.add_url_rule("/krasch", "crash", crash)
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


def test_a_refused_statement_gives_the_whole_error_page(served: FlaskClient) -> None:
    answer = served.get("/krasch")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text and "</footer>" in answer.text
    assert "nowhere" not in answer.text and "Traceback" not in answer.text


def test_a_database_that_is_away_gives_a_page_all_the_same(tmp_path: Any) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.sqlite3", rate_limits=False))  # no tables in it
    answer = app.test_client().get("/sakrad")
    assert answer.status_code == 500
    assert "<h1>Något gick fel hos oss</h1>" in answer.text and answer.headers["X-Request-ID"] in answer.text
    assert "Content-Security-Policy" in answer.headers
