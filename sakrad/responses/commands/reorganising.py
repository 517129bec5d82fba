"""What becomes of the answers that a unit was to draft when it ends."""

from __future__ import annotations

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.directory.models import Unit
from sakrad.responses.models import AnswerTask, FeedbackRelease, Response


def move_tasks(unit: Unit, heir: Unit) -> None:
    """Give the unit's tasks to its heir, but for the answers that are published: those were the unit's."""
    about = sa.or_(Response.finding_id == AnswerTask.finding_id, Response.point_id == AnswerTask.point_id)
    published = (
        sa.exists().where(about, FeedbackRelease.id == Response.release_id, FeedbackRelease.published_at.is_not(None)).correlate(AnswerTask)
    )
    moved = sa.update(AnswerTask).where(AnswerTask.unit_id == unit.id, ~published).values(unit_id=heir.id)
    db.session.execute(moved.execution_options(synchronize_session="fetch"))
