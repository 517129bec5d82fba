"""PDF documents: tagged, built as PDF/UA-1, made by typst from a template and plain data.

The data go in as JSON and are only ever shown as text; markup is never built from people's words.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from sakrad.config import ROOT

SOURCE = ROOT / "sakrad"  # templates read nothing outside it
FONTS = SOURCE / "core" / "fonts"
SECONDS = 240  # by the clock, for one volume: less than a job's lease
# As in core.stripping: without the package's own __init__, which would import the whole application.
START = (
    "import sys, types; package = types.ModuleType('sakrad'); package.__path__ = [sys.argv[1]]; sys.modules['sakrad'] = package;"
    "from sakrad.core.documents import main; main()"
)
log = structlog.get_logger()


class DocumentFailed(RuntimeError):
    """The process that made the document died."""


def pdf_apart(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The same in a process of its own, for what is long: typst keeps what it has set, and memory goes back when it ends.

    Raises:
        DocumentFailed: it died, or took longer than SECONDS.
    """
    asked = json.dumps([str(template.relative_to(SOURCE)), data, made_at.isoformat()], ensure_ascii=False)
    command = [sys.executable, "-I", "-c", START, str(SOURCE)]
    try:
        done = subprocess.run(command, input=asked.encode(), capture_output=True, timeout=SECONDS, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DocumentFailed from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        log.warning("document_died", template=template.name, code=done.returncode)
        raise DocumentFailed
    return done.stdout


def main() -> None:
    """What the process does: the wish on its standard input, the document on its standard output."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    template, data, made_at = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(pdf(SOURCE / template, data, made_at=datetime.fromisoformat(made_at)))


def pdf(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The document that the typst template makes of the data.

    The template reads the data with `#let data = json(bytes(sys.inputs.data))`. The same data and time give the same
    bytes. Characters that no font at hand can show would break the standard's promise; such a document is made all the
    same, without claiming it.

    Args:
        template: a .typ file within sakrad/.
        data: what JSON can hold.
        made_at: the time that the file says it was made.
    """
    import typst

    common: dict[str, Any] = {
        "root": str(SOURCE),
        "font_paths": [str(FONTS)],
        "format": "pdf",
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
        "timestamp": int(made_at.timestamp()),
    }
    try:
        return bytes(typst.compile(str(template), pdf_standards=["ua-1"], **common))
    except typst.TypstError:
        log.warning("document_without_standard", template=template.name)
        return bytes(typst.compile(str(template), **common))
