"""The restore drill: a backup that is made while people write is put back elsewhere, and everything is there and works."""

from __future__ import annotations

import dataclasses
import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from sakrad import create_app
from sakrad.consultations.links import token_of
from sakrad.core import clock, files
from sakrad.core.db import Base, db, transaction
from sakrad.core.events import Event, EventName, record
from sakrad.core.text import MASK
from sakrad.directory.models import Organisation
from sakrad.operations import backup, restore
from sakrad.positions import receipts
from sakrad.positions.models import Answer
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, TextKind
from tests import factories as make
from tests import postgresql
from tests.factories import attachments, reading
from tests.policing import PolicingClient

CHANGED = {"stamp"}  # a row that the writer moves; everything else is added
Rows = dict[str, set[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def elsewhere(database_url: str, make_settings: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Another machine: an empty database of the same kind, an empty store, the same secret key."""
    folder = tmp_path_factory.mktemp("elsewhere")
    if database_url.startswith("sqlite"):
        yield _application(make_settings, f"sqlite:///{folder}/new.sqlite3", folder)
        return
    with postgresql.fresh_database("restored") as url:
        app = _application(make_settings, url, folder)
        yield app
        with app.app_context():
            db.engine.dispose()


def _application(make_settings: Callable[..., Any], url: str, folder: Path) -> Flask:
    app = create_app(dataclasses.replace(make_settings(url), storage_url=f"file://{folder}/files"), testing=True)
    app.test_client_class = PolicingClient
    return app


@pytest.fixture
def _migrated(app: Flask) -> Iterator[None]:
    """The tests' tables come from the models: say that they are the newest, as a migrated database does."""
    head = ScriptDirectory(app.extensions["migrate"].directory).get_current_head()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{head}')")
    yield
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")


def everything() -> Rows:
    """Every row of every table."""
    with db.engine.connect() as connection:
        return {
            table.name: {tuple(map(repr, row)) for row in connection.execute(sa.select(table))} for table in Base.metadata.sorted_tables
        }


class Writer:
    """Somebody who goes on writing: each time an organisation and, in the same transaction, the event that tells of it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.stop, self.went = app, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        with self.app.app_context():
            number = 0
            while not self.stop.is_set():
                number += 1
                with transaction():
                    one = Organisation(slug=f"skrivaren-{number}", name=f"Skrivaren {number}", email="s@s.example", created_at=clock.now())
                    db.session.add(one)
                    db.session.flush()
                    record(EventName.organisation_registered, at=clock.now(), organisation_id=one.id)
                self.went.set()
            db.session.remove()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.went.wait(10)

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


@pytest.mark.usefixtures("_migrated", "client_programs")
def test_a_backup_made_while_people_write_is_put_back_whole(app: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    story = reading.story()
    of = story.consultation
    version = attachments.sent_with(make.consultation(), make.organisation(verified_in=of.municipality))
    with transaction():
        for answer in db.session.scalars(sa.select(Answer).where(Answer.text.contains("HEMLIGAORDET"))):
            ground = MaskGround.personal_data
            records.mask_words(TextKind.answer, [answer.id], answer.text, words="HEMLIGAORDET", ground=ground, actor=None, at=clock.now())
    story = reading.fresh(story)
    link = token_of(make.invitation(story.consultation, make.organisation(verified_in=story.consultation.municipality)))
    version = db.session.merge(version)
    number, nonce = version.receipt_number, receipts.nonce_of(version)
    address = f"{reading.fresh(story).address}/svar/{reading.fresh(story).organisation.slug}"
    before, keys = everything(), {key: files.read(key) for key in files.list_keys()}
    assert keys
    with Writer(app):
        backup.write(tmp_path / "all.tar.gz")
    after = everything()
    page = app.test_client().get(address).text

    with elsewhere.app_context():
        restored = restore.put_back(tmp_path / "all.tar.gz")
        assert (restored.files, restored.migrated, restored.same_key) == (len(keys), True, True)
        assert restored.missing == 1, "a file of the story is a row only"
        there = everything()
        for name, rows in before.items():
            assert name in CHANGED or rows <= there[name] <= after[name], name
        told = sa.select(sa.func.count(Event.id)).where(Event.name == EventName.organisation_registered)
        written = sa.select(sa.func.count(Organisation.id)).where(Organisation.slug.startswith("skrivaren-"))
        assert db.session.scalar(written) == db.session.scalar(told), "half a transaction"
        assert {key: files.read(key) for key in files.list_keys()} == keys
        db.session.remove()
        reader = elsewhere.test_client()
        shown = reader.get(address).text
        assert shown == page and "HEMLIGAORDET" not in shown and MASK not in shown
        assert "Kvittot stämmer" in reader.post(f"/kvitto/{number}", data={"nonce": nonce}).text
        assert reader.get(f"/inbjudan/{link}").status_code == 200
        with pytest.raises(backup.BackupFailed, match="not empty"):
            restore.put_back(tmp_path / "all.tar.gz")
        db.session.remove()


def tampered(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """The backup with each member as `change` makes it; None leaves it out."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            made = change(member.name, content.read())
            if made:
                entry = tarfile.TarInfo(made[0])
                entry.size = len(made[1])
                new.addfile(entry, io.BytesIO(made[1]))
    return target


def _with(**facts: str | None) -> Callable[[str, bytes], tuple[str, bytes] | None]:
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        return name, json.dumps(json.loads(content) | facts).encode() if name == backup.MANIFEST else content

    return change


@pytest.mark.usefixtures("_migrated", "client_programs")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # decided before any SQL, but for the last
def test_what_is_no_whole_backup_of_ours_leaves_nothing_behind(app: Flask, make_settings: Callable[..., Any], tmp_path: Path) -> None:
    files.put(b"%PDF-1.7 text", "plan.pdf", files.FileKind.pdf)
    good = tmp_path / "good.tar.gz"
    backup.write(good)
    (tmp_path / "next.tar.gz.unfinished").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(backup.BackupFailed, match="exists"):
        backup.write(tmp_path / "next.tar.gz")
    assert not (tmp_path / "elsewhere").exists(), "a link that somebody has put there is not followed"
    half = tmp_path / "half.tar.gz"
    half.write_bytes(good.read_bytes()[:-2000])
    copy = backup.COPIES["sqlite"]
    cases = {
        "is not a whole backup": half,
        "is of postgresql": tampered(good, tmp_path / "1.tar.gz", _with(database="postgresql")),
        "does not know the backup's schema": tampered(good, tmp_path / "2.tar.gz", _with(revision="9999_later")),
        "manifest is not whole": tampered(good, tmp_path / "2a.tar.gz", _with(made_at=None)),
        "Invalid isoformat": tampered(good, tmp_path / "2b.tar.gz", _with(made_at="x")),
        "no manifest": tampered(good, tmp_path / "3.tar.gz", lambda name, content: (name, content) if name != backup.MANIFEST else None),
        "no database": tampered(good, tmp_path / "4.tar.gz", lambda name, content: (name, content) if name != copy else None),
        "something else than files": tampered(
            good, tmp_path / "5.tar.gz", lambda name, content: (name.replace("files/", "files/../"), content)
        ),
        "cannot be put back": tampered(good, tmp_path / "6.tar.gz", lambda name, content: (name, b"x" * 9000 if name == copy else content)),
    }
    other = _application(make_settings, f"sqlite:///{tmp_path}/new.sqlite3", tmp_path)
    with other.app_context():
        for words, case in cases.items():
            with pytest.raises(backup.BackupFailed, match=words):
                restore.put_back(case)
            restore.refuse_unless_empty()
        (tmp_path / "7.tar.gz").symlink_to(tampered(good, tmp_path / "8.tar.gz", _with(key="another")))
        result = other.test_cli_runner().invoke(args=["restore", str(tmp_path / "7.tar.gz")])
        assert result.exit_code == 0 and "SAKRAD_SECRET_KEY is another" in result.output, result.output
        db.engine.dispose()
