"""The text of a summary: sections, minorities, who writes in it, its versions, and the editions that are published."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "finding_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_version_finding_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["saved_by_id"], ["user.id"], name=op.f("fk_finding_version_saved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_version")),
        sa.UniqueConstraint("finding_id", "number", name=op.f("uq_finding_version_finding_id_number")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_short", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_edition_corrected_has_reason")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name=op.f("fk_edition_published_by_id")),
        sa.ForeignKeyConstraint(["summary_id"], ["summary.id"], name=op.f("fk_edition_summary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("summary_id", "number", name=op.f("uq_edition_summary_id_number")),
    )
    op.create_table(
        "edition_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=120), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("minority", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_finding_edition_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_edition_finding_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_finding")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_edition_finding_edition_id_number")),
    )
    op.create_index(op.f("ix_edition_finding_finding_id"), "edition_finding", ["finding_id"])
    op.add_column("finding", sa.Column("section", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("finding", sa.Column("minority", sa.Boolean(), nullable=False, server_default=sa.false()))
    add("finding", 'locked_by_id INTEGER CONSTRAINT fk_finding_locked_by_id REFERENCES "user" (id)')
    op.add_column("finding", sa.Column("locked_at", UTCDateTime()))
    _first_editions()


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _first_editions() -> None:
    """What is published already is its first edition."""
    op.execute(
        "INSERT INTO edition (summary_id, number, in_short, reason, published_at, published_by_id) "
        "SELECT id, 1, in_short, '', published_at, published_by_id FROM summary WHERE published_at IS NOT NULL"
    )
    op.execute(
        "INSERT INTO edition_finding (edition_id, finding_id, number, section, heading, body, minority) "
        "SELECT edition.id, finding.id, finding.number, finding.section, finding.heading, finding.body, finding.minority "
        "FROM finding JOIN edition ON edition.summary_id = finding.summary_id"
    )
