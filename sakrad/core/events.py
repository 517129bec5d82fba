"""One append-only table: the audit trail, the public timeline and what notifications are made from.

An event holds ids and codes, never people's words, names, addresses or tokens. A command records it in its own
transaction; the worker later claims its delivery row and fans it out (package notifications).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import Appended, Base, UTCDateTime, db


class EventName(enum.StrEnum):
    """Everything that happens, `noun_verbed`. Public ones have a line in templates/events, see PUBLIC."""

    municipality_switched_on = "municipality_switched_on"
    municipality_switched_off = "municipality_switched_off"
    municipality_changed = "municipality_changed"
    authority_added = "authority_added"
    authority_changed = "authority_changed"
    unit_added = "unit_added"
    unit_changed = "unit_changed"
    function_changed = "function_changed"
    council_added = "council_added"
    organisation_registered = "organisation_registered"
    organisation_changed = "organisation_changed"
    organisation_verified = "organisation_verified"
    organisation_check_due = "organisation_check_due"
    organisation_checked = "organisation_checked"
    organisations_merged = "organisations_merged"
    organisations_unmerged = "organisations_unmerged"
    merger_accepted = "merger_accepted"
    register_imported = "register_imported"
    approval_rule_changed = "approval_rule_changed"
    user_registered = "user_registered"
    sign_up_repeated = "sign_up_repeated"
    user_confirmed = "user_confirmed"
    password_reset_requested = "password_reset_requested"  # noqa: S105
    password_changed = "password_changed"  # noqa: S105
    address_change_requested = "address_change_requested"
    address_changed = "address_changed"
    devices_signed_out = "devices_signed_out"
    second_factor_set = "second_factor_set"
    second_factor_removed = "second_factor_removed"
    member_invited = "member_invited"
    member_uninvited = "member_uninvited"
    member_joined = "member_joined"
    member_left = "member_left"
    consultation_drafted = "consultation_drafted"
    consultation_changed = "consultation_changed"
    consultation_announced = "consultation_announced"
    consultation_cancelled = "consultation_cancelled"
    consultation_ended = "consultation_ended"
    closing_moved = "closing_moved"
    template_kept = "template_kept"
    template_imported = "template_imported"
    template_changed = "template_changed"
    template_shared = "template_shared"
    template_unshared = "template_unshared"
    template_removed = "template_removed"
    preview_asked = "preview_asked"
    preview_revoked = "preview_revoked"
    preview_decided = "preview_decided"
    correction_announced = "correction_announced"
    council_hearing_added = "council_hearing_added"
    council_hearing_changed = "council_hearing_changed"
    council_hearing_removed = "council_hearing_removed"
    material_added = "material_added"
    material_removed = "material_removed"
    organisation_invited = "organisation_invited"
    invitation_reminded = "invitation_reminded"
    invitation_bounced = "invitation_bounced"
    invitation_resent = "invitation_resent"
    letters_printed = "letters_printed"
    invitation_declined = "invitation_declined"
    invitation_intended = "invitation_intended"
    participation_begun = "participation_begun"
    participation_asked = "participation_asked"
    participation_answered = "participation_answered"
    meeting_planned = "meeting_planned"
    meeting_changed = "meeting_changed"
    meeting_cancelled = "meeting_cancelled"
    meeting_registered = "meeting_registered"
    meeting_unregistered = "meeting_unregistered"
    registration_promoted = "registration_promoted"
    attendance_noted = "attendance_noted"
    notes_changed = "notes_changed"
    notes_shared = "notes_shared"
    notes_correction_received = "notes_correction_received"
    notes_correction_answered = "notes_correction_answered"
    notes_published = "notes_published"
    comment_received = "comment_received"
    comment_reviewed = "comment_reviewed"
    comment_reported = "comment_reported"
    draft_created = "draft_created"
    draft_remarked = "draft_remarked"
    draft_sent_for_approval = "draft_sent_for_approval"
    draft_approved = "draft_approved"
    draft_returned = "draft_returned"
    position_received = "position_received"
    position_disowned = "position_disowned"
    position_withdrawn = "position_withdrawn"
    position_ratified = "position_ratified"
    position_registered = "position_registered"
    party_stated = "party_stated"
    party_reworded = "party_reworded"  # its reservations, by a member; it stands behind no more until enough have approved
    party_confirmed = "party_confirmed"
    party_declined = "party_declined"
    party_reviewed = "party_reviewed"
    transcription_sent = "transcription_sent"
    transcription_confirmed = "transcription_confirmed"
    attachment_published = "attachment_published"
    attachment_unpublished = "attachment_unpublished"
    position_reviewed = "position_reviewed"
    text_masked = "text_masked"
    text_unmasked = "text_unmasked"
    work_assigned = "work_assigned"
    suggestions_asked = "suggestions_asked"
    suggestion_decided = "suggestion_decided"
    fact_check_opened = "fact_check_opened"
    fact_check_moved = "fact_check_moved"
    fact_check_reminded = "fact_check_reminded"
    fact_check_ended = "fact_check_ended"
    confirmation_asked = "confirmation_asked"
    confirmation_received = "confirmation_received"
    confirmation_answered = "confirmation_answered"
    objection_reviewed = "objection_reviewed"
    attachment_replaced = "attachment_replaced"
    attachment_withheld = "attachment_withheld"
    disclosure_asked = "disclosure_asked"
    disclosure_handled = "disclosure_handled"
    word_template_changed = "word_template_changed"
    export_asked = "export_asked"
    summary_published = "summary_published"
    summary_corrected = "summary_corrected"
    board_paper_changed = "board_paper_changed"
    response_proposed = "response_proposed"
    response_changed = "response_changed"
    response_withdrawn = "response_withdrawn"
    responses_sent = "responses_sent"
    responses_decided = "responses_decided"
    responses_reopened = "responses_reopened"
    feedback_published = "feedback_published"
    commitment_made = "commitment_made"
    progress_added = "progress_added"
    answer_assigned = "answer_assigned"
    answer_unassigned = "answer_unassigned"
    response_review_asked = "response_review_asked"
    response_reviewed = "response_reviewed"
    feedback_divided = "feedback_divided"
    phrase_kept = "phrase_kept"
    phrase_removed = "phrase_removed"
    pledge_asked = "pledge_asked"
    pledge_confirmed = "pledge_confirmed"
    pledge_countered = "pledge_countered"
    pledge_declined = "pledge_declined"
    pledge_withdrawn = "pledge_withdrawn"
    pledge_progress_added = "pledge_progress_added"
    pledge_progress_reviewed = "pledge_progress_reviewed"
    decision_linked = "decision_linked"
    verdict_asked = "verdict_asked"
    verdict_given = "verdict_given"
    verdict_reviewed = "verdict_reviewed"
    feedback_overdue = "feedback_overdue"
    commitment_overdue = "commitment_overdue"
    follow_up_asked = "follow_up_asked"
    evaluation_asked = "evaluation_asked"
    evaluation_answered = "evaluation_answered"
    continuation_decided = "continuation_decided"
    dialogue_changed = "dialogue_changed"
    dialogue_ended = "dialogue_ended"
    unit_reorganised = "unit_reorganised"
    positions_taken_along = "positions_taken_along"
    position_imported = "position_imported"
    position_import_removed = "position_import_removed"
    position_import_reviewed = "position_import_reviewed"
    enquiry_received = "enquiry_received"
    mail_retried = "mail_retried"
    follow_asked = "follow_asked"
    follow_confirmed = "follow_confirmed"
    follow_changed = "follow_changed"
    follow_ended = "follow_ended"
    search_found = "search_found"
    content_version_changed = "content_version_changed"
    content_version_published = "content_version_published"
    content_version_withdrawn = "content_version_withdrawn"


# What the public timeline of a consultation may show; everything else is for the audit trail only.
PUBLIC = frozenset(
    {
        EventName.consultation_announced,
        EventName.consultation_cancelled,
        EventName.consultation_ended,
        EventName.closing_moved,
        EventName.correction_announced,
        EventName.meeting_cancelled,
        EventName.notes_published,
        EventName.fact_check_opened,
        EventName.summary_published,
        EventName.summary_corrected,
        EventName.feedback_published,
        EventName.progress_added,
        EventName.decision_linked,
        EventName.continuation_decided,
        EventName.content_version_published,
    }
)

# Never fanned out, so that not even the number of waiting events tells that somebody has begun to write (PRACTICE.md 20).
SILENT = frozenset({EventName.draft_created})


_after: dict[str, list[Callable[[Event], None]]] = {}


def after(*names: EventName) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Have a function called with each such event in the transaction that records it: for what is counted, and must agree at once."""

    def decorate(do: Callable[[Event], None]) -> Callable[[Event], None]:
        for name in names:
            if do not in _after.setdefault(name.value, []):
                _after[name.value].append(do)
        return do

    return decorate


class Actor(Protocol):
    """Whoever does something: a signed-in user. None where the holder of a personal link or the clock acts."""

    @property
    def id(self) -> Any: ...


class Event(Appended, Base):
    """Something that happened. Never changed, never deleted."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    # Whose it is: bare ids, since the kernel knows no domain.
    municipality_id: Mapped[int | None] = mapped_column(index=True)
    authority_id: Mapped[int | None] = mapped_column(index=True)
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    consultation_id: Mapped[int | None] = mapped_column(index=True)
    subject_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class Delivery(Base):
    """That an event is still to be fanned out; its row goes away when it has been."""

    __tablename__ = "event_delivery"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), primary_key=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)


_TOLD = sa.insert(Event.__table__).returning(Event.id)  # type: ignore[arg-type]
_DELIVERED = sa.insert(Delivery.__table__)  # type: ignore[arg-type]


def record(
    name: EventName,
    *,
    at: datetime,
    actor: Actor | None = None,
    subject_id: int | None = None,
    municipality_id: int | None = None,
    authority_id: int | None = None,
    organisation_id: int | None = None,
    consultation_id: int | None = None,
    **data: int | str | bool | None,
) -> Event:
    """Append an event and its delivery (unless it is silent) to the present transaction. `data` holds ids and codes only."""
    told: dict[str, Any] = {
        "name": name.value,
        "at": at,
        "actor_id": actor.id if actor else None,
        "subject_id": subject_id,
        "municipality_id": municipality_id,
        "authority_id": authority_id,
        "organisation_id": organisation_id,
        "consultation_id": consultation_id,
        "data": data,
    }
    db.session.flush()
    event = Event(**told, id=db.session.execute(_TOLD, told).scalar_one())  # never added: only told of
    if name not in SILENT:
        db.session.execute(_DELIVERED, {"event_id": event.id, "attempts": 0})
    for do in _after.get(event.name, ()):
        do(event)
    return event


def record_many(
    name: EventName, each: Sequence[dict[str, int | None]], *, at: datetime, actor: Actor | None = None, **whose: int | None
) -> None:
    """The same for many things at once, in a few statements however many they are: thousands of invitations in one request.

    Args:
        each: subject_id and organisation_id of every one.
        whose: what they have in common: municipality_id, authority_id, consultation_id.
    """
    if not each:
        return
    common: dict[str, Any] = {"name": name.value, "at": at, "actor_id": actor.id if actor else None, "data": {}, **whose}
    made = db.session.scalars(sa.insert(Event).returning(Event.id), [{**common, **one} for one in each]).all()
    if name not in SILENT:
        db.session.execute(sa.insert(Delivery), [{"event_id": event_id, "attempts": 0} for event_id in made])
    for do in _after.get(name.value, ()):
        for one in each:
            do(Event(**common, **one))  # never added: only told of
