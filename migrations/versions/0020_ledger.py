"""The promise ledger: the organisations' own parts, proof, decisions that bear on it, verdicts."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    add(
        "commitment",
        "party VARCHAR(40) NOT NULL DEFAULT 'municipality' CONSTRAINT ck_commitment_commitmentparty "
        "CHECK (party IN ('municipality', 'organisation', 'joint'))",
    )
    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.String(length=160), nullable=False),
        sa.Column("part", sa.String(length=300), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("asked_words", sa.String(length=300), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("part <> ''", name=op.f("ck_pledge_part")),
        sa.CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name=op.f("ck_pledge_one_answer")),
        sa.CheckConstraint("withdrawn_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_pledge_withdrawn_after_confirming")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_pledge_commitment_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["user.id"], name=op.f("fk_pledge_confirmed_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_pledge_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("commitment_id", "organisation_id", name=op.f("uq_pledge_commitment_id_organisation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_pledge_reference")),
    )
    op.create_index(op.f("ix_pledge_commitment_id"), "pledge", ["commitment_id"])
    op.create_index(op.f("ix_pledge_organisation_id"), "pledge", ["organisation_id"])
    op.create_table(
        "linked_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(length=160), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("minutes_url", sa.String(length=500), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("body <> '' AND ref <> ''", name=op.f("ck_linked_decision_says_who_and_which")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_linked_decision_by_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_linked_decision_commitment_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_linked_decision_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_decision")),
    )
    op.create_index(op.f("ix_linked_decision_commitment_id"), "linked_decision", ["commitment_id"])
    op.create_index(op.f("ix_linked_decision_consultation_id"), "linked_decision", ["consultation_id"])
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.String(length=160), nullable=False),
        sa.Column(
            "value",
            sa.Enum("done", "partly", "not_done", name="verdictvalue", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_verdict_by_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_verdict_commitment_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_verdict_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("reference", name=op.f("uq_verdict_reference")),
    )
    op.create_index(op.f("ix_verdict_commitment_id"), "verdict", ["commitment_id"])
    op.create_index(op.f("ix_verdict_organisation_id"), "verdict", ["organisation_id"])
    add("progress", "pledge_id INTEGER CONSTRAINT fk_progress_pledge_id REFERENCES pledge (id)")
    op.create_index(op.f("ix_progress_pledge_id"), "progress", ["pledge_id"])
    add("progress", "file_id INTEGER CONSTRAINT fk_progress_file_id REFERENCES stored_file (id)")
    op.add_column("progress", sa.Column("file_name", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("progress", sa.Column("file_says", sa.String(length=300), nullable=False, server_default=""))


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
