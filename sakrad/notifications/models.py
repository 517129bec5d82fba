"""Who is told what, and the mails that tell it. Unique per event and recipient; sent once, but for one in flight at a crash."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code


class MailState(enum.StrEnum):
    waiting = "waiting"
    sending = "sending"
    sent = "sent"
    dead = "dead"


class MailKind(enum.StrEnum):
    """Which mail: its words lie in templates/email/<kind>/, what they are given is made in contents."""

    confirm_address = "confirm_address"
    address_known = "address_known"
    reset_password = "reset_password"  # noqa: S105
    join_invitation = "join_invitation"
    new_address = "new_address"
    address_changing = "address_changing"
    invitation = "invitation"
    receipt = "receipt"
    received_for_registrar = "received_for_registrar"
    position_disowned = "position_disowned"
    summary_published = "summary_published"
    feedback_published = "feedback_published"
    progress_added = "progress_added"
    closing_moved = "closing_moved"
    consultation_cancelled = "consultation_cancelled"
    enquiry_receipt = "enquiry_receipt"
    enquiry_for_mailbox = "enquiry_for_mailbox"
    draft_mention = "draft_mention"
    draft_to_approve = "draft_to_approve"
    draft_decided = "draft_decided"
    approval_rule_changed = "approval_rule_changed"
    party_asked = "party_asked"
    party_answered = "party_answered"
    position_withdrawn = "position_withdrawn"
    position_ratified = "position_ratified"
    read_back = "read_back"
    still_right = "still_right"
    organisations_merged = "organisations_merged"
    invitation_reminder = "invitation_reminder"
    preview_asked = "preview_asked"
    preview_decided = "preview_decided"
    participation_begun = "participation_begun"
    participation_asked = "participation_asked"
    participation_answered = "participation_answered"
    correction_announced = "correction_announced"
    meeting_planned = "meeting_planned"
    meeting_registered = "meeting_registered"
    meeting_changed = "meeting_changed"
    meeting_cancelled = "meeting_cancelled"
    notes_shared = "notes_shared"
    notes_correction_received = "notes_correction_received"
    notes_published = "notes_published"
    comment_received = "comment_received"
    comment_reviewed = "comment_reviewed"
    comment_reported = "comment_reported"
    work_assigned = "work_assigned"
    confirmation_asked = "confirmation_asked"
    confirmation_reminder = "confirmation_reminder"
    confirmation_received = "confirmation_received"
    confirmation_answered = "confirmation_answered"
    disclosure_asked = "disclosure_asked"
    summary_corrected = "summary_corrected"
    answer_assigned = "answer_assigned"
    response_review_asked = "response_review_asked"
    response_reviewed = "response_reviewed"
    feedback_overdue = "feedback_overdue"
    commitment_overdue = "commitment_overdue"
    follow_up_asked = "follow_up_asked"
    pledge_asked = "pledge_asked"
    pledge_answered = "pledge_answered"
    pledge_progress_added = "pledge_progress_added"
    verdict_asked = "verdict_asked"
    verdict_given = "verdict_given"
    evaluation_asked = "evaluation_asked"
    continuation_decided = "continuation_decided"
    confirm_follow = "confirm_follow"
    news = "news"


# Public news, and what is late: what the same address is to be told in the same round is gathered into one mail. All else is one each.
GATHERED = frozenset(
    {
        MailKind.summary_published,
        MailKind.summary_corrected,
        MailKind.feedback_published,
        MailKind.verdict_asked,
        MailKind.progress_added,
        MailKind.closing_moved,
        MailKind.correction_announced,
        MailKind.continuation_decided,
        MailKind.commitment_overdue,
        MailKind.follow_up_asked,
        MailKind.news,
    }
)


class Rhythm(enum.StrEnum):
    """How often somebody wants to be told."""

    at_once = "at_once"
    daily = "daily"
    weekly = "weekly"


class FollowKind(enum.StrEnum):
    """What can be followed."""

    consultation = "consultation"
    organisation = "organisation"
    group = "group"
    subject = "subject"
    municipality = "municipality"
    search = "search"


class Mail(Base):
    """One mail to one address. Body and subject are made when it is sent, from the notifications that it gathers."""

    __tablename__ = "mail"
    __table_args__ = (sa.Index("ix_mail_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)  # made from recipient and what it gathers
    recipient: Mapped[str] = mapped_column(sa.String(254))
    state: Mapped[MailState] = mapped_column(code(MailState), default=MailState.waiting)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_code: Mapped[int | None]  # SMTP's, never its words
    last_error: Mapped[str] = mapped_column(sa.String(60), default="")  # the exception's class, never its words
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # none though its state is sent: nothing was left to tell
    bounced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # it came back: refused at once, or a report that came later

    notifications: Mapped[list[Notification]] = relationship(back_populates="mail", order_by="Notification.id")


class Notification(Base):
    """That an address is to be told of an event, once.

    The kind is in the key: one address may hold two parts (a board member who is also the registrar), and loses neither.
    """

    __tablename__ = "notification"
    __table_args__ = (sa.UniqueConstraint("event_id", "recipient", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    recipient: Mapped[str] = mapped_column(sa.String(254), index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))  # a MailKind; unchecked, so that a new mail needs no migration
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"), index=True)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of what is gathered into a digest: not before; None: at once

    mail: Mapped[Mail | None] = relationship(back_populates="notifications")


class Heartbeat(Base):
    """When a worker last went its round; one row for all workers, read by /redo."""

    __tablename__ = "worker_heartbeat"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Subscriber(Base):
    """An address that follows something, with or without an account. One digest is made for all that it follows."""

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # the links in its mails are derived from it
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), unique=True)
    rhythm: Mapped[Rhythm] = mapped_column(code(Rhythm), default=Rhythm.daily)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    follows: Mapped[list[Follow]] = relationship(back_populates="subscriber", order_by="Follow.id")


class BarredAddress(Base):
    """An address that has said never again, without the address: a digest that only this installation can make."""

    __tablename__ = "barred_address"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    barred_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Follow(Base):
    """One thing that an address follows; nothing is sent before it has been confirmed, or after it has ended."""

    __tablename__ = "follow"
    __table_args__ = (
        sa.UniqueConstraint("subscriber_id", "kind", "target"),
        sa.Index("ix_follow_target", "kind", "target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    subscriber_id: Mapped[int] = mapped_column(sa.ForeignKey("subscriber.id"))
    kind: Mapped[FollowKind] = mapped_column(code(FollowKind))
    target: Mapped[str] = mapped_column(sa.String(400))  # the followed row's id as text; of a search its query string, parameters in order
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of a search: when it was last made

    subscriber: Mapped[Subscriber] = relationship(back_populates="follows")
