"""Lists choose their page by phase and closing before anything is counted."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_consultation_closes", "consultation", ["closes_at"])
    op.create_index(
        "ix_consultation_phase",
        "consultation",
        [
            "municipality_id",
            "announced_at",
            "opens_at",
            "closes_at",
            "cancelled_at",
            "ended_at",
            "feedback_published_at",
            "summary_published_at",
        ],
    )


def downgrade():
    raise NotImplementedError("A way down would throw away people's words: restore the backup that was taken before the upgrade.")
