"""/metrics: for whoever has the token, in Prometheus's own format, with nothing of anybody."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from sakrad import create_app
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.notifications import worker
from sakrad.notifications.models import Mail, MailState
from tests import factories as make

TOKEN = "prometheus-" * 3
ASK = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def counting(app: Flask, make_settings: Callable[..., Any]) -> Flask:
    """The same database, served by an application that has a token."""
    settings = dataclasses.replace(app.config["SETTINGS"], metrics_token=TOKEN)
    db.session.remove()
    return create_app(settings, testing=True)


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Name and labels' values of each sample, read by Prometheus's own parser."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", f"bearer {TOKEN}", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_token_there_is_no_such_page(counting: Flask, header: str | None) -> None:
    answer = counting.test_client().get("/metrics", headers={"Authorization": header} if header is not None else {})
    assert answer.status_code == 404


def test_without_a_token_set_nobody_reads_it(client: Any) -> None:
    for header in ("Bearer ", "Bearer"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_requests_queues_mail_and_database_are_told(counting: Flask) -> None:
    consultation = make.consultation()
    worker.beat(clock.now())
    late = clock.now() - timedelta(minutes=10)
    for number, state in enumerate((MailState.waiting, MailState.waiting, MailState.dead)):
        make.save(Mail(message_id=f"<{number}@x>", recipient="anna@hemlig.example", state=state, next_at=late, created_at=late))
    slug = consultation.municipality.slug
    db.session.remove()
    browser = counting.test_client()
    before = figures(browser.get("/metrics", headers=ASK).text)
    assert browser.get(f"/kommun/{slug}?q=hemligt").status_code == 200
    assert browser.get("/finns/inte/anna").status_code == 404
    assert browser.open("/", method="PROPFIND").status_code == 405
    answer = browser.get("/metrics", headers=ASK)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store" and answer.content_type.startswith("text/plain")
    now = figures(answer.text)

    def more(*key: str) -> float:
        return now[key] - before.get(key, 0.0)

    assert more("sakrad_requests_total", "pages.municipality", "GET", "2xx") == 1
    assert more("sakrad_requests_total", "none", "GET", "4xx") == 1
    assert more("sakrad_request_seconds_count", "pages.municipality") == 1
    assert any(key[0] == "sakrad_requests_total" and key[2] == "other" for key in now)
    assert {key[1] for key in now if key[0] == "sakrad_cache_total"} == {"kept", "unchanged", "made", "passed"}
    assert (now["sakrad_mails", "waiting"], now["sakrad_mails", "dead"], now["sakrad_mails", "sent"]) == (2, 1, 0)
    assert 595 < now[("sakrad_mail_oldest_seconds",)] < 700
    assert now[("sakrad_worker_silent_seconds",)] < 60 and now[("sakrad_database_up",)] == 1
    assert now[("sakrad_database_bytes",)] > 100_000 and ("sakrad_jobs", "dead") in now and ("sakrad_events", "waiting") in now
    for private in ("anna", "hemlig", slug, "PROPFIND"):
        assert private not in answer.text


BOTH = """
import os
from prometheus_client import generate_latest
from sakrad.core import figures
if not (child := os.fork()):
    figures.counter("pages.start", "GET", 2).inc()
    os._exit(0)
os.waitpid(child, 0)
figures.counter("pages.start", "GET", 2).inc()
print(generate_latest(figures.counted()).decode())
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no database is asked
def test_two_processes_are_added_up(tmp_path: Path) -> None:
    """As several web processes count under PROMETHEUS_MULTIPROC_DIR, each in a file of its own."""
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", BOTH], env=environment, capture_output=True, text=True, check=True)
    assert figures(done.stdout)["sakrad_requests_total", "pages.start", "GET", "2xx"] == 2
