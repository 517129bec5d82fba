"""Meetings: registration, attendance, notes and their corrections; what was said there stands beside what is written."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column(
            "form",
            sa.Enum("on_site", "digital", "hybrid", name="meetingform", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("register_until", UTCDateTime(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("place_for_registered", sa.Boolean(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("seats_each", sa.Integer(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name=op.f("ck_meeting_cancelled_has_reason")),
        sa.CheckConstraint("form = 'digital' OR place <> ''", name=op.f("ck_meeting_has_place")),
        sa.CheckConstraint("form = 'on_site' OR link <> ''", name=op.f("ck_meeting_has_link")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_ends_after_start")),
        sa.CheckConstraint("register_until <= starts_at", name=op.f("ck_meeting_register_before_start")),
        sa.CheckConstraint("seats IS NULL OR seats > 0", name=op.f("ck_meeting_seats")),
        sa.CheckConstraint("seats_each > 0", name=op.f("ck_meeting_seats_each")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_meeting_consultation_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_meeting_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_meeting_consultation_id_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_meeting_reference")),
    )
    op.create_index(op.f("ix_meeting_starts_at"), "meeting", ["starts_at"])
    op.create_table(
        "meeting_group",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("target_group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_group_meeting_id")),
        sa.ForeignKeyConstraint(["target_group_id"], ["target_group.id"], name=op.f("fk_meeting_group_target_group_id")),
        sa.PrimaryKeyConstraint("meeting_id", "target_group_id", name=op.f("pk_meeting_group")),
    )
    op.create_index(op.f("ix_meeting_group_target_group_id"), "meeting_group", ["target_group_id"])
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("digital", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("registered", "waiting", "cancelled", name="registrationstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("queued_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_registration_people")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_registration_meeting_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_registration_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("meeting_id", "organisation_id", name=op.f("uq_registration_meeting_id_organisation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_registration_reference")),
    )
    op.create_index(op.f("ix_registration_organisation_id"), "registration", ["organisation_id"])
    op.create_table(
        "access_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_access_need_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_need")),
    )
    op.create_index(op.f("ix_access_need_meeting_id"), "access_need", ["meeting_id"])
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_attendance_people")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_attendance_organisation_id")),
        sa.PrimaryKeyConstraint("meeting_id", "organisation_id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_organisation_id"), "attendance", ["organisation_id"])
    op.create_table(
        "meeting_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shared_body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shared_at", UTCDateTime(), nullable=True),
        sa.Column("corrections_until", UTCDateTime(), nullable=True),
        sa.Column("final_at", UTCDateTime(), nullable=True),
        sa.Column("final_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(shared_at IS NULL) = (corrections_until IS NULL)", name=op.f("ck_meeting_notes_round_has_end")),
        sa.CheckConstraint("final_at IS NULL OR shared_at IS NOT NULL", name=op.f("ck_meeting_notes_final_after_round")),
        sa.ForeignKeyConstraint(["final_by_id"], ["user.id"], name=op.f("fk_meeting_notes_final_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_notes_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_notes")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_meeting_notes_meeting_id")),
    )
    op.create_table(
        "notes_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("notes_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("accepted IS NULL OR accepted OR answer <> ''", name=op.f("ck_notes_correction_refused_has_answer")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_notes_correction_text")),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_notes_correction_answered")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_notes_correction_answered_by_id")),
        sa.ForeignKeyConstraint(["notes_id"], ["meeting_notes.id"], name=op.f("fk_notes_correction_notes_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_notes_correction_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes_correction")),
        sa.UniqueConstraint("reference", name=op.f("uq_notes_correction_reference")),
    )
    op.create_index(op.f("ix_notes_correction_notes_id"), "notes_correction", ["notes_id"])
    op.create_index(op.f("ix_notes_correction_organisation_id"), "notes_correction", ["organisation_id"])
    add("position_version", "meeting_id INTEGER CONSTRAINT fk_position_version_meeting_id REFERENCES meeting (id)")
    op.create_index(op.f("ix_position_version_meeting_id"), "position_version", ["meeting_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
