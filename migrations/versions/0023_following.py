"""Both judge the process; what a consultation leads to; dialogues that come back."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "evaluation_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "round",
            sa.Enum("feedback", "year", name="evaluationround", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_evaluation_seat_one_seat")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_evaluation_seat_consultation_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_seat_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_evaluation_seat_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_seat")),
        sa.UniqueConstraint(
            "consultation_id", "round", "organisation_id", name=op.f("uq_evaluation_seat_consultation_id_round_organisation_id")
        ),
        sa.UniqueConstraint("consultation_id", "round", "user_id", name=op.f("uq_evaluation_seat_consultation_id_round_user_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_evaluation_seat_reference")),
    )
    op.create_index(op.f("ix_evaluation_seat_organisation_id"), "evaluation_seat", ["organisation_id"])
    op.create_index(op.f("ix_evaluation_seat_user_id"), "evaluation_seat", ["user_id"])
    op.create_table(
        "evaluation_reply",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "round",
            sa.Enum("feedback", "year", name="evaluationround", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("official", "organisation", name="evaluationside", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("q1", sa.Integer(), nullable=True),
        sa.Column("q2", sa.Integer(), nullable=True),
        sa.Column("q3", sa.Integer(), nullable=True),
        sa.Column("q4", sa.Integer(), nullable=True),
        sa.Column("q5", sa.Integer(), nullable=True),
        sa.Column("q6", sa.Integer(), nullable=True),
        sa.Column("q7", sa.Integer(), nullable=True),
        sa.Column("q8", sa.Integer(), nullable=True),
        sa.CheckConstraint("q1 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q1")),
        sa.CheckConstraint("q2 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q2")),
        sa.CheckConstraint("q3 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q3")),
        sa.CheckConstraint("q4 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q4")),
        sa.CheckConstraint("q5 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q5")),
        sa.CheckConstraint("q6 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q6")),
        sa.CheckConstraint("q7 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q7")),
        sa.CheckConstraint("q8 BETWEEN 1 AND 5", name=op.f("ck_evaluation_reply_q8")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_evaluation_reply_consultation_id")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_evaluation_reply")),
    )
    op.create_index("ix_evaluation_reply_consultation", "evaluation_reply", ["consultation_id", "round", "side"])
    op.create_table(
        "recurring_dialogue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("about", sa.String(length=500), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("title <> ''", name=op.f("ck_recurring_dialogue_title")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_recurring_dialogue_authority_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_recurring_dialogue_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_dialogue")),
        sa.UniqueConstraint("reference", name=op.f("uq_recurring_dialogue_reference")),
    )
    op.create_index(op.f("ix_recurring_dialogue_municipality_id"), "recurring_dialogue", ["municipality_id"])
    op.create_table(
        "dialogue_group",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("target_group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dialogue_id"], ["recurring_dialogue.id"], name=op.f("fk_dialogue_group_dialogue_id")),
        sa.ForeignKeyConstraint(["target_group_id"], ["target_group.id"], name=op.f("fk_dialogue_group_target_group_id")),
        sa.PrimaryKeyConstraint("dialogue_id", "target_group_id", name=op.f("pk_dialogue_group")),
    )
    op.create_table(
        "continuation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "consultation",
                "agreement",
                "partnership",
                "dialogue",
                name="continuationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("next_id", sa.Integer(), nullable=True),
        sa.Column("dialogue_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("next_id IS NULL OR kind = 'consultation'", name=op.f("ck_continuation_next_is_a_consultation")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_continuation_text")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_continuation_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_continuation_consultation_id")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["recurring_dialogue.id"], name=op.f("fk_continuation_dialogue_id")),
        sa.ForeignKeyConstraint(["next_id"], ["consultation.id"], name=op.f("fk_continuation_next_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_continuation")),
    )
    op.create_index(op.f("ix_continuation_consultation_id"), "continuation", ["consultation_id"])
    op.create_index(op.f("ix_continuation_dialogue_id"), "continuation", ["dialogue_id"])
    op.create_index(op.f("ix_continuation_next_id"), "continuation", ["next_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
