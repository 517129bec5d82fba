"""One file that holds everything: the database as it stood at one moment, and the stored files.

The database is copied first. A file is stored before the row that names it, and is not taken away again, so every file
that the copied rows name is in the backup.

To restore: unpack; put the database back (SQLite: the file in its place; PostgreSQL: `pg_restore --clean --if-exists
--no-owner -d <address> sakrad.dump`); put files/ back as the file store; `flask check`.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from sakrad.core import files
from sakrad.core.db import db


class BackupFailed(RuntimeError):
    """The backup could not be made; says why."""


def write(target: Path) -> int:
    """Write the backup and return how many stored files it holds. The file appears whole, readable by its owner only.

    Raises:
        BackupFailed: the target exists, or pg_dump is missing or fails.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already.")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with tempfile.TemporaryDirectory() as folder, os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as archive:
            copied = _copy_database(Path(folder))
            archive.add(copied, arcname=copied.name)
            count = 0
            for key in files.list_keys():
                _add(archive, f"files/{key}", files.read(key))
                count += 1
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _copy_database(folder: Path) -> Path:
    return _copy_sqlite(folder) if db.engine.dialect.name == "sqlite" else _dump_postgresql(folder)


def _copy_sqlite(folder: Path) -> Path:
    """SQLite's own online backup: consistent while the product runs."""
    copy = folder / "sakrad.sqlite3"
    source = db.engine.url.database or ""
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(copy)) as held:
        running.backup(held)
    return copy


def _dump_postgresql(folder: Path) -> Path:
    """pg_dump in its own format; the password goes through the environment, since everybody may read the process list."""
    dump = folder / "sakrad.dump"
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed("pg_dump is not on the path: install PostgreSQL's client programs.")
    url: sa.URL = db.engine.url
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [program, "--format=custom", f"--file={dump}", f"--dbname={address}"]
    result = subprocess.run(command, env=os.environ | password, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if result.returncode:
        raise BackupFailed(f"pg_dump failed: {result.stderr.strip()}")
    return dump
