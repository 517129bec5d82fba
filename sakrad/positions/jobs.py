"""Work for later: reminders, files that nothing holds any more erased from the store, and old questions to members forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import files, jobs
from sakrad.core.db import db
from sakrad.core.files import StoredFile
from sakrad.positions.commands.attaching import DISCARD
from sakrad.positions.commands.reaching import remind_invited
from sakrad.positions.commands.surveying import forget_old_surveys
from sakrad.positions.models import DraftAttachment, PositionAttachment

KEEP_SURVEYS = timedelta(days=365)  # after the consultation has closed, where the answer was never sent

jobs.every("forget_old_surveys", timedelta(days=1))
jobs.every("remind_invited", timedelta(hours=1))


@jobs.handles("forget_old_surveys")
def forget_surveys(_payload: dict[str, Any], at: datetime) -> None:
    """Questions to members, their links and counters, when they can be of no more use."""
    forget_old_surveys(at - KEEP_SURVEYS)


@jobs.handles("remind_invited")
def remind(_payload: dict[str, Any], at: datetime) -> None:
    """The one reminder of every invitation that is neither answered nor declined; a thousand an hour at most."""
    remind_invited(at)


@jobs.handles(DISCARD)
def discard_file(payload: dict[str, Any], _at: datetime) -> None:
    """Erase a file that was taken away from a draft or replaced, unless another draft or an answer that was sent has it."""
    stored = db.session.get(StoredFile, payload["file"])
    if stored is None:
        return
    held = sa.or_(
        *(
            sa.exists().where(sa.or_(table.file_id == stored.id, table.copy_id == stored.id))
            for table in (DraftAttachment, PositionAttachment)
        )
    )
    if not db.session.scalar(sa.select(held)):
        db.session.delete(stored)
        files.discard(stored.key)
