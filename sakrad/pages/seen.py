"""Which events change something that readers see, and whose pages: what moves the stamps of the cache.

Every event does, but for those named here; so that a new event is shown at once until somebody has thought about it.
"""

from __future__ import annotations

from sakrad.consultations.models import Consultation
from sakrad.core import stamps
from sakrad.core.db import before_commit, db
from sakrad.core.events import Event, EventName, after
from sakrad.directory.models import Authority, Municipality

PRIVATE = ("draft_", "user_", "password_", "address_", "devices_", "second_factor_", "member_", "follow_", "approval_rule_")
UNSEEN = frozenset(name for name in EventName if name.startswith(PRIVATE)) | {
    EventName.sign_up_repeated,
    EventName.organisation_check_due,
    EventName.invitation_bounced,
    EventName.invitation_resent,
    EventName.invitation_intended,
    EventName.participation_begun,
    EventName.participation_asked,
    EventName.comment_reported,
    EventName.transcription_sent,
    EventName.work_assigned,
    EventName.suggestions_asked,
    EventName.suggestion_decided,
    EventName.fact_check_reminded,
    EventName.disclosure_asked,
    EventName.disclosure_handled,
    EventName.word_template_changed,
    EventName.export_asked,
    EventName.board_paper_changed,
    EventName.answer_assigned,
    EventName.answer_unassigned,
    EventName.response_review_asked,
    EventName.response_reviewed,
    EventName.phrase_kept,
    EventName.phrase_removed,
    EventName.verdict_asked,
    EventName.follow_up_asked,
    EventName.enquiry_received,
    EventName.mail_retried,
    EventName.search_found,
}  # fmt: skip


@after(*(name for name in EventName if name not in UNSEEN))
def move_stamps(event: Event) -> None:
    """Have the transaction that records the event move the stamps of what it changes, when all of it is known."""
    consultation_id, municipality_id, authority_id = event.consultation_id, event.municipality_id, event.authority_id
    if consultation_id is not None:
        consultation = db.session.get(Consultation, consultation_id)  # held until the end: what nobody holds is read again
        if consultation is not None:  # a draft that is thrown away was seen by nobody
            before_commit(f"seen consultation {consultation_id}", lambda: _move_consultation(consultation))
    elif municipality_id is not None and event.organisation_id is None:
        before_commit(f"seen municipality {municipality_id}", lambda: _move_municipality(municipality_id))
    elif authority_id is not None and event.organisation_id is None:
        before_commit(
            f"seen authority {authority_id}", lambda: _move_municipality(db.session.get_one(Authority, authority_id).municipality_id)
        )
    else:
        stamps.move(stamps.SHARED)  # an organisation is shown wherever it has spoken


def _move_consultation(consultation: Consultation) -> None:
    """A consultation that has not been announced is seen by nobody."""
    if consultation.announced_at is not None:
        _move(consultation.municipality)


def _move_municipality(municipality_id: int) -> None:
    _move(db.session.get_one(Municipality, municipality_id))


def _move(municipality: Municipality) -> None:
    stamps.move(municipality.slug if municipality.active else stamps.SHARED)
