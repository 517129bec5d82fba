"""Templates and previews for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.consultations import template_file
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, ConsultationTemplate, Preview
from sakrad.core import clock
from sakrad.directory.models import Municipality
from tests import factories as make


def plain(**values: Any) -> dict[str, Any]:
    """A template as plain data, with nothing wrong in it."""
    question = {"kind": "need", "text": "Vad behövs i [området]?", "help": "Sätt det viktigaste överst.", "options": ["Tid", "Plats"]}
    words = {"name": "Lokaler", "title": "Lokaler i [området]", "lead": "Vad behövs?", "purpose": "Svaren blir underlag."}
    return words | {"groups": ["barn-och-unga"], "questions": [question, {"kind": "proposal", "text": "Nej eller ja?"}]} | values


def template(of: Municipality | None = None, *, shared: bool = False, **values: Any) -> ConsultationTemplate:
    of = of or make.municipality()
    content = template_file.checked(plain(**values))
    at = clock.now()
    row = ConsultationTemplate(municipality_id=of.id, name=content.name, content=template_file.as_dict(content), created_at=at)
    row.shared_at = at if shared else None
    return make.save(row)  # type: ignore[no-any-return]


def preview(of: Consultation | None = None, **values: Any) -> Preview:
    of = of or make.consultation(Phase.draft)
    at = clock.now()
    values = {"function": "Socialchefen", "asked_at": at, "expires_at": at + timedelta(days=30)} | values
    return make.save(Preview(consultation_id=of.id, **values))  # type: ignore[no-any-return]
