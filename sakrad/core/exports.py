"""Documents that take a while: made by a job, in volumes, with progress shown, kept as files until what they tell has changed.

A package above registers a kind with `makes`: how its stamp is worked out, and a plan of its parts. Each part is a job of
its own, so that mail is sent between two volumes, and a worker that is killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import clock, files, ids, jobs
from sakrad.core.db import Base, UTCDateTime, db, locked, snapshot, transaction
from sakrad.core.files import FileKind, StoredFile

GIVEN_UP = timedelta(hours=2)  # not finished in that time: it may be asked for anew
KEPT = timedelta(hours=3)  # what may still be in the making is left alone
log = structlog.get_logger()
Make = Callable[[], bytes]
Stamp = Callable[["Export", datetime], str]
Plan = Callable[["Export", datetime], Sequence["Part"]]


@dataclass(frozen=True, slots=True)
class Part:
    """A volume to be made. `read` reads what it tells and gives the slow work, which touches no database."""

    title: str
    name: str  # of the file, with its ending
    kind: FileKind
    read: Callable[[], Make]


class Outdated(RuntimeError):
    """What the export was to tell has changed since it was asked for."""


_kinds: dict[str, tuple[Stamp, Plan]] = {}


def makes(kind: str, *, stamp: Stamp) -> Callable[[Plan], Plan]:
    """Register the plan of a kind: its parts, in order, always the same for the same stamp.

    Args:
        stamp: what the stamp is now. A part whose stamp has changed is not made, so that no file is a mixture.
    """

    def decorate(plan: Plan) -> Plan:
        _kinds[kind] = (stamp, plan)
        return plan

    return decorate


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


# -- asking and finding


def ask(kind: str, subject_id: int, stamp: str, *, at: datetime, asked_by_id: int | None = None) -> Export:
    """Have the document made, unless it has been asked for with the same stamp. One that failed, or got stuck, is begun again."""
    export = find(kind, subject_id, stamp)
    if export is None:
        export = Export(kind=kind, subject_id=subject_id, stamp=stamp, asked_at=at, asked_by_id=asked_by_id, reference=ids.reference())
        db.session.add(export)
        db.session.flush()
    elif not (export.finished_at is None and (export.failed_at is not None or export.asked_at + GIVEN_UP < at)):
        return export
    else:
        export.failed_at, export.asked_at = None, at
    _enqueue(export, at)
    return export


def find(kind: str, subject_id: int, stamp: str) -> Export | None:
    """The export with exactly this stamp, whether or not it is finished."""
    return db.session.scalar(locked(sa.select(Export).where(Export.kind == kind, Export.subject_id == subject_id, Export.stamp == stamp)))


def find_fresh(kind: str, subject_id: int, stamp: str) -> Export | None:
    """The finished export with exactly this stamp."""
    export = find(kind, subject_id, stamp)
    return export if export is not None and export.finished_at is not None else None


def stamp_of(kind: str, subject_id: int, at: datetime) -> str:
    """What the stamp of such an export is now."""
    return _kinds[kind][0](Export(kind=kind, subject_id=subject_id), at)


# -- making


def _enqueue(export: Export, at: datetime) -> None:
    key = f"export:{export.reference}:{export.done}:{int(export.asked_at.timestamp())}"
    jobs.enqueue("make_export", key, at=at, export=export.id)


@jobs.handles("make_export", long=True)
def make_next(payload: dict[str, Any], at: datetime) -> None:
    """Make the next part, and queue the one after it."""
    snapshot()
    export = db.session.get(Export, payload["export"])
    if export is None or export.finished_at is not None or export.failed_at is not None:
        return
    export_id, number = export.id, export.done + 1
    try:
        stamp, plan = _kinds[export.kind]
        if stamp(export, at) != export.stamp:
            raise Outdated
        parts = plan(export, at)
        part = parts[number - 1] if number <= len(parts) else None
        make = part.read() if part else None
        db.session.rollback()  # ends the reading; the slow work holds nothing
        upload = files.put(make(), part.name, part.kind) if part and make else None
    except Exception as error:  # told to whoever waits, who may ask again
        log.error("export_failed", export=export_id, error=type(error).__name__)
        db.session.rollback()
        with transaction():
            db.session.execute(sa.update(Export).where(Export.id == export_id).values(failed_at=clock.now()))
        return
    kept = False
    try:
        with transaction():
            kept = _keep(export_id, number, len(parts), part, upload)
    finally:
        if upload and not kept:
            files.discard(upload.key)


def _keep(export_id: int, number: int, total: int, part: Part | None, upload: files.Upload | None) -> bool:
    """Write down what was made; False when another worker was first."""
    export = db.session.scalar(locked(sa.select(Export).where(Export.id == export_id)))
    at = clock.now()
    if export is None or export.done != number - 1:
        return False
    if part and upload:
        export.files.append(ExportFile(number=number, title=part.title[:200], file=upload.row(at)))
    export.done, export.total = min(number, total), total
    if number >= total:
        export.finished_at = at
    else:
        db.session.flush()
        _enqueue(export, at)
    return True


# -- erasing


@jobs.handles("erase_exports", long=True)
def erase_old(_payload: dict[str, Any], at: datetime) -> None:
    """Erase what nobody is given any more, files too: what is no longer true, and what failed or got stuck."""
    for export_id in db.session.scalars(sa.select(Export.id).where(Export.asked_at < at - KEPT).order_by(Export.id)).all():
        export = db.session.get(Export, export_id)
        if export is None or _is_fresh(export, at):
            continue
        with transaction():
            if (export := db.session.scalar(locked(sa.select(Export).where(Export.id == export_id)))) is not None:
                erase(export)


def _is_fresh(export: Export, at: datetime) -> bool:
    if export.finished_at is None or export.kind not in _kinds:
        return False
    try:
        return _kinds[export.kind][0](export, at) == export.stamp
    except LookupError:  # what it was about is gone, or public no more (core.errors.Missing)
        return False


def erase(export: Export) -> None:
    """Away with it and its files."""
    stored = [volume.file for volume in export.files]
    for volume in list(export.files):
        db.session.delete(volume)
    db.session.flush()
    for file in stored:
        db.session.delete(file)
        files.discard(file.key)
    db.session.delete(export)


jobs.every("erase_exports", timedelta(hours=6))
