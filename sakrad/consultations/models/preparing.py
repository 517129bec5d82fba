"""What leads an official to a fair consultation: templates, the checklists' ticks, and previews for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models.matter import Consultation
from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import Municipality


class ConsultationTemplate(Base):
    """Mall: a consultation's texts and questions, kept by a municipality to begin from. Shared ones stand in the public gallery.

    `content` is what `template_file` has checked: texts, questions, groups and subjects by slug. The product's own templates are files.
    """

    __tablename__ = "consultation_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.String(500), default="")
    origin: Mapped[str] = mapped_column(sa.String(160), default="")  # of an imported one: the municipality named in the file
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    shared_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    municipality: Mapped[Municipality] = relationship()


class CheckedItem(Base):
    """That somebody has ticked an item of a step's checklist; the items are in `steps`."""

    __tablename__ = "checked_item"

    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Preview(Base):
    """That somebody without an account (chef, presidium, kommunikatör) is asked to look before it is announced (PRACTICE.md 13).

    The link is derived from `reference`. An approval binds what was shown (`stamp`); a later change makes it outdated, visibly.
    """

    __tablename__ = "preview"
    __table_args__ = (
        sa.CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided"),
        sa.CheckConstraint("approved IS NULL OR approved OR comment <> ''", name="change_is_said"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    function: Mapped[str] = mapped_column(sa.String(160))  # "Socialchefen": a function, not a name
    email: Mapped[str] = mapped_column(sa.String(254), default="")  # empty: the officer hands out the link
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stamp: Mapped[str] = mapped_column(sa.String(64), default="")  # digest of what was decided about
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(sa.Text, default="")  # what is to be changed; or a word with the approval

    consultation: Mapped[Consultation] = relationship()
