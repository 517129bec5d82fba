"""Scenes of steps, each told through its command: what the files beside the stories are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation, Invitation, Question
from sakrad.core.db import db
from sakrad.demo.loader import Cast
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting


@dataclass(frozen=True)
class Here:
    """A step, and where it is taken."""

    cast: Cast
    consultation: Consultation
    step: dict[str, Any]
    at: datetime

    @property
    def officer(self) -> User:
        return self.cast.officers[self.consultation.municipality.slug]

    @property
    def organisation(self) -> Organisation:
        return self.cast.organisations[self.step["organisation"]]

    @property
    def meeting(self) -> Meeting:
        number = self.step["meeting"]
        found = sa.select(Meeting).where(Meeting.consultation_id == self.consultation.id, Meeting.number == number)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()

    def question(self, number: int) -> Question:
        return next(question for question in self.consultation.questions if question.number == number)

    def invitation(self, slug: str) -> Invitation:
        return next(one for one in self.consultation.invitations if one.organisation.slug == slug)


def play(cast: Cast, scenes: Iterable[dict[str, Any]], steps: Mapping[str, Callable[[Here], None]]) -> None:
    """Every scene in its order, each in its consultation."""
    for scene in scenes:
        consultation = db.session.scalars(sa.select(Consultation).where(Consultation.slug == scene["consultation"])).one()
        for step in scene["steps"]:
            db.session.expire(consultation)
            steps[step["do"]](Here(cast, consultation, step, cast.moment(step["day"], hour=step.get("hour", 14))))
