"""The organisation's own rule for approval, its yearly check, its former names, and mergers of duplicates."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    add(
        "organisation",
        "approval_rule VARCHAR(40) NOT NULL DEFAULT 'one' CONSTRAINT ck_organisation_approvalrule CHECK (approval_rule IN ('one', 'two', 'board'))",
    )
    add(
        "organisation",
        "approvals_needed INTEGER NOT NULL DEFAULT 1 CONSTRAINT ck_organisation_approvals_needed CHECK ("
        "(approval_rule = 'one' AND approvals_needed = 1) OR (approval_rule = 'two' AND approvals_needed = 2) OR "
        "(approval_rule = 'board' AND approvals_needed BETWEEN 2 AND 20))",
    )
    op.add_column("organisation", sa.Column("asked_right_at", UTCDateTime()))
    op.add_column("organisation", sa.Column("right_at", UTCDateTime()))
    add("organisation", "heir_id INTEGER CONSTRAINT fk_organisation_heir_id REFERENCES organisation (id)")
    op.create_index(op.f("ix_organisation_heir_id"), "organisation", ["heir_id"])
    add("organisation", f"merged_at {moment()} CONSTRAINT ck_organisation_merged CHECK ((heir_id IS NULL) = (merged_at IS NULL))")
    op.add_column("user", sa.Column("new_email", sa.String(length=254)))
    op.create_table(
        "former_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_former_name_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index(op.f("ix_former_name_organisation_id"), "former_name", ["organisation_id"])
    op.create_table(
        "merger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("heir_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.Column("heir_accepted_at", UTCDateTime(), nullable=True),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_merger_by_id")),
        sa.ForeignKeyConstraint(["heir_id"], ["organisation.id"], name=op.f("fk_merger_heir_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_merger_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_merger_organisation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_merger_reference")),
    )
    op.create_index(op.f("ix_merger_heir_id"), "merger", ["heir_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def moment() -> str:
    return "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
