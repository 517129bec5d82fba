"""Mails about previews: to whoever is asked to look at a draft, and back to whoever asked. Neither holds a word of what was said."""

from __future__ import annotations

from sakrad.consultations.links import preview_token
from sakrad.consultations.models import Preview
from sakrad.core.db import db
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link, page_of


def preview_asked(told: Told) -> Content:
    preview = db.session.get_one(Preview, told.event.subject_id)
    url = link("consultations_preview.show", token=preview_token(preview))
    return from_authority(consultation_of(preview.consultation_id), preview=preview, url=url)


def preview_decided(told: Told) -> Content:
    consultation = consultation_of(told.event.consultation_id)
    approved = bool(told.event.data.get("approved"))
    return from_authority(consultation, approved=approved, url=page_of("consultations_staff.preview", consultation))
