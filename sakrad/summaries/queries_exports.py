"""Reads about the documents of one consultation that officials take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, exports
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.events import Event, EventName
from sakrad.core.exports import Export, ExportFile
from sakrad.core.files import StoredFile
from sakrad.summaries.exporting import PUBLISHED, RECEIVED, SUMMARY, stamps

RECENT = 1_000  # events that are looked through for what has changed
AGE = timedelta(minutes=10)
KINDS = (*SUMMARY.values(), *PUBLISHED.values(), *RECEIVED.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of document of a consultation; `file` is a volume of it, where one is asked for."""

    consultation: Consultation
    kind: str
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document, and how far the one that is true now has come."""

    kind: str
    form: str  # pdf or docx
    export: Export | None

    @property
    def running(self) -> bool:
        return self.export is not None and self.export.finished_at is None and self.export.failed_at is None


def get_wanted(kommun: str, slug: str, what: str) -> Wanted:
    """The consultation is locked when writing. Raises Missing."""
    if what not in KINDS:
        raise Missing("kind")
    return Wanted(get_consultation(kommun, slug), what)


def get_volume(kommun: str, slug: str, reference: str, number: int) -> Wanted:
    """A volume of a document that is still true.

    Raises:
        Missing: there is none, it is another consultation's, or something has changed since it was made.
    """
    consultation = get_consultation(kommun, slug)
    volume = db.session.scalar(
        sa.select(ExportFile)
        .join(ExportFile.export)
        .where(Export.reference == reference, Export.kind.in_(KINDS), Export.subject_id == consultation.id, ExportFile.number == number)
    )
    if volume is None or exports.stamp_of(volume.export.kind, consultation.id, clock.now()) != volume.export.stamp:
        raise Missing("volume")
    return Wanted(consultation, volume.export.kind, volume.file)


def list_documents(consultation: Consultation, kinds: dict[str, str], at: datetime) -> list[Document]:
    """The documents of these kinds, by form."""
    found = stamps(kinds, consultation.id, at)
    return [Document(kind, form, exports.find(kind, consultation.id, found[kind])) for form, kind in kinds.items()]


def list_outdated(at: datetime) -> list[tuple[str, int, str]]:
    """Kind, consultation and stamp of the documents of published summaries that have not been made since something happened there."""
    newest = sa.select(sa.func.max(Event.id)).scalar_subquery()
    touched = sa.select(Event.consultation_id).where(Event.id > newest - RECENT, Event.at > at - AGE, Event.name != EventName.export_asked)
    changed = sa.select(Consultation.id).where(Consultation.id.in_(touched), Consultation.summary_published_at.is_not(None))
    found = []
    for consultation_id in db.session.scalars(changed.order_by(Consultation.id)).all():
        for kind, stamp in stamps(SUMMARY, consultation_id, at).items():
            if exports.find(kind, consultation_id, stamp) is None:
                found.append((kind, consultation_id, stamp))
    return found
