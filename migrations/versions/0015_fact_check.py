"""Faktakontroll: rounds, who is asked, and what they reply."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():

    op.create_table(
        "fact_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("closes_at > opened_at", name=op.f("ck_fact_check_closes_after_opening")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_fact_check_consultation_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_fact_check_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_check")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_fact_check_consultation_id_number")),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("fact_check_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.String(length=160), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["fact_check_id"], ["fact_check.id"], name=op.f("fk_confirmation_fact_check_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_confirmation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("fact_check_id", "organisation_id", name=op.f("uq_confirmation_fact_check_id_organisation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_confirmation_reference")),
    )
    op.create_index(op.f("ix_confirmation_organisation_id"), "confirmation", ["organisation_id"])
    op.create_table(
        "confirmation_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("confirmation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("confirmed", "correction", "objection", name="replykind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("outdated_at", UTCDateTime(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("submission_key", sa.String(length=40), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("accepted IS NULL OR accepted OR answer <> ''", name=op.f("ck_confirmation_reply_refused_has_answer")),
        sa.CheckConstraint("kind = 'confirmed' OR text <> ''", name=op.f("ck_confirmation_reply_has_words")),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_confirmation_reply_answered")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_confirmation_reply_answered_by_id")),
        sa.ForeignKeyConstraint(["confirmation_id"], ["confirmation.id"], name=op.f("fk_confirmation_reply_confirmation_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_confirmation_reply_finding_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user.id"], name=op.f("fk_confirmation_reply_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_reply")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_confirmation_reply_submission_key")),
    )
    op.create_index(op.f("ix_confirmation_reply_confirmation_id"), "confirmation_reply", ["confirmation_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
