"""`flask check` and `flask backup`."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
import stat
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock, files
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName, record
from sakrad.core.files import FileKind
from sakrad.core.search_index import SearchEntry
from sakrad.notifications.models import Heartbeat
from sakrad.operations import backup, checks
from tests import factories as make

Run = Callable[..., Any]


@pytest.fixture
def run(app: Flask) -> Run:
    """Call a command: `run("backup", path)`."""
    return lambda *arguments: app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


@pytest.fixture
def mail_to(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Change SAKRAD_MAIL_URL for this test."""

    def change(url: str) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], mail_url=url))

    return change


def test_check_finds_everything_in_order(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "database_migrated", lambda: True)  # the tests' tables come from the models
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "in order (development, mail to console:)" in result.output


def test_check_says_everything_that_is_wrong(run: Run, app: Flask, mail_to: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mail_to("smtp://127.0.0.1:1")
    monkeypatch.setattr("sakrad.core.files.is_writable", lambda: False)
    result = run("check")
    assert result.exit_code == 1
    for fault in ("flask db upgrade", "SAKRAD_STORAGE_URL", "SAKRAD_MAIL_URL"):
        assert fault in result.output


def test_check_finds_a_silent_worker_a_wrong_clock_and_an_index_that_is_not_filled(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "database_migrated", lambda: True)
    now = clock.now()
    make.save(Heartbeat(name="worker", at=now - timedelta(hours=1)))
    make.consultation()
    with transaction():
        record(EventName.municipality_switched_on, at=now + timedelta(days=1))
        db.session.execute(sa.delete(SearchEntry))
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: shutil._ntuple_diskusage(10**12, 10**12, 10**6))
    result = run("check")
    assert result.exit_code == 1
    for fault in ("FAULT The worker has been silent", "clock", "of 1 consultations: run `flask reindex`", "FAULT Only 1 MB are free"):
        assert fault in result.output, result.output


def test_check_says_whether_the_one_municipality_is_there(run: Run, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "database_migrated", lambda: True)
    make.municipality(slug="sparabo", active=False)
    for slug, words in (("sparabo", "not switched on"), ("finns-inte", "no such municipality")):
        monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], municipality=slug))
        assert words in run("check").output


def test_check_says_that_a_mail_address_is_no_mail_address(run: Run, mail_to: Callable[[str], None]) -> None:
    mail_to("http://relay.example")
    assert "SAKRAD_MAIL_URL must be" in run("check").output


def test_a_backup_holds_the_database_and_the_files(run: Run, app: Flask, tmp_path: Path, client_programs: Path) -> None:
    municipality = make.municipality(name="Sparabo")
    stored = files.put(b"%PDF-1.7 text", "plan.pdf", FileKind.pdf)
    result = run("backup", tmp_path / "all.tar.gz")
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE((tmp_path / "all.tar.gz").stat().st_mode) == 0o600
    with tarfile.open(tmp_path / "all.tar.gz") as archive:
        archive.extractall(tmp_path / "back", filter="data")
    assert (tmp_path / "back" / "files" / stored.key).read_bytes() == b"%PDF-1.7 text"
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(tmp_path / "back" / "sakrad.sqlite3")) as copy:
            names = [row[0] for row in copy.execute("SELECT name FROM municipality")]
        assert names == [municipality.name]
    else:
        words = [
            str(client_programs / "pg_restore"),
            "--data-only",
            "--table=municipality",
            "-f",
            "-",
            str(tmp_path / "back" / "sakrad.dump"),
        ]
        assert "Sparabo" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_backup_never_overwrites(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.tar.gz").write_text("yesterday")
    result = run("backup", tmp_path / "all.tar.gz")
    assert result.exit_code == 1 and "exists already" in result.output
    assert (tmp_path / "all.tar.gz").read_text() == "yesterday"


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_key: str) -> tuple[int, list[bytes]]:
        raise OSError("the store is away")

    files.put(b"%PDF-1.7 text", "plan.pdf", FileKind.pdf)
    monkeypatch.setattr(files, "stream", broken)
    monkeypatch.setattr(backup, "_copy_database", _some_file)
    with pytest.raises(OSError, match="away"):
        backup.write(tmp_path / "all.tar.gz")
    assert list(tmp_path.iterdir()) == []


def _some_file(folder: Path) -> Path:
    (folder / "x").write_text("")
    return folder / "x"


def test_without_pg_dump_the_backup_says_so(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("backup", tmp_path / "all.tar.gz")
    assert result.exit_code == 1 and "pg_dump is not on the path" in result.output
