"""Whether the database stands at the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from sakrad.config import UnsafeSettings
from sakrad.core.db import db


def is_migrated() -> bool:
    """True when the database's revision is the newest in migrations/."""
    scripts = ScriptDirectory(str(Path(current_app.extensions["migrate"].directory)))
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current is not None and current == scripts.get_current_head()


def refuse_if_unmigrated() -> None:
    """Raise `UnsafeSettings` unless the database is migrated."""
    if not is_migrated():
        raise UnsafeSettings("Sakråd does not start: the database is not migrated. Run `flask db upgrade`.")
