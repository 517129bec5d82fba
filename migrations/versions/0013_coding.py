"""Points and themes keep their history; answers and themes are assigned; who has read what."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    add("theme", "parent_id INTEGER CONSTRAINT fk_theme_parent_id REFERENCES theme (id)")
    op.create_index(op.f("ix_theme_parent_id"), "theme", ["parent_id"])
    op.add_column("theme", sa.Column("description", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("point", sa.Column("note", sa.String(length=500), nullable=False, server_default=""))
    op.create_index(op.f("ix_point_carried_from_id"), "point", ["carried_from_id"])
    op.create_table(
        "theme_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "added",
                "renamed",
                "merged",
                "split_off",
                "moved",
                "removed",
                name="themechangekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("other", sa.String(length=120), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_theme_change_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_theme_change_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_change")),
    )
    op.create_index(op.f("ix_theme_change_consultation_id"), "theme_change", ["consultation_id"])
    op.create_table(
        "point_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "taken_up",
                "narrowed",
                "split_off",
                "merged",
                "carried",
                "sorted",
                "set_aside",
                "taken_back",
                "removed",
                name="pointchangekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("other", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_point_change_answer_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_point_change_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_point_change_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_change")),
    )
    op.create_index("ix_point_change_number", "point_change", ["consultation_id", "number"])
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer_id IS NULL) <> (theme_id IS NULL)", name=op.f("ck_assignment_one_target")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_assignment_answer_id")),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["user.id"], name=op.f("fk_assignment_assigned_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_assignment_consultation_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_assignment_theme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_assignment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_assignment_answer_id")),
        sa.UniqueConstraint("theme_id", name=op.f("uq_assignment_theme_id")),
    )
    op.create_index(op.f("ix_assignment_consultation_id"), "assignment", ["consultation_id"])
    op.create_index(op.f("ix_assignment_user_id"), "assignment", ["user_id"])
    op.create_table(
        "reading",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_reading_answer_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reading_user_id")),
        sa.PrimaryKeyConstraint("answer_id", "user_id", name=op.f("pk_reading")),
    )


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
