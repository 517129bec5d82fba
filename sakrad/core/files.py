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
from typing import IO, Any
from urllib.parse import parse_qs, quote, urlsplit

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


def stream(key: str) -> tuple[int, Iterator[bytes]]:
    """How many bytes a stored file is, and the bytes as they come: a backup holds no whole file in memory.

    Raises:
        FileNotFoundError: it is gone.
    """
    import obstore

    found = obstore.get(_store(), key)
    return int(found.meta["size"]), (bytes(chunk) for chunk in found.stream())


def put_back(key: str, content: IO[bytes]) -> None:
    """Store a file under the key that it had, from a backup.

    Raises:
        FileExistsError: there is one already.
    """
    import obstore

    try:
        obstore.put(_store(), key, content, mode="create")
    except obstore.exceptions.AlreadyExistsError as error:
        raise FileExistsError(key) from error


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
        stores["store"] = open_store(current_app.config["SETTINGS"].storage_url)
    return stores["store"]


def open_store(url: str) -> Any:
    """A folder, or a bucket of something that speaks S3.

    file:///var/lib/sakrad/files
    s3://bucket/prefix?endpoint=https://s3.example&region=eu-north-1

    The bucket's credentials come from the environment as everywhere (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), never from
    the address, which is told in messages. A write that finds the key taken is refused by the store itself.

    Raises:
        ValueError: it is neither.
    """
    from obstore.store import LocalStore, S3Store

    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        Path(parts.path).mkdir(parents=True, exist_ok=True)
        return LocalStore(parts.path)
    if parts.scheme != "s3" or not parts.hostname or parts.username:
        raise ValueError("SAKRAD_STORAGE_URL must be file:///folder or s3://bucket/prefix?endpoint=https://…&region=….")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    options: dict[str, Any] = {name: asked[name] for name in ("endpoint", "region") if name in asked}
    if asked.get("endpoint", "").startswith("http://"):
        options["client_options"] = {"allow_http": True}  # a store on the same machine or network
    return S3Store(parts.hostname, prefix=parts.path.strip("/") or None, **options)
