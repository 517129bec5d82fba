"""Answers that an organisation has brought along from another installation, with their receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.directory.models import Organisation


class ImportedPosition(Base):
    """An answer from the portable file. It counts nowhere here; its receipt can be tried where it was given.

    The organisation reads all of it; readers see that it exists, after a review.
    """

    __tablename__ = "imported_position"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "source", "receipt_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(200))  # the other installation's address
    municipality: Mapped[str] = mapped_column(sa.String(160))
    authority: Mapped[str] = mapped_column(sa.String(160))
    title: Mapped[str] = mapped_column(sa.String(200))
    receipt_number: Mapped[str] = mapped_column(sa.String(40))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    digest_holds: Mapped[bool]  # the digest in the file is that of the words in the file
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # questions, answers, anchoring, nonce and digest
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    imported_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # taken back by the organisation

    organisation: Mapped[Organisation] = relationship()
