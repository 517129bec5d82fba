"""One file that holds everything: the database as it stood at one moment, and the stored files.

The database is copied first. A file is stored before the row that names it, so every file that the copied rows name is in
the backup, but for one that was erased while it was made (a document that had gone out of date). `flask restore` puts it all back.

The secret key is not in it, so that the file alone opens no mailed link. Keep the key elsewhere: with another key every
link that has been mailed is dead. The manifest tells a restore whether the key is the same.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from alembic.migration import MigrationContext

from sakrad.core import clock, files, ids
from sakrad.core.db import db

MANIFEST = "backup.json"
COPIES = {"sqlite": "sakrad.sqlite3", "postgresql": "sakrad.dump"}


class BackupFailed(RuntimeError):
    """The backup could not be made or put back; says why."""


def write(target: Path) -> int:
    """Write the backup and return how many stored files it holds. The file appears whole, readable by its owner only.

    Raises:
        BackupFailed: the target exists, the store does not answer, or pg_dump is missing or fails.
    """
    import obstore

    if target.exists():
        raise BackupFailed(f"{target} exists already.")
    unfinished = target.with_name(target.name + ".unfinished")
    try:  # a file that we make ourselves: what somebody else has put there, or a link to elsewhere, is not written to
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise BackupFailed(f"{unfinished} exists: another backup is being made, or one was stopped and left it. Remove it then.") from None
    try:
        with tempfile.TemporaryDirectory() as folder, os.fdopen(descriptor, "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz") as archive:
                told = json.dumps(_manifest(), indent=1).encode()
                _add(archive, MANIFEST, len(told), io.BytesIO(told))
                copied = _copy_database(Path(folder))
                archive.add(copied, arcname=copied.name)
                count = sum(_add_file(archive, key) for key in files.list_keys())
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(target)
    except obstore.exceptions.BaseError as fault:
        raise BackupFailed(f"The file store does not answer: {type(fault).__name__}: {fault}") from fault
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _manifest() -> dict[str, str]:
    with db.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    return {"database": db.engine.dialect.name, "revision": revision or "", "made_at": clock.now().isoformat(), "key": key_mark()}


def key_mark() -> str:
    """What tells one secret key from another without telling anything of it."""
    return ids.derived("backup", "key")[:16]


def _add_file(archive: tarfile.TarFile, key: str) -> bool:
    try:
        size, chunks = files.stream(key)
    except FileNotFoundError:  # erased since it was listed
        return False
    with tempfile.SpooledTemporaryFile(max_size=files.LIMIT) as held:
        for chunk in chunks:
            held.write(chunk)
        held.seek(0)
        _add(archive, f"files/{key}", size, held)
    return True


def _add(archive: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(time.time()), 0o600
    archive.addfile(entry, content)


def _copy_database(folder: Path) -> Path:
    copy = folder / COPIES[db.engine.dialect.name]
    if db.engine.dialect.name == "sqlite":
        _copy_sqlite(copy)
    else:
        run_program("pg_dump", "--format=custom", f"--file={copy}")
    return copy


def _copy_sqlite(copy: Path) -> None:
    """SQLite's own online backup: consistent while the product runs. In one step, since a writer between two makes it begin anew."""
    source = db.engine.url.database or ""
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(copy)) as held:
        running.backup(held)


def run_program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database. The password goes through the environment: everybody may read the process list.

    Raises:
        BackupFailed: it is missing, or fails.
    """
    program = shutil.which(name)
    if program is None:
        raise BackupFailed(f"{name} is not on the path: install PostgreSQL's client programs.")
    url: sa.URL = db.engine.url
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [program, *arguments, f"--dbname={address}"]
    result = subprocess.run(command, env=os.environ | password, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if result.returncode:
        raise BackupFailed(f"{name} failed: {result.stderr.strip()}")
