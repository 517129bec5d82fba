"""Denied by default, in English only what is public, errors without a trace, headers on everything."""

from __future__ import annotations

import pytest
from flask import Flask

from sakrad import create_app
from sakrad.core.access import public
from sakrad.core.logs import safe_path
from tests import factories as make
from tests.policing import PolicingClient


def test_an_unknown_address_is_a_page_with_an_id_and_no_trace(client: PolicingClient) -> None:
    response = client.get("/finns-inte")
    assert response.status_code == 404
    assert "Traceback" not in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_a_crash_is_a_page_with_an_id_and_no_trace(make_settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    app = create_app(make_settings(f"sqlite:///{tmp_path}/x.sqlite3"))

    @app.get("/kraschar")
    @public
    def _crash() -> str:
        raise ZeroDivisionError("hemligheten")

    from sakrad.core.db import db

    with app.app_context():
        db.create_all()
    response = app.test_client().get("/kraschar")
    assert response.status_code == 500
    assert "hemligheten" not in response.text and "Traceback" not in response.text
    assert response.headers["X-Request-ID"] in response.text


def test_the_workspaces_are_not_in_english(client: PolicingClient) -> None:
    assert client.get("/en/handlaggning/ekhamra").status_code == 404


def test_a_post_without_a_token_is_refused(client: PolicingClient) -> None:
    assert client.post("/logga-in", data={"email": "a@b.example"}, csrf=False).status_code == 400


def test_public_pages_set_no_cookie_and_answer_304(client: PolicingClient) -> None:
    first = client.get("/metod")
    assert first.status_code == 200
    assert "Set-Cookie" not in first.headers and "Cookie" not in first.headers.get("Vary", "")
    assert client.get("/metod", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_stranger_is_sent_to_sign_in_whether_the_thing_exists_or_not(client: PolicingClient) -> None:
    there = make.municipality()
    for kommun in (there.slug, "finns-inte"):
        response = client.get(f"/handlaggning/{kommun}")
        assert response.status_code == 303 and "/logga-in" in response.headers["Location"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/inbjudan/abcdefghij0123456789abcdef/svar", "/inbjudan/…/svar"),
        ("/konto/bekrafta/abcdefghij0123456789abcdef", "/konto/bekrafta/…"),
        ("/kommun/ekhamra", "/kommun/ekhamra"),
    ],
    ids=["invitation", "confirmation", "nothing_secret"],
)
def test_logs_hold_no_secret_of_a_link(path: str, logged: str) -> None:
    assert safe_path(path) == logged


def test_no_page_may_be_framed(app: Flask) -> None:
    response = app.test_client().get("/metod")
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
