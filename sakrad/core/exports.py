"""Documents that take a while: made by a job, in volumes, with progress shown, kept as files until what they tell has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime
from sakrad.core.files import StoredFile


class Export(Base):
    """One document, or a set of volumes, that was asked for. The same wish with the same stamp is made once.

    `stamp` stands for everything that the document tells. When it has changed, what was made is no longer given to anybody:
    words that have been masked since leave in no file.
    """

    __tablename__ = "export"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id", "stamp"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int]  # of a consultation, or what the kind is about
    stamp: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # ids and codes
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: a reader
    done: Mapped[int] = mapped_column(default=0)  # of `total` parts
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    files: Mapped[list[ExportFile]] = relationship(back_populates="export", order_by="ExportFile.number")


class ExportFile(Base):
    """A volume of an export."""

    __tablename__ = "export_file"
    __table_args__ = (sa.UniqueConstraint("export_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(sa.ForeignKey("export.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))

    export: Mapped[Export] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship(lazy="joined")
