"""Announced corrections after the opening, and what the councils take up."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("question", sa.Column("withdrawn_at", UTCDateTime()))
    op.add_column("material", sa.Column("withdrawn_at", UTCDateTime()))
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("announced_at", UTCDateTime(), nullable=False),
        sa.Column("announced_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_correction_reason")),
        sa.ForeignKeyConstraint(["announced_by_id"], ["user.id"], name=op.f("fk_correction_announced_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_correction_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_correction_consultation_id_number")),
    )
    op.create_table(
        "correction_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("question_version", sa.Integer(), nullable=True),
        sa.Column("material_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk_correction_change_correction_id")),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_correction_change_material_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_correction_change_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_change")),
    )
    op.create_index(op.f("ix_correction_change_correction_id"), "correction_change", ["correction_id"])
    op.create_index(op.f("ix_correction_change_question_id"), "correction_change", ["question_id"])
    op.create_table(
        "council_hearing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.Column("paragraph", sa.String(length=40), nullable=False),
        sa.Column("minutes_url", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_council_hearing_consultation_id")),
        sa.ForeignKeyConstraint(["council_id"], ["council.id"], name=op.f("fk_council_hearing_council_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_hearing")),
        sa.UniqueConstraint(
            "consultation_id", "council_id", "heard_on", name=op.f("uq_council_hearing_consultation_id_council_id_heard_on")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_council_hearing_reference")),
    )
    op.create_index(op.f("ix_council_hearing_council_id"), "council_hearing", ["council_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
