"""Asking for documents that are made by a job."""

from __future__ import annotations

from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.core import events, exports
from sakrad.core.events import Actor, EventName
from sakrad.core.exports import Export


def ask_document(consultation: Consultation, kind: str, *, actor: Actor | None, at: datetime) -> Export:
    """Have the document made as things stand now (`summaries.exporting` has the kinds), unless that is done or under way.

    Raises:
        Missing: it is a document of a summary that is not published.
    """
    export = exports.ask(kind, consultation.id, exports.stamp_of(kind, consultation.id, at), at=at, asked_by_id=actor.id if actor else None)
    if export.asked_at == at:
        events.record(
            EventName.export_asked,
            at=at,
            actor=actor,
            subject_id=export.id,
            **consultation.scope,
            kind=kind,
        )
    return export
