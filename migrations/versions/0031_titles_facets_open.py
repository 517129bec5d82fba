"""Titles and questions of versions in other languages can be masked too; entries of the search hold what they can be chosen by;
the open consultations of a municipality are counted by an index of their own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXTS = (
    "answer", "dissent", "role", "reservation", "party_reservation", "member_question", "finding", "finding_heading", "in_short", "finding_section", "set_aside", "nothing", "edition_finding", "edition_heading", "edition_section", "edition_in_short", "edition_reason", "objection", "response", "notes", "comment", "progress", "file_says", "whose", "basis", "commitment", "how_seen", "pledge", "linked_decision", "verdict", "description", "added_value", "continuation", "content_version", "content_version_lead", "content_version_title", "content_version_questions",
)  # fmt: skip


def upgrade():
    _widen("mask", "textkind", TEXTS)
    op.add_column("search_entry", sa.Column("facets", sa.String(length=1000), nullable=True))
    where = sa.text(
        "announced_at IS NOT NULL AND cancelled_at IS NULL AND ended_at IS NULL AND feedback_published_at IS NULL AND summary_published_at IS NULL"
    )
    of = ["municipality_id", "closes_at", "opens_at"]
    op.create_index("ix_consultation_open", "consultation", of, sqlite_where=where, postgresql_where=where)


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def _widen(table: str, kind: str, kinds: tuple[str, ...]) -> None:
    """Rows may be about more kinds of text. SQLite changes no constraint, so the table is made anew and filled."""
    name, allowed = f"ck_{table}_{kind}", ", ".join(f"'{one}'" for one in kinds)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, sa.text(f"kind IN ({allowed})"))
        return
    drawn = sa.text("SELECT name, sql FROM sqlite_master WHERE type = :type AND tbl_name = :table AND sql IS NOT NULL")
    ((_name, made),) = op.get_bind().execute(drawn, {"type": "table", "table": table}).all()
    indexes = op.get_bind().execute(drawn, {"type": "index", "table": table}).all()
    before, check, after = made.partition(f"CONSTRAINT {name} CHECK (kind IN (")
    assert check, made
    for index, _sql in indexes:
        op.drop_index(index, table)
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(before + check + allowed + "))" + after.partition("))")[2])
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # noqa: S608 - our own two names
    op.execute(f"DROP TABLE {table}_before")
    for _index, sql in indexes:
        op.execute(sql)
