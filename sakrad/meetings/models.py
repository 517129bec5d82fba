"""Meetings of a consultation: registration, what people need, who came, and the notes with their correction round."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code
from sakrad.directory.models import Organisation, TargetGroup


class MeetingForm(enum.StrEnum):
    """How one takes part."""

    on_site = "on_site"
    digital = "digital"
    hybrid = "hybrid"


class RegistrationState(enum.StrEnum):
    registered = "registered"
    waiting = "waiting"
    cancelled = "cancelled"


meeting_group = sa.Table(
    "meeting_group",
    Base.metadata,
    sa.Column("meeting_id", sa.ForeignKey("meeting.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True, index=True),
)


class Meeting(Base):
    """A meeting. Several per consultation, for different groups; seen by readers once the consultation is announced."""

    __tablename__ = "meeting"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "number"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("register_until <= starts_at", name="register_before_start"),
        sa.CheckConstraint("seats IS NULL OR seats > 0", name="seats"),
        sa.CheckConstraint("seats_each > 0", name="seats_each"),
        sa.CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name="cancelled_has_reason"),
        sa.CheckConstraint("form = 'digital' OR place <> ''", name="has_place"),
        sa.CheckConstraint("form = 'on_site' OR link <> ''", name="has_link"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]  # its name within the consultation, and its address
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # the UID of its calendar entry
    version: Mapped[int] = mapped_column(default=1)  # SEQUENCE of the calendar entry, and the form's optimistic lock
    title: Mapped[str] = mapped_column(sa.String(160))
    form: Mapped[MeetingForm] = mapped_column(code(MeetingForm), default=MeetingForm.on_site)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    register_until: Mapped[datetime] = mapped_column(UTCDateTime)  # exclusive
    place: Mapped[str] = mapped_column(sa.String(300), default="")
    place_for_registered: Mapped[bool] = mapped_column(default=False)  # told to the registered only (PRACTICE.md 8)
    link: Mapped[str] = mapped_column(sa.String(500), default="")  # of the digital room: always for the registered only
    seats: Mapped[int | None]  # in all; None: as many as come
    seats_each: Mapped[int] = mapped_column(default=2)  # per organisation
    agenda: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    access: Mapped[str] = mapped_column(sa.Text, default="")  # what there is: hörslinga, ramp, tolk
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # what is said of it: DTSTAMP of the calendar entry
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")

    consultation: Mapped[Consultation] = relationship()
    groups: Mapped[list[TargetGroup]] = relationship(secondary=meeting_group, order_by="TargetGroup.name")
    registrations: Mapped[list[Registration]] = relationship(back_populates="meeting", order_by="Registration.id")
    notes: Mapped[Notes | None] = relationship(back_populates="meeting")


class Registration(Base):
    """That an organisation comes, with how many, or waits for a place. Persons are not named (PRACTICE.md 8)."""

    __tablename__ = "registration"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "organisation_id"),
        sa.CheckConstraint("people > 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    people: Mapped[int] = mapped_column(default=1)
    digital: Mapped[bool] = mapped_column(default=False)  # takes part by the link
    state: Mapped[RegistrationState] = mapped_column(code(RegistrationState), default=RegistrationState.registered)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)  # its place in the queue
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    meeting: Mapped[Meeting] = relationship(back_populates="registrations")
    organisation: Mapped[Organisation] = relationship()


class AccessNeed(Base):
    """What somebody needs in order to take part: not tied to any organisation or person, deleted the day after the meeting."""

    __tablename__ = "access_need"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(300))


class Attendance(Base):
    """How many came from an organisation."""

    __tablename__ = "attendance"
    __table_args__ = (sa.CheckConstraint("people > 0", name="people"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True, index=True)
    people: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class Notes(Base):
    """Mötesanteckningar: written, sent to those who came for corrections (rättelser), then final and published."""

    __tablename__ = "meeting_notes"
    __table_args__ = (
        sa.CheckConstraint("(shared_at IS NULL) = (corrections_until IS NULL)", name="round_has_end"),
        sa.CheckConstraint("final_at IS NULL OR shared_at IS NOT NULL", name="final_after_round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), unique=True)
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    shared_body: Mapped[str] = mapped_column(sa.Text, default="")  # as it was sent out for corrections
    version: Mapped[int] = mapped_column(default=1)
    shared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrections_until: Mapped[datetime | None] = mapped_column(UTCDateTime)  # exclusive
    final_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    final_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    meeting: Mapped[Meeting] = relationship(back_populates="notes")
    corrections: Mapped[list[NotesCorrection]] = relationship(back_populates="notes", order_by="NotesCorrection.id")


class NotesCorrection(Base):
    """A correction that an organisation asks for; each is answered before the notes are final. A received document."""

    __tablename__ = "notes_correction"
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered"),
        sa.CheckConstraint("accepted IS NULL OR accepted OR answer <> ''", name="refused_has_answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    notes_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_notes.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    notes: Mapped[Notes] = relationship(back_populates="corrections")
    organisation: Mapped[Organisation] = relationship()
