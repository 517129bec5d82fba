"""Hostile files: what they claim to be does not matter, and none of them crashes the one who looks."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import files
from sakrad.core.files import FileKind
from tests import factories as make


def archive(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return made.getvalue()


def broken(content: bytes, at: int, junk: bytes) -> bytes:
    return content[:at] + junk + content[at + len(junk) :]


ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text")
REFUSED = {
    "an archive whose stream is broken": broken(ODT, 38, b"\xff" * 6),
    "an archive whose directory points nowhere": broken(ODT, ODT.find(b"PK\x01\x02") + 42, b"\xff\xff\xff\x7f"),
    "half an archive": ODT[: len(ODT) // 2],
    "any archive": archive(**{"../../etc/passwd": b"x"}),
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a program": b"MZ" + bytes(200),
    "a picture that is also a PDF": b"GIF89a%PDF-1.4",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    assert files.sniff(content) is None


def test_an_archive_is_not_unpacked_to_be_known() -> None:
    bomb = archive(**{"[Content_Types].xml": b"", "word/document.xml": bytes(50_000_000)})
    assert len(bomb) < 200_000 and files.sniff(bomb) is FileKind.docx


@pytest.mark.parametrize("name", ["../../x.exe", "a%0d%0aSet-Cookie: x=1.pdf", "\u202efdp.exe", "å" * 400 + ".pdf", ".", "x; y=z.pdf"])
def test_a_download_is_an_attachment_with_a_tame_name(app: Flask, browse: Any, name: str) -> None:
    of = make.consultation(announced_at=None, opens_at=None, closes_at=None, feedback_due_on=None)
    officer = browse(make.user((Role.officer, of.authority)))
    address = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/material"
    data = {"title": "Karta", "description": "Vad som finns", "file": (io.BytesIO(b"%PDF-1.4\n<script>alert(1)</script>\n%%EOF"), name)}
    assert officer.post(address, data=data).status_code == 303
    found = officer.get(address).text.partition(f"{address}/")[2].partition('"')[0]
    answer = officer.get(f"{address}/{found}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    heads = answer.headers["Content-Disposition"]
    assert heads.startswith("attachment") and heads.endswith(".pdf") and "Set-Cookie" not in answer.headers
    assert not {"/", "\\", "\r", "\n"} & set(heads)
