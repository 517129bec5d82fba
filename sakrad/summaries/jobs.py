"""Work for later: documents made anew when what they tell has changed, and what the machine proposes."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.core import clock, exports, jobs
from sakrad.core.db import db, transaction
from sakrad.summaries import exporting, queries_checking, queries_exports, queries_suggesting
from sakrad.summaries.analysis import run as analysis
from sakrad.summaries.commands import checking, suggesting
from sakrad.summaries.models import SuggestionRun

__all__ = ["exporting"]  # its kinds of documents are registered when it is imported

jobs.every("refresh_documents", timedelta(minutes=1))
jobs.every("remind_to_check", timedelta(hours=1))


@jobs.handles("refresh_documents", long=True)
def refresh(_payload: dict[str, Any], at: datetime) -> None:
    """Within a minute or two after something has been masked, corrected, withdrawn or published."""
    for kind, consultation_id, stamp in queries_exports.list_outdated(at):
        db.session.rollback()  # ends the reading
        with contextlib.suppress(sa.exc.IntegrityError), transaction():  # a reader asked for it in the same moment
            exports.ask(kind, consultation_id, stamp, at=at)


@jobs.handles(suggesting.JOB, long=True)
def suggest(payload: dict[str, Any], _at: datetime) -> None:
    """Compute proposals: read, compute with nothing open, write. Killed in the midst it begins anew and has changed nothing."""
    run = db.session.get(SuggestionRun, payload["run"])
    if run is None or run.finished_at is not None:
        return
    material = queries_suggesting.get_material(run.consultation_id)
    db.session.rollback()  # nobody waits for this reading

    def progress(done: int) -> None:
        with transaction():
            suggesting.note_progress(payload["run"], done)

    try:
        result = analysis.compute(material, progress)
    except Exception:
        with transaction():
            suggesting.note_failure(payload["run"], clock.now())
        raise
    with transaction():
        suggesting.keep_suggestions(db.session.get_one(SuggestionRun, payload["run"]), result, clock.now())


@jobs.handles("remind_to_check")
def remind_to_check(_payload: dict[str, Any], at: datetime) -> None:
    """Those who have not replied in a faktakontroll, once, when three workdays are left."""
    for check in queries_checking.list_to_remind(at):
        checking.remind_silent(check, at=at)
