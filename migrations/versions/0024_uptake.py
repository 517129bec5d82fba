"""Uptake, counted as it changes."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "uptake_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "association",
                "umbrella",
                "faith_community",
                "study_association",
                "foundation",
                "cooperative",
                "network",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "will_do",
                "partly",
                "already_done",
                "study",
                "wont_do",
                "not_ours",
                "input",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("contributors", sa.Integer(), nullable=False),
        sa.Column("shy_points", sa.Integer(), nullable=False),
        sa.Column("shy_contributors", sa.Integer(), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column(
            "telling",
            sa.Enum("alone", "summed", "hidden", name="telling", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.CheckConstraint("points > 0 AND contributors > 0", name=op.f("ck_uptake_cell_something")),
        sa.CheckConstraint("shy_points <= points AND shy_contributors <= contributors", name=op.f("ck_uptake_cell_shy_among_all")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_uptake_cell_consultation_id")),
        sa.ForeignKeyConstraint(["group_id"], ["target_group.id"], name=op.f("fk_uptake_cell_group_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_uptake_cell_municipality_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_uptake_cell_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uptake_cell")),
    )
    op.create_index(op.f("ix_uptake_cell_consultation_id"), "uptake_cell", ["consultation_id"])
    op.create_index("ix_uptake_cell_group", "uptake_cell", ["group_id", "year"])
    op.create_index("ix_uptake_cell_place", "uptake_cell", ["municipality_id", "year"])
    _count_anew()


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def _count_anew() -> None:
    """The worker counts what there is already in its next round."""
    job = sa.table(
        "job", *map(sa.column, ("kind", "key", "payload", "state", "attempts", "last_error")), sa.column("run_at", UTCDateTime())
    )
    values = {"kind": "compare_uptake", "key": "compare_uptake:first", "payload": "{}", "state": "waiting", "attempts": 0, "last_error": ""}
    op.execute(sa.insert(job).values(**values, run_at=datetime(2026, 1, 1, tzinfo=UTC)))
