"""Versions in other languages, made without the commands."""

from __future__ import annotations

from typing import Any

from sakrad.consultations.models import Consultation, ContentAbout, ContentLanguage, ContentVersion
from sakrad.core import clock
from tests.factories import save


def version(of: Consultation, language: ContentLanguage = ContentLanguage.easy, **values: Any) -> ContentVersion:
    at = clock.now()
    values = {"title": "Vägen in", "lead": "Kort sagt.", "text": "## Varför\n\nVi vill veta.", "created_at": at, "changed_at": at} | values
    values = {"about": ContentAbout.consultation, "published_at": at} | values
    made: ContentVersion = save(ContentVersion(consultation_id=of.id, language=language, **values))
    return made
