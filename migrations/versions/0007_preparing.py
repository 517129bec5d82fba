"""What leads an official: templates kept by municipalities, checklists, previews for approval."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("consultation", sa.Column("need", sa.Text(), nullable=False, server_default=""))
    op.add_column("consultation", sa.Column("use_of_views", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "consultation_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("origin", sa.String(length=160), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("shared_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_consultation_template_created_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_consultation_template_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_template")),
        sa.UniqueConstraint("reference", name=op.f("uq_consultation_template_reference")),
    )
    op.create_index(op.f("ix_consultation_template_municipality_id"), "consultation_template", ["municipality_id"])
    op.create_index(op.f("ix_consultation_template_shared_at"), "consultation_template", ["shared_at"])
    op.create_table(
        "checked_item",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user.id"], name=op.f("fk_checked_item_checked_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_checked_item_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "code", name=op.f("pk_checked_item")),
    )
    op.create_table(
        "preview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("function", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("approved IS NULL OR approved OR comment <> ''", name=op.f("ck_preview_change_is_said")),
        sa.CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name=op.f("ck_preview_decided")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_preview_asked_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_preview_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview")),
        sa.UniqueConstraint("reference", name=op.f("uq_preview_reference")),
    )
    op.create_index(op.f("ix_preview_consultation_id"), "preview", ["consultation_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
