"""The search index: what is published, as readers see it, and the full-text tables of each database."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sakrad.core.db import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STEM = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
FULL_TEXT = {  # as core/search.py has them at this revision
    "sqlite": (
        "CREATE VIRTUAL TABLE search_fts USING fts5(title, words, facets, tokenize='ascii', prefix='4', detail=column)",
        "CREATE VIRTUAL TABLE search_fts_terms USING fts5vocab(search_fts, row)",
    ),
    "postgresql": (
        "CREATE TABLE search_vector (id INTEGER PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE, "
        "newest BIGINT NOT NULL, title TSVECTOR NOT NULL, words TSVECTOR NOT NULL, facets TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_vector_words ON search_vector USING gin (words, facets)",
        "CREATE INDEX ix_search_vector_newest ON search_vector (newest)",
    ),
}


def upgrade():
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.String(length=400), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("organisation_kind", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("groups", sa.String(length=400), nullable=False),
        sa.Column("subjects", sa.String(length=400), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("visible_from", UTCDateTime(), nullable=True),
        sa.Column("indexed_at", UTCDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_search_entry_key")),
    )
    for column in ("part", "kind", "consultation_id", "municipality_id", "organisation_id"):
        op.create_index(op.f(f"ix_search_entry_{column}"), "search_entry", [column])
    op.create_index("ix_search_entry_at", "search_entry", ["at", "id"])
    op.create_table(
        "search_word",
        sa.Column("stem", STEM, nullable=False),
        sa.Column("reversed", STEM, nullable=False),
        sa.Column("is_name", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("stem", name=op.f("pk_search_word")),
    )
    op.create_index(op.f("ix_search_word_reversed"), "search_word", ["reversed"])
    for statement in FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)
    _index_everything()


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def _index_everything() -> None:
    """The worker indexes what there is already in its next round."""
    job = sa.table(
        "job", *map(sa.column, ("kind", "key", "payload", "state", "attempts", "last_error")), sa.column("run_at", UTCDateTime())
    )
    values = {"kind": "reindex_search", "key": "reindex_search:first", "payload": "{}", "state": "waiting", "attempts": 0, "last_error": ""}
    op.execute(sa.insert(job).values(**values, run_at=datetime(2026, 1, 1, tzinfo=UTC)))
