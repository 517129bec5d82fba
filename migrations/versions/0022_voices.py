"""What an organisation says of itself is kept as it changes; answers brought along from elsewhere."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "profile_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("added_value", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_profile_version_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_profile_version_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_version")),
    )
    op.create_index(op.f("ix_profile_version_organisation_id"), "profile_version", ["organisation_id"])
    op.create_table(
        "imported_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("municipality", sa.String(length=160), nullable=False),
        sa.Column("authority", sa.String(length=160), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("receipt_number", sa.String(length=40), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("digest_holds", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["imported_by_id"], ["user.id"], name=op.f("fk_imported_position_imported_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_imported_position_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_position")),
        sa.UniqueConstraint(
            "organisation_id", "source", "receipt_number", name=op.f("uq_imported_position_organisation_id_source_receipt_number")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_imported_position_reference")),
    )
    op.create_index(op.f("ix_imported_position_organisation_id"), "imported_position", ["organisation_id"])
    _first_versions()


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def _first_versions() -> None:
    """What organisations say of themselves today is the first that is kept."""
    op.execute(
        "INSERT INTO profile_version (organisation_id, description, added_value, at) "
        "SELECT id, description, added_value, created_at FROM organisation WHERE description <> '' OR added_value <> ''"
    )
