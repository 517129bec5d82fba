"""Received answers: withdrawn, preliminary and confirmed, entered by staff, with attachments."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("position", sa.Column("withdrawn_at", UTCDateTime()))
    op.add_column("position_version", sa.Column("withdrawn_at", UTCDateTime()))
    op.add_column("position_version", sa.Column("left_out", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("position_version", sa.Column("party_names", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("position_version", sa.Column("confirm_by_on", sa.Date()))
    op.add_column("position_version", sa.Column("member_counts", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "position_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["stored_file.id"], name=op.f("fk_position_attachment_copy_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_position_attachment_file_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name=op.f("fk_position_attachment_published_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["position_version.id"], name=op.f("fk_position_attachment_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_attachment")),
        sa.UniqueConstraint("reference", name=op.f("uq_position_attachment_reference")),
    )
    op.create_index(op.f("ix_position_attachment_version_id"), "position_attachment", ["version_id"])
    op.create_table(
        "ratification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "anchoring",
            sa.Enum(
                "annual_meeting",
                "member_consultation",
                "board",
                "working_group",
                "official",
                "not_yet",
                name="anchoringlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decision_ref", sa.String(length=60), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_ratification_by_id")),
        sa.ForeignKeyConstraint(["version_id"], ["position_version.id"], name=op.f("fk_ratification_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratification")),
        sa.UniqueConstraint("version_id", name=op.f("uq_ratification_version_id")),
    )
    op.create_table(
        "transcription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("scan_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["corrects_id"], ["position_version.id"], name=op.f("fk_transcription_corrects_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_transcription_entered_by_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["stored_file.id"], name=op.f("fk_transcription_scan_id")),
        sa.ForeignKeyConstraint(["version_id"], ["position_version.id"], name=op.f("fk_transcription_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcription")),
        sa.UniqueConstraint("reference", name=op.f("uq_transcription_reference")),
        sa.UniqueConstraint("version_id", name=op.f("uq_transcription_version_id")),
    )


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
