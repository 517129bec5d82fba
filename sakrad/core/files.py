"""Uploaded files: type sniffed from the content, stored outside the web root under unguessable names."""

from __future__ import annotations

import contextlib
import enum
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import puremagic
import sqlalchemy as sa
from flask import Response, current_app
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from sakrad.core import ids
from sakrad.core.db import Base, UTCDateTime, code

LIMIT = 20 * 1024 * 1024  # bytes
_new: ContextVar[list[str] | None] = ContextVar("sakrad_new_files", default=None)  # keys of `discarded_unless_kept`
UNSAFE = re.compile(r"[^\w ().,-]+")  # in a name that somebody else will save: letters of every language stay


class FileKind(enum.StrEnum):
    """What may be uploaded."""

    pdf = "pdf"
    docx = "docx"
    odt = "odt"
    png = "png"
    jpeg = "jpeg"


MEDIA_TYPES = {
    FileKind.pdf: "application/pdf",
    FileKind.docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.odt: "application/vnd.oasis.opendocument.text",
    FileKind.png: "image/png",
    FileKind.jpeg: "image/jpeg",
}


class StoredFile(Base):
    """A file in the store. `key` is its unguessable name there; `name` is what the reader gets."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[FileKind] = mapped_column(code(FileKind))
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RefusedFile(ValueError):
    """The upload is `too_large`, `empty`, of a `kind` that is not taken, or cannot be stripped (core.stripping.REASONS)."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A checked upload that already lies in the store; a command turns it into a `StoredFile` row."""

    key: str
    name: str
    kind: FileKind
    size: int

    def row(self, at: datetime) -> StoredFile:
        return StoredFile(key=self.key, name=self.name, kind=self.kind, size=self.size, stored_at=at)


def sniff(content: bytes) -> FileKind | None:
    """What the bytes are, by their own signature; None when it is nothing that is taken."""
    if content.startswith(b"PK\x03\x04"):
        return _sniff_zip(content)
    try:
        extension = puremagic.from_string(content).lstrip(".").lower()
    except puremagic.PureError:
        return None
    return {"pdf": FileKind.pdf, "png": FileKind.png, "jpg": FileKind.jpeg, "jpeg": FileKind.jpeg, "jfif": FileKind.jpeg}.get(extension)


def _sniff_zip(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return FileKind.docx
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return FileKind.odt if archive.read("mimetype") == MEDIA_TYPES[FileKind.odt].encode() else None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, KeyError, EOFError, OSError, ValueError):
        return None
    return None


def receive(upload: FileStorage | None, kinds: Collection[FileKind] = tuple(FileKind)) -> Upload | None:
    """Check and store an upload of one of the kinds; None when the field was left empty. Runs before the write lock (access `prepare`).

    Raises:
        RefusedFile: with the code of the reason.
    """
    if upload is None or not upload.filename:
        return None
    content = upload.stream.read(LIMIT + 1)
    return put(content, upload.filename, check(content, LIMIT, kinds))


def check(content: bytes, limit: int, kinds: Collection[FileKind] = tuple(FileKind)) -> FileKind:
    """What the bytes are, when they may be taken.

    Raises:
        RefusedFile: with the code of the reason.
    """
    if len(content) > limit:
        raise RefusedFile("too_large")
    if not content:
        raise RefusedFile("empty")
    kind = sniff(content)
    if kind is None or kind not in kinds:
        raise RefusedFile("kind")
    return kind


def put(content: bytes, name: str, kind: FileKind) -> Upload:
    """Store the bytes under a new unguessable key."""
    import obstore

    key = ids.reference(32)
    obstore.put(_store(), key, content, mode="create")
    if (new := _new.get()) is not None:
        new.append(key)
    stem = UNSAFE.sub("_", unicodedata.normalize("NFC", Path(name).stem)).strip(" ._")[:80] or "fil"
    return Upload(key=key, name=f"{stem}.{kind.value}", kind=kind, size=len(content))


def read(key: str) -> bytes:
    """The bytes of a stored file."""
    import obstore

    return bytes(obstore.get(_store(), key).bytes())


def discard(key: str) -> None:
    """Erase a stored file; one that is gone already is no fault."""
    import obstore

    with contextlib.suppress(FileNotFoundError):
        obstore.delete(_store(), key)


@contextlib.contextmanager
def discarded_unless_kept() -> Iterator[Callable[[], None]]:
    """Erase what is stored inside unless the function that is given is called: what is refused leaves no file behind."""
    stored: list[str] = []
    token = _new.set(stored)
    try:
        yield stored.clear
    finally:
        _new.reset(token)
        for key in stored:
            discard(key)


def list_keys() -> Iterator[str]:
    """The names of everything in the store, for a backup."""
    import obstore

    for batch in obstore.list(_store()):
        yield from (str(item["path"]) for item in batch)


def is_writable() -> bool:
    """Whether the store takes a file, gives it back and lets it go."""
    import obstore

    key = f"check-{ids.reference()}"
    try:
        obstore.put(_store(), key, b"?")
        taken = bytes(obstore.get(_store(), key).bytes()) == b"?"
        obstore.delete(_store(), key)
    except (OSError, obstore.exceptions.BaseError):
        return False
    return taken


def download(stored: StoredFile) -> Response:
    """The file as an attachment, never shown by the browser in our origin."""
    return attachment(read(stored.key), stored.name, MEDIA_TYPES[stored.kind])


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Bytes as an attachment with a safe name."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _store() -> Any:
    """The store that SAKRAD_STORAGE_URL names, opened once per application."""
    stores = current_app.extensions.setdefault("sakrad_store", {})
    if "store" not in stores:
        from obstore.store import LocalStore, from_url

        url = current_app.config["SETTINGS"].storage_url
        parts = urlsplit(url)
        if parts.scheme == "file":
            Path(parts.path).mkdir(parents=True, exist_ok=True)
            stores["store"] = LocalStore(parts.path)
        else:
            stores["store"] = from_url(url)
    return stores["store"]
