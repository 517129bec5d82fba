"""One review for everything from outside, with its ground in law; requests to read what is not published."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    _mask_kinds()
    add(
        "review",
        "kind VARCHAR(40) NOT NULL DEFAULT 'position' CONSTRAINT ck_review_reviewkind CHECK (kind IN ('position', 'attachment', 'objection'))",
    )
    add(
        "review",
        "ground VARCHAR(40) CONSTRAINT ck_review_maskground "
        "CHECK (ground IN ('personal_data', 'sensitive', 'secrecy', 'third_party', 'unlawful'))",
    )
    op.add_column("position_attachment", sa.Column("masked_at", UTCDateTime()))
    op.create_table(
        "disclosure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("handled_at", UTCDateTime(), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "disclosed",
                "partly",
                "refused",
                "not_held",
                "recalled",
                name="disclosureoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_disclosure_request_handled")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_disclosure_request_consultation_id")),
        sa.ForeignKeyConstraint(["handled_by_id"], ["user.id"], name=op.f("fk_disclosure_request_handled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_disclosure_request_reference")),
    )
    op.create_index(op.f("ix_disclosure_request_consultation_id"), "disclosure_request", ["consultation_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")


def add(table: str, column: str) -> None:
    """Add a column with its own constraint: said as both databases understand it, since SQLite takes none afterwards."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


KINDS = (
    "answer", "dissent", "role", "reservation", "party_reservation", "member_question", "finding", "finding_heading", "in_short", "finding_section", "set_aside", "nothing", "edition_finding", "edition_heading", "edition_section", "edition_in_short", "edition_reason", "objection", "response", "notes", "comment", "progress",
)  # fmt: skip


def _mask_kinds() -> None:
    """Masks lie over more kinds of text. SQLite changes no constraint, so the table is made anew and filled."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_mask_textkind"), "mask", type_="check")
        op.create_check_constraint(op.f("ck_mask_textkind"), "mask", sa.text(f"kind IN ({kinds})"))
        return
    made = op.get_bind().exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'mask'").scalar_one()
    before, check, after = made.partition("CONSTRAINT ck_mask_textkind CHECK (kind IN (")
    assert check, made
    op.drop_index("ix_mask_text", "mask")
    op.execute("ALTER TABLE mask RENAME TO mask_before")
    op.execute(before + check + kinds + "))" + after.partition("))")[2])
    op.execute("INSERT INTO mask SELECT * FROM mask_before")
    op.execute("DROP TABLE mask_before")
    op.create_index("ix_mask_text", "mask", ["kind", "text_id"])
