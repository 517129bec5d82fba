"""Consultations and summaries in other languages and easy Swedish; their words can be masked."""

import sqlalchemy as sa
from alembic import op
from sakrad.core.db import UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TEXTS = (
    "answer", "dissent", "role", "reservation", "party_reservation", "member_question", "finding", "finding_heading", "in_short", "finding_section", "set_aside", "nothing", "edition_finding", "edition_heading", "edition_section", "edition_in_short", "edition_reason", "objection", "response", "notes", "comment", "progress", "file_says", "whose", "basis", "commitment", "how_seen", "pledge", "linked_decision", "verdict", "description", "added_value", "continuation", "content_version", "content_version_lead",
)  # fmt: skip


def upgrade():
    op.create_table(
        "content_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "about",
            sa.Enum("consultation", "summary", name="contentabout", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum(
                "easy",
                "english",
                "finnish",
                "meankieli",
                "northern_sami",
                "lule_sami",
                "southern_sami",
                "romani",
                "yiddish",
                "arabic",
                "somali",
                "persian",
                "tigrinya",
                "ukrainian",
                "polish",
                "turkish",
                "spanish",
                "sign_language",
                name="contentlanguage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("lead", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=160), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_content_version_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
        sa.UniqueConstraint("consultation_id", "about", "language", name=op.f("uq_content_version_consultation_id_about_language")),
    )
    _widen("mask", "textkind", TEXTS)


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
