"""Work for later: the file of a Word template that has been replaced is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sakrad.core import files, jobs
from sakrad.core.db import db
from sakrad.core.files import StoredFile
from sakrad.directory.commands_template import DISCARD


@jobs.handles(DISCARD)
def discard_template(payload: dict[str, Any], _at: datetime) -> None:
    """Row and file."""
    stored = db.session.get(StoredFile, payload["file"])
    if stored is not None:
        db.session.delete(stored)
        files.discard(stored.key)
