"""Units and functions that end have an heir; who is told of what is long overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    for table in ("unit", "function"):
        op.add_column(table, sa.Column("ended_on", sa.Date()))
        add(table, f"heir_id INTEGER CONSTRAINT fk_{table}_heir_id REFERENCES {table} (id)")
        op.create_index(op.f(f"ix_{table}_heir_id"), table, ["heir_id"])
    op.add_column("unit", sa.Column("head_email", sa.String(length=254), nullable=False, server_default=""))
    op.add_column("function", sa.Column("deputy_email", sa.String(length=254), nullable=False, server_default=""))


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
