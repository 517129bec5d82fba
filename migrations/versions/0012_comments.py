"""Comments, always reviewed; masks lie over them, and over notes of meetings."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    _mask_kinds()
    add(
        "consultation",
        "comments_rule VARCHAR(40) NOT NULL DEFAULT 'none' CONSTRAINT ck_consultation_commentsrule CHECK (comments_rule IN ('none', 'open', 'after_closing'))",
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submission_key", sa.String(length=40), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("waiting", "published", "hidden", name="commentstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "personal_data",
                "hate_or_threat",
                "unlawful",
                "off_topic",
                "commercial",
                "personal_attack",
                name="moderationground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reviewed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("state <> 'hidden' OR ground IS NOT NULL", name=op.f("ck_comment_hidden_has_ground")),
        sa.CheckConstraint("state = 'waiting' OR reviewed_at IS NOT NULL", name=op.f("ck_comment_reviewed")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_comment_text")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_comment_answer_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_comment_consultation_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_comment_organisation_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_comment_question_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user.id"], name=op.f("fk_comment_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("reference", name=op.f("uq_comment_reference")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_comment_submission_key")),
    )
    op.create_index("ix_comment_answer", "comment", ["answer_id", "state"])
    op.create_index("ix_comment_consultation", "comment", ["consultation_id", "state"])
    op.create_index(op.f("ix_comment_organisation_id"), "comment", ["organisation_id"])
    op.create_index(op.f("ix_comment_parent_id"), "comment", ["parent_id"])
    op.create_index("ix_comment_question", "comment", ["question_id", "state"])
    op.create_table(
        "comment_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "published", "hidden", name="commentstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "personal_data",
                "hate_or_threat",
                "unlawful",
                "off_topic",
                "commercial",
                "personal_attack",
                name="moderationground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state <> 'hidden' OR ground IS NOT NULL", name=op.f("ck_comment_decision_hidden_has_ground")),
        sa.CheckConstraint("state <> 'waiting'", name=op.f("ck_comment_decision_decided")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_decision_comment_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_comment_decision_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_decision")),
    )
    op.create_index(op.f("ix_comment_decision_comment_id"), "comment_decision", ["comment_id"])
    op.create_table(
        "comment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "personal_data",
                "hate_or_threat",
                "unlawful",
                "off_topic",
                "commercial",
                "personal_attack",
                name="moderationground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("reported_at", UTCDateTime(), nullable=False),
        sa.Column("handled_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_report_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_report")),
    )
    op.create_index(op.f("ix_comment_report_comment_id"), "comment_report", ["comment_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


KINDS = (
    "answer", "dissent", "role", "reservation", "party_reservation", "member_question", "finding", "finding_heading", "in_short", "set_aside", "response", "notes", "comment", "progress",
)  # fmt: skip


def _mask_kinds() -> None:
    """Masks lie over two more kinds of text. SQLite changes no constraint, so the table is made anew and filled."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_mask_textkind"), "mask", type_="check")
        op.create_check_constraint(op.f("ck_mask_textkind"), "mask", sa.text(f"kind IN ({kinds})"))
        return
    made = op.get_bind().exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'mask'").scalar_one()
    before, check, after = made.partition("CONSTRAINT ck_mask_textkind CHECK (kind IN (")
    assert check, made
    op.drop_index("ix_mask_text", "mask")
    op.execute("ALTER TABLE mask RENAME TO mask_before")
    op.execute(before + check + kinds + "))" + after.partition("))")[2])
    op.execute("INSERT INTO mask SELECT * FROM mask_before")
    op.execute("DROP TABLE mask_before")
    op.create_index("ix_mask_text", "mask", ["kind", "text_id"])
