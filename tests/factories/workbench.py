"""A consultation that is being compiled, as one officer sees it, and what the workbench's form sends."""

from __future__ import annotations

from typing import Any

from sakrad.consultations.models import Consultation
from sakrad.positions.models import Answer, Position
from sakrad.summaries.models import Finding
from tests.factories import again
from tests.factories import summaries as made

TEXT = "Vägen in är lång. 🙂 Det behövs ett nummer. Tack."


class Scene:
    """A consultation with one position, and an officer's browser. Each request closes the session: things are read anew."""

    def __init__(self, consultation: Consultation, position: Position, officer: Any) -> None:
        self._consultation, self._position, self.officer = consultation, position, officer
        self.org = position.organisation.slug
        self.key = f"{self.org}.1"
        self.base = f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}"

    @property
    def consultation(self) -> Consultation:
        return again(self._consultation)

    @property
    def position(self) -> Position:
        return again(self._position)

    @property
    def answer(self) -> Answer:
        return made.answer_of(self.position)


def desk(finding: Finding | None = None, **values: Any) -> dict[str, Any]:
    """What the workbench's form holds when nothing has been changed."""
    if finding is None:
        return {"finding": "ny", "seen_version": "", "heading": "", "body": ""} | values
    return {"finding": finding.id, "seen_version": finding.version, "heading": finding.heading, "body": finding.body} | values
