"""The mails between those who write and read the authority's answers: how many, by when, and where; never anybody's words."""

from __future__ import annotations

import sqlalchemy as sa

from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link
from sakrad.responses.models import AnswerTask


def answer_assigned(told: Told) -> Content:
    consultation = consultation_of(told.event.consultation_id)
    due = sa.select(sa.func.min(AnswerTask.due_on)).where(
        AnswerTask.consultation_id == consultation.id, AnswerTask.unit_id == told.event.subject_id
    )
    url = link("responses_staff.duties", kommun=consultation.municipality.slug)
    return from_authority(consultation, answers=int(told.event.data.get("answers") or 0), due_on=db.session.scalar(due), url=url)


def response_review_asked(told: Told) -> Content:
    consultation = consultation_of(told.event.consultation_id)
    url = link("responses_staff.ask_review", **consultation.address)
    return from_authority(consultation, answers=int(told.event.data.get("answers") or 0), url=url)


def response_reviewed(told: Told) -> Content:
    consultation = consultation_of(told.event.consultation_id)
    return from_authority(consultation, good=bool(told.event.data.get("good")), url=link("responses_staff.show", **consultation.address))
