"""The mails of the faktakontroll: to the cited organisations with their own link, and to the authority when one of them replies."""

from __future__ import annotations

from sakrad.core.db import db
from sakrad.directory.models import Organisation
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, page_of
from sakrad.notifications.content import link as link_to
from sakrad.summaries import links
from sakrad.summaries.models import Confirmation, ConfirmationReply


def confirmation_asked(told: Told) -> Content:
    """The link, and until when; never the passages."""
    confirmation = db.session.get_one(Confirmation, told.event.subject_id)
    return _to_organisation(told, confirmation)


def confirmation_answered(told: Told) -> Content:
    """That there is an answer, and where it is read."""
    reply = db.session.get_one(ConfirmationReply, told.event.subject_id)
    return _to_organisation(told, reply.confirmation)


def _to_organisation(told: Told, confirmation: Confirmation) -> Content:
    return from_authority(
        consultation_of(told.event.consultation_id),
        organisation=db.session.get_one(Organisation, told.event.organisation_id).name,
        check=confirmation.fact_check,
        url=link_to("summaries_link.check", token=links.check_token(confirmation)),
    )


def confirmation_received(told: Told) -> Content:
    """Who has replied and in which way, and where it is read; never the words."""
    consultation = consultation_of(told.event.consultation_id)
    return from_authority(
        consultation,
        organisation=db.session.get_one(Organisation, told.event.organisation_id).name,
        kind=db.session.get_one(ConfirmationReply, told.event.subject_id).kind,
        url=page_of("summaries_staff.checking", consultation),
    )
