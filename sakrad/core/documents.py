"""PDF documents: tagged, built as PDF/UA-1, made by typst from a template and plain data.

The data go in as JSON and are only ever shown as text; markup is never built from people's words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from sakrad.config import ROOT

SOURCE = ROOT / "sakrad"  # templates read nothing outside it
FONTS = SOURCE / "core" / "fonts"
log = structlog.get_logger()


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
