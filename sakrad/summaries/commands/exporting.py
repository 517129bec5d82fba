"""Asking for documents that are made by a job."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core import events, exports
from sakrad.core.db import db
from sakrad.core.events import Actor, Event, EventName
from sakrad.core.exports import Export
from sakrad.summaries.exporting import SUMMARY

RECENT = 1_000  # events that are looked through for what has changed
AGE = timedelta(minutes=10)


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
            municipality_id=consultation.municipality_id,
            authority_id=consultation.authority_id,
            consultation_id=consultation.id,
            kind=kind,
        )
    return export


def refresh_summaries(at: datetime) -> None:
    """Have the documents of published summaries made anew where something has just happened, so that readers need not wait for them."""
    newest = sa.select(sa.func.max(Event.id)).scalar_subquery()
    touched = sa.select(Event.consultation_id).where(Event.id > newest - RECENT, Event.at > at - AGE, Event.name != EventName.export_asked)
    changed = sa.select(Consultation).where(Consultation.id.in_(touched), Consultation.summary_published_at.is_not(None))
    for consultation in db.session.scalars(changed.order_by(Consultation.id)).all():
        for kind in SUMMARY.values():
            exports.ask(kind, consultation.id, exports.stamp_of(kind, consultation.id, at), at=at)
