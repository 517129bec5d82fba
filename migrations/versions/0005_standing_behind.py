"""Who stands behind: concurrences, joint answers, reservations."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    _mask_kinds()
    op.create_table(
        "draft_concurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("reservation", sa.Text(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_draft_concurrence_added_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_concurrence_draft_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_draft_concurrence_position_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_draft_concurrence_question_id")),
        sa.ForeignKeyConstraint(["target_id"], ["position_version.id"], name=op.f("fk_draft_concurrence_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_concurrence")),
        sa.UniqueConstraint("draft_id", "position_id", "question_id", name=op.f("uq_draft_concurrence_draft_id_position_id_question_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_draft_concurrence_reference")),
    )
    op.create_index(op.f("ix_draft_concurrence_draft_id"), "draft_concurrence", ["draft_id"])
    op.create_table(
        "concurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("reservation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_concurrence_position_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_concurrence_question_id")),
        sa.ForeignKeyConstraint(["target_id"], ["position_version.id"], name=op.f("fk_concurrence_target_id")),
        sa.ForeignKeyConstraint(["version_id"], ["position_version.id"], name=op.f("fk_concurrence_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concurrence")),
    )
    op.create_index(op.f("ix_concurrence_position_id"), "concurrence", ["position_id"])
    op.create_index(op.f("ix_concurrence_version_id"), "concurrence", ["version_id"])
    op.create_table(
        "draft_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_party_draft_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_draft_party_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_party")),
        sa.UniqueConstraint("draft_id", "email", name=op.f("uq_draft_party_draft_id_email")),
        sa.UniqueConstraint("reference", name=op.f("uq_draft_party_reference")),
    )
    op.create_index(op.f("ix_draft_party_draft_id"), "draft_party", ["draft_id"])
    op.create_table(
        "position_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("stated_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("confirmed_id", sa.Integer(), nullable=True),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("dropped_at", UTCDateTime(), nullable=True),
        sa.Column("passed_at", UTCDateTime(), nullable=True),
        sa.Column("passed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR (organisation_id IS NOT NULL AND confirmed_id IS NOT NULL)", name=op.f("ck_position_party_confirmed")
        ),
        sa.ForeignKeyConstraint(["confirmed_id"], ["position_version.id"], name=op.f("fk_position_party_confirmed_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_position_party_organisation_id")),
        sa.ForeignKeyConstraint(["passed_by_id"], ["user.id"], name=op.f("fk_position_party_passed_by_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_position_party_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_party")),
        sa.UniqueConstraint("position_id", "email", name=op.f("uq_position_party_position_id_email")),
        sa.UniqueConstraint("reference", name=op.f("uq_position_party_reference")),
    )
    op.create_index(op.f("ix_position_party_organisation_id"), "position_party", ["organisation_id"])
    op.create_table(
        "party_reservation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["position_party.id"], name=op.f("fk_party_reservation_party_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_party_reservation_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_reservation")),
    )
    op.create_index(op.f("ix_party_reservation_party_id"), "party_reservation", ["party_id"])
    op.create_table(
        "party_approval",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["position_party.id"], name=op.f("fk_party_approval_party_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_party_approval_user_id")),
        sa.ForeignKeyConstraint(["version_id"], ["position_version.id"], name=op.f("fk_party_approval_version_id")),
        sa.PrimaryKeyConstraint("party_id", "user_id", name=op.f("pk_party_approval")),
    )


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


KINDS = (
    "answer", "dissent", "role", "reservation", "party_reservation", "member_question", "finding", "finding_heading", "in_short", "set_aside", "response", "progress",
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
