"""What an answer is given to: a finding, or a single point whose own answer goes before its finding's."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sakrad.consultations.models import Consultation
from sakrad.directory.models import Organisation
from sakrad.responses.models import AnswerTask, FeedbackRelease, Response
from sakrad.summaries.models import Finding, Point


class TargetKind(enum.StrEnum):
    """The word in the address."""

    finding = "samlad"
    point = "synpunkt"


@dataclass(frozen=True, slots=True)
class Target:
    """A finding or a point of one consultation, with its answer so far."""

    consultation: Consultation
    finding: Finding | None = None
    point: Point | None = None
    release: FeedbackRelease | None = None  # the part that its answer stands in, or would be put into
    response: Response | None = None
    task: AnswerTask | None = None  # that a unit is to draft it

    @property
    def kind(self) -> TargetKind:
        return TargetKind.finding if self.finding is not None else TargetKind.point

    @property
    def number(self) -> int:
        """Its number in the summary, or the point's within the consultation."""
        if self.finding is not None:
            return self.finding.number
        return self.point.number if self.point is not None else 0

    @property
    def organisation(self) -> Organisation | None:
        """Whose the single point is."""
        return self.point.answer.version.position.organisation if self.point is not None else None
