"""Counting uptake: the cells of a consultation are written anew whenever something happens that they count."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.core.db import Base, db
from sakrad.core.events import Event, EventName, after
from sakrad.records.models import TextKind
from sakrad.responses import queries_counting as queries
from sakrad.responses.models import UptakeCell

CELLS = Base.metadata.tables[UptakeCell.__tablename__]  # the mapper would part the rows by which of their columns are None


def recount(consultation_id: int, *, at: datetime) -> None:
    """Write the consultation's cells anew. 6 statements, however much was said; 1 before its summary is published."""
    found = queries.find_counted(consultation_id)
    if found is None:
        return
    cells = queries.cells_of(found, at)
    db.session.execute(sa.delete(UptakeCell).where(UptakeCell.consultation_id == consultation_id))
    if cells:
        db.session.execute(sa.insert(CELLS), cells)


@after(
    EventName.summary_published,
    EventName.summary_corrected,
    EventName.feedback_published,
    EventName.position_received,
    EventName.position_reviewed,
    EventName.position_withdrawn,
    EventName.position_disowned,
    EventName.transcription_confirmed,
    EventName.consultation_changed,
)
def count_consultation(event: Event) -> None:
    """Something was said, answered, shown or taken back in one consultation."""
    if event.consultation_id is None:
        return
    if event.name == EventName.position_received:  # which holds its consultation, and is nearly always before the summary
        consultation = db.session.get(Consultation, event.consultation_id)
        if consultation is None or consultation.summary_published_at is None:
            return
    recount(event.consultation_id, at=event.at)


@after(EventName.text_masked, EventName.text_unmasked)
def count_masked(event: Event) -> None:
    """A point whose words are all masked is one that readers cannot tell whose it is."""
    if event.consultation_id is not None and event.data["kind"] == TextKind.answer:
        recount(event.consultation_id, at=event.at)


@after(
    EventName.organisation_changed,
    EventName.organisation_verified,
    EventName.organisations_merged,
    EventName.organisations_unmerged,
)
def count_organisation(event: Event) -> None:
    """It is of another kind, protected, verified, or another's: wherever it has said something. A new telephone number counts nothing."""
    if event.name == EventName.organisation_changed and not event.data.get("counted_otherwise"):
        return
    if event.organisation_id is not None:
        for consultation_id in queries.list_spoken_in(event.organisation_id):
            recount(consultation_id, at=event.at)
