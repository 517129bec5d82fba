"""Asking for the yearly report as a document, which a job makes."""

from __future__ import annotations

from datetime import datetime

from sakrad.core import events, exports
from sakrad.core.events import Actor, EventName
from sakrad.core.exports import Export
from sakrad.directory.models import Municipality
from sakrad.voices.exporting import subject_of


def ask_report(municipality: Municipality, year: int, kind: str, *, actor: Actor | None, at: datetime) -> Export:
    """Have the report made as things stand now (`voices.exporting` has the kinds), unless that is done or under way.

    Raises:
        Missing: there is no report of that year.
    """
    subject = subject_of(municipality.id, year)
    stamp = exports.stamp_of(kind, subject, at)
    export = exports.ask(kind, subject, stamp, at=at, asked_by_id=actor.id if actor else None)
    if export.asked_at == at:
        events.record(EventName.export_asked, at=at, actor=actor, subject_id=export.id, municipality_id=municipality.id, kind=kind)
    return export
