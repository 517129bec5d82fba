"""The mails about asking to take part: the link that confirms, that somebody has asked, and that there is an answer."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.consultations import links
from sakrad.consultations.models import ParticipationRequest
from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link, page_of


def _request(request_id: int | None) -> ParticipationRequest:
    return db.session.scalars(
        sa.select(ParticipationRequest).where(ParticipationRequest.id == request_id).options(joinedload(ParticipationRequest.organisation))
    ).one()


def participation_begun(told: Told) -> Content:
    """The link; not the name that somebody has typed."""
    request = _request(told.event.subject_id)
    return from_authority(consultation_of(request.consultation_id), url=link("participation.show", token=links.request_token(request)))


def participation_asked(told: Told) -> Content:
    """That somebody has asked; who and why stand behind sign-in."""
    consultation = consultation_of(told.event.consultation_id)
    return from_authority(consultation, url=page_of("participation_staff.index", consultation))


def participation_answered(told: Told) -> Content:
    """That there is an answer; the reason for a no stands behind the link."""
    request = _request(told.event.subject_id)
    return from_authority(
        consultation_of(request.consultation_id),
        organisation=request.organisation,
        accepted=request.accepted,
        url=link("participation.show", token=links.request_token(request)),
    )
