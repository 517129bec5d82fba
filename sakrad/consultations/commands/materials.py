"""Uploaded material, until the opening."""

from __future__ import annotations

from datetime import datetime

from sakrad.consultations import lifecycle, queries
from sakrad.consultations.commands.recording import record
from sakrad.consultations.models import Consultation, Material
from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.files import Upload


def add_material(
    consultation: Consultation, *, upload: Upload, title: str, description: str, actor: Actor | None, at: datetime
) -> Material:
    """Attach a file, with a text that says what it holds.

    Raises:
        Blocked: it has opened.
    """
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    material = Material(
        reference=ids.reference(), consultation_id=consultation.id, file=upload.row(at), title=title, description=description
    )
    db.session.add(material)
    db.session.flush()
    record(EventName.material_added, consultation, actor=actor, at=at, subject_id=material.id)
    return material


def remove_material(material: Material, *, actor: Actor | None, at: datetime) -> None:
    """Take material away again, before the opening. The file stays in the store until disposal is decided.

    Raises:
        Blocked: it has opened.
    """
    consultation = material.consultation
    refuse_unless_clear(lifecycle.blockers_to_change(queries.facts_of(consultation), at))
    record(EventName.material_removed, consultation, actor=actor, at=at, subject_id=material.id)
    db.session.delete(material)
    db.session.flush()
