"""/halsa and /redo: codes only, and an answer also when the database gives none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db
from sakrad.notifications import worker
from sakrad.notifications.models import Heartbeat
from sakrad.operations import checks
from tests import factories as make
from tests.policing import PolicingClient


@pytest.fixture
def migrated(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' tables come from the models; whether migrations equal them has its own test."""
    monkeypatch.setitem(checks.READINESS, "migrations", lambda: True)


def test_alive_says_ok_in_plain_text(client: PolicingClient) -> None:
    answer = client.get("/halsa")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("migrated")
def test_ready_when_all_parts_are(client: PolicingClient) -> None:
    worker.beat(clock.now())
    answer = client.get("/redo")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "migrations": "ok", "storage": "ok", "worker": "ok"}


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("beat", [None, timedelta(minutes=2, seconds=1)], ids=["no worker ever", "silent for two minutes"])
def test_not_ready_without_a_worker(client: PolicingClient, beat: timedelta | None) -> None:
    if beat is not None:
        make.save(Heartbeat(name="worker", at=clock.now() - beat))
    answer = client.get("/redo")
    assert answer.status_code == 503 and answer.json is not None
    assert answer.json["worker"] == "fault" and answer.json["database"] == "ok" and answer.json["status"] == "fault"


def test_not_ready_before_the_migrations(client: PolicingClient) -> None:
    answer = client.get("/redo")
    assert answer.status_code == 503 and answer.json is not None and answer.json["migrations"] == "fault"


@pytest.mark.usefixtures("migrated")
def test_not_ready_when_the_store_takes_nothing(client: PolicingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sakrad.core.files.is_writable", lambda: False)
    worker.beat(clock.now())
    answer = client.get("/redo")
    assert answer.status_code == 503 and answer.json is not None and answer.json["storage"] == "fault"


def test_without_a_database_alive_answers_and_ready_says_so(
    make_settings: Callable[..., object], tmp_path: Path, database_url: str
) -> None:
    from sakrad import create_app

    gone = f"sqlite:///{tmp_path}/there/x.sqlite3" if database_url.startswith("sqlite") else "postgresql://nobody@127.0.0.1:1/none"
    app = create_app(make_settings(gone), testing=True)  # type: ignore[arg-type]
    if database_url.startswith("sqlite"):
        (tmp_path / "there").rmdir()
    with app.app_context():
        browser = app.test_client()
        assert browser.get("/halsa").status_code == 200
        answer = browser.get("/redo")
        db.engine.dispose()
    assert answer.status_code == 503 and answer.json is not None
    assert (answer.json["database"], answer.json["migrations"], answer.json["worker"]) == ("fault", "fault", "fault")
