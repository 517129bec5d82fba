"""Uploads are what their bytes say, whatever they are called."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from sakrad.core import files
from sakrad.core.files import FileKind, RefusedFile

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in members.items():
            made.writestr(
                name.replace("__", "/").replace("Content_Types", "[Content_Types].xml").replace("document_xml", "document.xml"), content
            )
    return stream.getvalue()


DOCX = archive(Content_Types=b"<Types/>", word__document_xml=b"<w/>")
ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.pdf),
        (PNG, FileKind.png),
        (JPEG, FileKind.jpeg),
        (DOCX, FileKind.docx),
        (ODT, FileKind.odt),
        (archive(evil__exe=b"MZ"), None),
        (b"MZ\x90\x00", None),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", None),
        (b"PK\x03\x04 trasig", None),
        (b"text", None),
    ],
    ids=["pdf", "png", "jpeg", "docx", "odt", "zip", "exe", "html", "svg", "broken_zip", "text"],
)
def test_the_kind_is_sniffed_from_the_content(content: bytes, kind: FileKind | None) -> None:
    assert files.sniff(content) is kind


def upload(content: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def test_a_stored_file_comes_back_whole_under_another_name(app: Flask) -> None:
    received = files.receive(upload(PDF, "../../etc/Års rapport.exe"))
    assert received is not None
    assert files.read(received.key) == PDF
    assert received.name.endswith(".pdf") and "/" not in received.name and ".." not in received.name
    assert received.name not in received.key and len(received.key) == 32


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"MZ", "kind"), (PDF + b"x" * files.LIMIT, "too_large")], ids=["empty", "kind", "too_large"]
)
def test_what_is_not_taken_is_refused_with_its_reason(app: Flask, content: bytes, code: str) -> None:
    with pytest.raises(RefusedFile, match=code):
        files.receive(upload(content, "x.pdf"))


def test_a_download_is_never_shown_in_our_origin(app: Flask) -> None:
    with app.test_request_context():
        response = files.attachment(b"x", "Årsrapport.pdf", "application/pdf")
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
