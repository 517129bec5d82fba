"""Whom one asks: requests to take part, reminders, letters, and mail that came back."""

import sqlalchemy as sa
from alembic import op

from sakrad.core.db import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("invitation", sa.Column("reminded_at", UTCDateTime()))
    op.add_column("invitation", sa.Column("letter_at", UTCDateTime()))
    op.add_column("invitation", sa.Column("letter_digest", sa.String(length=64)))
    op.create_index(op.f("ix_invitation_letter_digest"), "invitation", ["letter_digest"], unique=True)
    op.add_column("mail", sa.Column("bounced_at", UTCDateTime()))
    op.create_table(
        "participation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(organisation_id IS NULL) = (email <> '')", name=op.f("ck_participation_request_unconfirmed_has_address")),
        sa.CheckConstraint("accepted IS NULL OR accepted OR reason <> ''", name=op.f("ck_participation_request_refused_has_reason")),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_participation_request_answered")),
        sa.CheckConstraint(
            "(organisation_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_participation_request_confirmed_has_organisation")
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_participation_request_answered_when_confirmed")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_participation_request_answered_by_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_participation_request_consultation_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_participation_request_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_request")),
        sa.UniqueConstraint("consultation_id", "organisation_id", name=op.f("uq_participation_request_consultation_id_organisation_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_participation_request_reference")),
    )
    op.create_index(op.f("ix_participation_request_organisation_id"), "participation_request", ["organisation_id"])


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
