"""One way in: matters that organisations raise, received with a number and mailed to the municipality's official mailbox."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import Municipality


class Enquiry(Base):
    """A matter raised by an organisation (Väck en fråga)."""

    __tablename__ = "enquiry"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    organisation: Mapped[str] = mapped_column(sa.String(160))
    email: Mapped[str] = mapped_column(sa.String(254))
    title: Mapped[str] = mapped_column(sa.String(160))
    text: Mapped[str] = mapped_column(sa.Text)
    submission_key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)

    municipality: Mapped[Municipality] = relationship()
