"""Whether the database stands where this code can work with it."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from sakrad.config import UnsafeSettings
from sakrad.core.db import db


def is_migrated() -> bool:
    """True when the database's revision is the newest in migrations/, or one that this code does not know.

    That is a newer version's, put there while this one still runs: a migration only adds (deploy/UPGRADE.md), so that a process
    of the older version may be started again until all are of the new one.
    """
    scripts = ScriptDirectory(str(Path(current_app.extensions["migrate"].directory)))
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current is not None and (current == scripts.get_current_head() or not is_known(current))


def is_known(revision: str) -> bool:
    """Whether a schema of that revision is one that this code can migrate from."""
    scripts = ScriptDirectory(str(Path(current_app.extensions["migrate"].directory)))
    return revision in {script.revision for script in scripts.walk_revisions()}


def refuse_if_unmigrated() -> None:
    """Raise `UnsafeSettings` unless the database is migrated."""
    if not is_migrated():
        raise UnsafeSettings("Sakråd does not start: the database is not migrated. Run `flask db upgrade`.")
