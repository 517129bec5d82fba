"""The register of organisations: subjects, places, and what is imported."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("organisation", sa.Column("area", sa.String(length=80), nullable=False, server_default=""))
    add(
        "organisation",
        "postal_address VARCHAR(300) NOT NULL DEFAULT '' CONSTRAINT ck_organisation_protected_has_no_place "
        "CHECK (NOT protected OR (area = '' AND postal_address = ''))",
    )
    op.add_column("organisation", sa.Column("imported_at", UTCDateTime()))
    op.create_table(
        "organisation_subject",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_subject_organisation_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_organisation_subject_subject_id")),
        sa.PrimaryKeyConstraint("organisation_id", "subject_id", name=op.f("pk_organisation_subject")),
    )
    op.create_index(op.f("ix_organisation_subject_subject_id"), "organisation_subject", ["subject_id"])
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_register_import_created_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_register_import_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
        sa.UniqueConstraint("reference", name=op.f("uq_register_import_reference")),
    )
    op.create_index(op.f("ix_register_import_municipality_id"), "register_import", ["municipality_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
