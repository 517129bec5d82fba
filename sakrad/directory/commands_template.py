"""The municipality's Word template: taken in, replaced, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.core import jobs
from sakrad.core.db import db
from sakrad.core.events import Actor, EventName, record
from sakrad.core.files import Upload
from sakrad.directory.models import Municipality, WordTemplate

DISCARD = "discard_template"


def set_word_template(
    municipality: Municipality, copy: Upload, *, name: str, styles: Sequence[str], actor: Actor | None, at: datetime
) -> WordTemplate:
    """Dress what is taken along in this template from now on. `copy` is the clean one; nothing else of the upload is kept."""
    template = db.session.get(WordTemplate, municipality.id)
    stored = copy.row(at)
    db.session.add(stored)
    db.session.flush()
    if template is None:
        template = WordTemplate(municipality_id=municipality.id)
        db.session.add(template)
    else:
        _discard(template, at)
    template.file, template.name, template.styles = stored, name[:200], list(styles)
    template.uploaded_at, template.uploaded_by_id = at, actor.id if actor else None
    db.session.flush()
    record(EventName.word_template_changed, at=at, actor=actor, municipality_id=municipality.id)
    return template


def remove_word_template(municipality: Municipality, *, actor: Actor | None, at: datetime) -> None:
    """Go back to the plain look. None to take away is no fault."""
    template = db.session.get(WordTemplate, municipality.id)
    if template is None:
        return
    _discard(template, at)
    db.session.delete(template)
    db.session.flush()
    record(EventName.word_template_changed, at=at, actor=actor, municipality_id=municipality.id)


def _discard(template: WordTemplate, at: datetime) -> None:
    """Erase its file when the change has been committed."""
    jobs.enqueue(DISCARD, f"{DISCARD}:{template.file_id}", at=at, file=template.file_id)
