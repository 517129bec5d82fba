"""Own space: history, remarks, checklist, approvals, attachments."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("draft", sa.Column("mark", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("draft", sa.Column("approval_asked_at", UTCDateTime()))
    add("draft", 'approval_asked_by_id INTEGER CONSTRAINT fk_draft_approval_asked_by_id REFERENCES "user" (id)')
    op.add_column("draft", sa.Column("sealed_at", UTCDateTime()))
    op.add_column("draft", sa.Column("confirm_by_on", sa.Date()))
    op.add_column("draft", sa.Column("member_counts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("draft_answer", sa.Column("left_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("draft_answer", sa.Column("left_out_reason", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("draft_answer", sa.Column("mark", sa.String(length=40), nullable=False, server_default=""))
    op.create_table(
        "draft_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("tail", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_draft_revision_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_revision_draft_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_draft_revision_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_revision")),
    )
    op.create_index(op.f("ix_draft_revision_part"), "draft_revision", ["draft_id", "question_id", "number"])
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_remark_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_remark_draft_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_remark_question_id")),
        sa.ForeignKeyConstraint(["resolved_by_id"], ["user.id"], name=op.f("fk_remark_resolved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sa.UniqueConstraint("reference", name=op.f("uq_remark_reference")),
    )
    op.create_index(op.f("ix_remark_draft_id"), "remark", ["draft_id"])
    op.create_table(
        "remark_mention",
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["remark_id"], ["remark.id"], name=op.f("fk_remark_mention_remark_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_remark_mention_user_id")),
        sa.PrimaryKeyConstraint("remark_id", "user_id", name=op.f("pk_remark_mention")),
    )
    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["user.id"], name=op.f("fk_checklist_item_done_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_checklist_item_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("reference", name=op.f("uq_checklist_item_reference")),
    )
    op.create_index(op.f("ix_checklist_item_draft_id"), "checklist_item", ["draft_id"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("approved", "returned", name="approvaloutcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voided_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("outcome <> 'returned' OR reason <> ''", name=op.f("ck_approval_returned_has_reason")),
        sa.CheckConstraint("outcome IS NULL OR (decided_at IS NOT NULL AND digest IS NOT NULL)", name=op.f("ck_approval_decided")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_approval_asked_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_approval_draft_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_approval_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("reference", name=op.f("uq_approval_reference")),
    )
    op.create_index(op.f("ix_approval_draft_id"), "approval", ["draft_id"])
    op.create_table(
        "draft_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_draft_attachment_added_by_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["stored_file.id"], name=op.f("fk_draft_attachment_copy_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_attachment_draft_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_draft_attachment_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_attachment")),
        sa.UniqueConstraint("reference", name=op.f("uq_draft_attachment_reference")),
    )
    op.create_index(op.f("ix_draft_attachment_draft_id"), "draft_attachment", ["draft_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
