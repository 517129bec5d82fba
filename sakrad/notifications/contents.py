"""What each mail is given: headline, links and dates; never people's words, since a mail cannot be recalled (PRACTICE.md 7).

Exceptions by design: the registrar gets what was received as a PDF, and a matter goes whole to the municipality's
mailbox, since that is its delivery. One function per kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.accounts import links as account_links
from sakrad.accounts.models import JoinInvitation, User
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.core.i18n import site_name
from sakrad.directory.models import Organisation
from sakrad.enquiries.models import Enquiry
from sakrad.notifications import (
    contents_answers,
    contents_checking,
    contents_comments,
    contents_correcting,
    contents_disclosing,
    contents_entered,
    contents_invited,
    contents_judging,
    contents_meetings,
    contents_news,
    contents_notes,
    contents_overdue,
    contents_own,
    contents_participation,
    contents_pledges,
    contents_previews,
    contents_received,
    contents_sharing,
    contents_summaries,
    contents_thread,
    contents_together,
    places,
)
from sakrad.notifications.content import Content, Told, consultation_of, from_authority, from_us, link, page_of
from sakrad.notifications.models import MailKind
from sakrad.positions import links as position_links
from sakrad.positions import receipts
from sakrad.positions.models import Position, PositionVersion
from sakrad.positions.queries_public import READABLE, positions
from sakrad.responses.models import Commitment, Progress

# Accounts


def confirm_address(told: Told) -> Content:
    user = db.session.get_one(User, told.event.subject_id)
    return from_us(url=link("accounts_link.confirm", token=account_links.confirm_token(user)))


def address_known(_told: Told) -> Content:
    return from_us(sign_in=link("accounts.sign_in"), forgotten=link("accounts.ask_reset"))


def reset_password(told: Told) -> Content:
    user = db.session.get_one(User, told.event.subject_id)
    return from_us(url=link("accounts_link.reset", token=account_links.reset_token(user)))


def new_address(told: Told) -> Content:
    user = db.session.get_one(User, told.event.subject_id)
    return from_us(url=link("accounts_link.readdress", token=account_links.address_token(user)))


def address_changing(_told: Told) -> Content:
    return from_us(forgotten=link("accounts.ask_reset"))


def join_invitation(told: Told) -> Content:
    invitation = db.session.get_one(JoinInvitation, told.event.subject_id)
    municipality = invitation.municipality or (invitation.authority and invitation.authority.municipality)
    scope = invitation.authority or invitation.organisation
    return Content(
        sender=municipality.full_name if municipality else site_name(),
        reply_to=invitation.authority.mailbox if invitation.authority else municipality.mailbox if municipality else "",
        values={
            "invitation": invitation,
            "where": scope.name if scope else municipality.full_name if municipality else site_name(),
            "url": link("accounts_link.join", token=account_links.join_token(invitation)),
        },
    )


# A consultation's course


def closing_moved(told: Told) -> Content:
    return _news(told, "pages.consultation")


def consultation_cancelled(told: Told) -> Content:
    return from_authority(consultation_of(told.event.consultation_id))


def summary_published(told: Told) -> Content:
    return _news(told, "summaries.show")


def _news(told: Told, endpoint: str) -> Content:
    """One part per consultation; all are the same authority's."""
    consultations = [consultation_of(number) for number in dict.fromkeys(event.consultation_id for event in told.events)]
    items = [
        {"consultation": consultation, "url": page_of(endpoint, consultation), "own": _own_answers(consultation, told.recipient)}
        for consultation in consultations
    ]
    return from_authority(consultations[0], items=items)


def _own_answers(consultation: Consultation, recipient: str) -> list[tuple[str, str]]:
    """Sender and address of the recipient's own answers that readers may see: there stands what came of each passage.

    Usually one; two where two organisations share an address. By reference, which also finds an answer without name.
    """
    own = positions(clock.now(), Organisation.name).where(Position.consultation_id == consultation.id, Organisation.email == recipient)
    return [
        (row.name, link("positions.show", **consultation.address, org=row.reference))
        for row in db.session.execute(own.order_by(Organisation.name))
        if row.visibility in READABLE
    ]


def progress_added(told: Told) -> Content:
    commitments = db.session.scalars(
        sa.select(Commitment)
        .where(Commitment.id.in_(sa.select(Progress.commitment_id).where(Progress.id.in_([event.subject_id for event in told.events]))))
        .order_by(Commitment.id)
    ).all()
    items: list[dict[str, Any]] = []
    for commitment in commitments:
        consultation = consultation_of(commitment.consultation_id)
        url = link(places.PROMISE, number=commitment.number, **consultation.address)
        items.append({"consultation": consultation, "commitment": commitment, "url": url})
    return from_authority(items[0]["consultation"], items=items)


# Answers


def _version(version_id: int | None) -> PositionVersion:
    return db.session.scalars(
        sa.select(PositionVersion).where(PositionVersion.id == version_id).options(selectinload(PositionVersion.answers))
    ).one()


def receipt(told: Told) -> Content:
    version = _version(told.event.subject_id)
    return from_authority(
        consultation_of(version.position.consultation_id),
        version=version,
        nonce=receipts.nonce_of(version),
        verify=link("positions_receipt.show", number=version.receipt_number),
        disown=link("positions_receipt.ask_to_disown", number=version.receipt_number, token=position_links.disown_token(version)),
    )


def position_disowned(told: Told) -> Content:
    version = _version(told.event.data["version"])
    consultation = consultation_of(told.event.consultation_id)
    return from_authority(consultation, version=version, received=page_of("positions_staff.received", consultation))


# One way in


def _enquiry(event: Event) -> Enquiry:
    return db.session.scalars(sa.select(Enquiry).where(Enquiry.id == event.subject_id).options(joinedload(Enquiry.municipality))).one()


def enquiry_receipt(told: Told) -> Content:
    enquiry = _enquiry(told.event)
    return Content(enquiry.municipality.full_name, enquiry.municipality.mailbox, {"enquiry": enquiry})


def enquiry_for_mailbox(told: Told) -> Content:
    """Answers go to whoever raised the matter: the municipality's mailbox is the recipient here."""
    enquiry = _enquiry(told.event)
    return Content(site_name(), enquiry.email, {"enquiry": enquiry})


CONTENTS: dict[MailKind, Callable[[Told], Content]] = {
    MailKind.confirm_address: confirm_address,
    MailKind.address_known: address_known,
    MailKind.reset_password: reset_password,
    MailKind.new_address: new_address,
    MailKind.address_changing: address_changing,
    MailKind.join_invitation: join_invitation,
    MailKind.invitation: contents_invited.invitation,
    MailKind.invitation_reminder: contents_invited.invitation_reminder,
    MailKind.receipt: receipt,
    MailKind.received_for_registrar: contents_received.received_for_registrar,
    MailKind.position_disowned: position_disowned,
    MailKind.position_withdrawn: contents_received.position_withdrawn,
    MailKind.position_ratified: contents_received.position_ratified,
    MailKind.meeting_planned: contents_meetings.meeting_planned,
    MailKind.meeting_registered: contents_meetings.meeting_registered,
    MailKind.meeting_changed: contents_meetings.meeting_changed,
    MailKind.meeting_cancelled: contents_meetings.meeting_cancelled,
    MailKind.notes_shared: contents_notes.notes_news,
    MailKind.notes_correction_received: contents_notes.notes_correction_received,
    MailKind.notes_published: contents_notes.notes_news,
    MailKind.participation_begun: contents_participation.participation_begun,
    MailKind.participation_asked: contents_participation.participation_asked,
    MailKind.participation_answered: contents_participation.participation_answered,
    MailKind.comment_received: contents_comments.comment_received,
    MailKind.disclosure_asked: contents_disclosing.disclosure_asked,
    MailKind.comment_reviewed: contents_comments.comment_reviewed,
    MailKind.comment_reported: contents_comments.comment_reported,
    MailKind.read_back: contents_entered.read_back,
    MailKind.party_asked: contents_together.party_asked,
    MailKind.party_answered: contents_together.party_answered,
    MailKind.confirmation_asked: contents_checking.confirmation_asked,
    MailKind.confirmation_reminder: contents_checking.confirmation_asked,
    MailKind.confirmation_received: contents_checking.confirmation_received,
    MailKind.confirmation_answered: contents_checking.confirmation_answered,
    MailKind.summary_published: summary_published,
    MailKind.summary_corrected: contents_summaries.summary_corrected,
    MailKind.feedback_published: contents_thread.feedback_published,
    MailKind.verdict_asked: contents_thread.verdict_asked,
    MailKind.verdict_given: contents_thread.verdict_given,
    MailKind.progress_added: progress_added,
    MailKind.closing_moved: closing_moved,
    MailKind.correction_announced: contents_correcting.correction_announced,
    MailKind.consultation_cancelled: consultation_cancelled,
    MailKind.enquiry_receipt: enquiry_receipt,
    MailKind.enquiry_for_mailbox: enquiry_for_mailbox,
    MailKind.draft_mention: contents_own.draft_mention,
    MailKind.draft_to_approve: contents_own.draft_to_approve,
    MailKind.draft_decided: contents_own.draft_decided,
    MailKind.approval_rule_changed: contents_own.approval_rule_changed,
    MailKind.still_right: contents_own.still_right,
    MailKind.organisations_merged: contents_own.organisations_merged,
    MailKind.preview_asked: contents_previews.preview_asked,
    MailKind.preview_decided: contents_previews.preview_decided,
    MailKind.pledge_asked: contents_pledges.pledge_asked,
    MailKind.pledge_answered: contents_pledges.pledge_answered,
    MailKind.pledge_progress_added: contents_pledges.pledge_progress_added,
    MailKind.work_assigned: contents_sharing.work_assigned,
    MailKind.answer_assigned: contents_answers.answer_assigned,
    MailKind.response_review_asked: contents_answers.response_review_asked,
    MailKind.response_reviewed: contents_answers.response_reviewed,
    MailKind.feedback_overdue: contents_overdue.feedback_overdue,
    MailKind.commitment_overdue: contents_overdue.commitment_overdue,
    MailKind.follow_up_asked: contents_overdue.follow_up_asked,
    MailKind.evaluation_asked: contents_judging.evaluation_asked,
    MailKind.continuation_decided: contents_judging.continuation_decided,
    MailKind.confirm_follow: contents_news.confirm_follow,
    MailKind.news: contents_news.news,
}
