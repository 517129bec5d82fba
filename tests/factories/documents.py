"""Documents that are made by the job, as the worker does."""

from __future__ import annotations

import io
import re
import zipfile

import pypdf

from sakrad.consultations.models import Consultation
from sakrad.core import clock, exports, files, jobs
from sakrad.core.db import db, transaction
from sakrad.core.exports import Export
from sakrad.summaries import commands


def made(of: Consultation, kind: str) -> Export:
    """The document as things stand now, made."""
    with transaction():
        export_id = commands.ask_document(of, kind, actor=None, at=clock.now()).id
    work()
    export = db.session.get_one(Export, export_id)
    assert export.finished_at is not None
    return export


def work() -> None:
    """Do what is due until nothing is."""
    while jobs.run_due(clock.now()):
        pass


def words_in(content: bytes) -> str:
    """All words that the file holds, on one line; of a Word file also those that are not shown."""
    if content.startswith(b"%PDF"):
        text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = " ".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
        text = re.sub(r"<[^>]+>", "", text)
    return " ".join(text.split())


def words_of(export: Export) -> str:
    """All words of all its volumes."""
    return " ".join(words_in(files.read(volume.file.key)) for volume in export.files)


def stale(export: Export) -> bool:
    """Whether it is given to nobody any more."""
    return exports.stamp_of(export.kind, export.subject_id, clock.now()) != export.stamp
