"""The mails about organisations' parts of commitments: the question to the organisation, and what it said back to the authority."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.core.db import db
from sakrad.core.events import EventName
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link
from sakrad.responses import links_pledges
from sakrad.responses.models import Pledge, Progress


def _pledge(pledge_id: int | None) -> Pledge:
    return db.session.scalars(sa.select(Pledge).where(Pledge.id == pledge_id).options(joinedload(Pledge.commitment))).one()


def pledge_asked(told: Told) -> Content:
    """The link; never the wording, which may still change."""
    pledge = _pledge(told.event.subject_id)
    consultation = consultation_of(pledge.commitment.consultation_id)
    return from_authority(consultation, pledge=pledge, url=link("responses_link.pledge", token=links_pledges.pledge_token(pledge)))


def pledge_answered(told: Told) -> Content:
    """What the organisation said of its part, in one word."""
    pledge = _pledge(told.event.subject_id)
    answer = {
        EventName.pledge_confirmed: "confirmed",
        EventName.pledge_countered: "countered",
        EventName.pledge_declined: "declined",
        EventName.pledge_withdrawn: "withdrawn",
    }[EventName(told.event.name)]
    return _to_authority(pledge, answer=answer)


def pledge_progress_added(told: Told) -> Content:
    """That there is something to read before it is published."""
    progress = db.session.get_one(Progress, told.event.subject_id)
    return _to_authority(_pledge(progress.pledge_id))


def _to_authority(pledge: Pledge, answer: str = "") -> Content:
    consultation = consultation_of(pledge.commitment.consultation_id)
    where = {"number": pledge.commitment.number, "reference": pledge.reference}
    return from_authority(consultation, pledge=pledge, url=link("responses_staff.pledge", **consultation.address, **where), answer=answer)
