"""`flask restore FILE`: what `flask backup` wrote, into an empty database and an empty file store.

Nothing is ever overwritten: a restore into the wrong place would destroy what a backup is for. The files come first and the
database last, in one transaction, so that a restore that fails leaves nothing that looks like an installation.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from sakrad.core import files, schema
from sakrad.core.db import db
from sakrad.core.files import StoredFile
from sakrad.operations.backup import COPIES, MANIFEST, BackupFailed, key_mark, run_program

UNREADABLE = (tarfile.TarError, EOFError, OSError, ValueError, zlib.error, sqlite3.DatabaseError)
FACTS = ("database", "revision", "made_at", "key")  # of the manifest
KEY = re.compile(r"files/([a-z0-9]{10,40})")  # as core.files names what it stores


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and what the operator must know."""

    files: int
    missing: int  # rows that name a file which is not there
    made_at: str
    migrated: bool  # otherwise the backup is of an older version: `flask db upgrade`
    same_key: bool  # otherwise mailed links are dead


def put_back(source: Path) -> Restored:
    """Put the backup back.

    Raises:
        BackupFailed: it is no whole backup, of the other database, or what it would be put into is not empty.
    """
    import obstore

    refuse_unless_empty()
    stored: list[str] = []
    try:
        with tarfile.open(source, "r:gz") as archive, tempfile.TemporaryDirectory() as folder:
            members = iter(archive)
            manifest = _read_manifest(archive, members)
            copy = _unpack_database(archive, members, Path(folder))
            for member in members:
                stored.append(_put_back(archive, member))
            _load_database(copy)
    except BaseException as fault:
        with contextlib.suppress(obstore.exceptions.BaseError):  # the store may be what failed
            for key in stored:
                files.discard(key)
        if isinstance(fault, (*UNREADABLE, obstore.exceptions.BaseError)) and not isinstance(fault, BackupFailed):
            raise BackupFailed(f"{source} is not a whole backup, or cannot be put back: {type(fault).__name__}: {fault}") from fault
        raise
    return Restored(len(stored), _count_missing(set(stored)), manifest["made_at"], schema.is_migrated(), manifest["key"] == key_mark())


def refuse_unless_empty() -> None:
    """Raise `BackupFailed` when there is a table in the database or a file in the store."""
    import obstore

    if sa.inspect(db.engine).get_table_names():
        raise BackupFailed("The database is not empty: make a new one, and point SAKRAD_DATABASE_URL there.")
    try:
        first = next(files.list_keys(), None)
    except obstore.exceptions.BaseError as fault:
        raise BackupFailed(f"The file store does not answer: {type(fault).__name__}: {fault}") from fault
    if first is not None:
        raise BackupFailed("The file store is not empty: make a new one, and point SAKRAD_STORAGE_URL there.")


def _read_manifest(archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo]) -> dict[str, str]:
    first = next(members, None)
    content = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
    if content is None:
        raise BackupFailed("There is no manifest: this is no backup of Sakråd.")
    manifest: dict[str, str] = json.load(content)
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(name), str) for name in FACTS):
        raise BackupFailed(f"The manifest is not whole: it must say {', '.join(FACTS)}.")
    datetime.fromisoformat(manifest["made_at"])
    mine = db.engine.dialect.name
    if manifest["database"] != mine:
        raise BackupFailed(f"The backup is of {manifest['database']}, SAKRAD_DATABASE_URL names {mine}: it goes back where it came from.")
    if not schema.is_known(manifest["revision"]):
        raise BackupFailed(f"This version does not know the backup's schema ({manifest['revision']}): take one that does.")
    return manifest


def _unpack_database(archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], folder: Path) -> Path:
    name = COPIES[db.engine.dialect.name]
    second = next(members, None)
    if second is None or second.name != name or not second.isfile():
        raise BackupFailed("There is no database in the backup.")
    archive.extract(second, folder, filter="data")
    return folder / name


def _put_back(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    named, content = KEY.fullmatch(member.name), archive.extractfile(member) if member.isfile() else None
    if named is None or content is None:
        raise BackupFailed(f"The backup holds something else than files: {member.name!r}.")
    files.put_back(named[1], content)
    return named[1]


def _load_database(copy: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        _load_sqlite(copy)
    else:
        # In one transaction, as whoever we are: all or nothing.
        run_program("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(copy))


def _load_sqlite(copy: Path) -> None:
    db.engine.dispose()  # what looked whether it is empty
    with closing(sqlite3.connect(copy)) as held, closing(sqlite3.connect(db.engine.url.database or "")) as empty:
        (verdict,) = held.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok" or held.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupFailed("The database in the backup is damaged.")
        held.backup(empty)


def _count_missing(stored: set[str]) -> int:
    with db.engine.connect() as connection:
        return sum(key not in stored for key in connection.scalars(sa.select(StoredFile.__table__.c.key)))
