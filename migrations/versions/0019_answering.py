"""Answers are assigned, kept in versions, read by a colleague, published in parts; phrases that return."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("feedback_release", sa.Column("title", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("feedback_release", sa.Column("planned_on", sa.Date()))
    for name in ("written_by_id", "reviewer_id", "reviewed_by_id"):
        add("response", f'{name} INTEGER CONSTRAINT fk_response_{name} REFERENCES "user" (id)')
    for name in ("review_asked_at", "reviewed_at"):
        op.add_column("response", sa.Column(name, UTCDateTime()))
    op.add_column("response", sa.Column("reviewed_version", sa.Integer()))
    op.add_column("response", sa.Column("review_note", sa.String(length=500), nullable=False, server_default=""))
    op.add_column("response", sa.Column("changed_by_board", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "response_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "will_do",
                "partly",
                "already_done",
                "study",
                "wont_do",
                "not_ours",
                "input",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("study_until_on", sa.Date(), nullable=True),
        sa.Column("whose", sa.String(length=160), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("basis_on", sa.Date(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_response_version_by_id")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_response_version_response_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_version")),
        sa.UniqueConstraint("response_id", "number", name=op.f("uq_response_version_response_id_number")),
    )
    op.create_table(
        "answer_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(finding_id IS NULL) <> (point_id IS NULL)", name=op.f("ck_answer_task_one_target")),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["user.id"], name=op.f("fk_answer_task_assigned_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_answer_task_consultation_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_answer_task_finding_id")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_answer_task_point_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_answer_task_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_task")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_answer_task_finding_id")),
        sa.UniqueConstraint("point_id", name=op.f("uq_answer_task_point_id")),
    )
    op.create_index(op.f("ix_answer_task_consultation_id"), "answer_task", ["consultation_id"])
    op.create_index(op.f("ix_answer_task_unit_id"), "answer_task", ["unit_id"])
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "will_do",
                "partly",
                "already_done",
                "study",
                "wont_do",
                "not_ours",
                "input",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_phrase_text")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_phrase_authority_id")),
        sa.ForeignKeyConstraint(["kept_by_id"], ["user.id"], name=op.f("fk_phrase_kept_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.UniqueConstraint("reference", name=op.f("uq_phrase_reference")),
    )
    op.create_index(op.f("ix_phrase_authority_id"), "phrase", ["authority_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
