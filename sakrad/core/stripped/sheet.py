"""The rows of an XLSX workbook as text: no formulas, macros, links or pictures, only what its cells show."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from sakrad.core.stripped.archive import Archive
from sakrad.core.stripped.refusal import Refusal

ROWS = 5_002  # the longest table that is taken, its headings, and one more that tells that there are more
COLUMNS = 60
CELL = 500  # characters
PARTS = ("[Content_Types].xml", "_rels/", "xl/workbook.xml", "xl/_rels/", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/")


def read(content: bytes) -> bytes:
    """The first sheet that has rows, as a JSON list of lists of texts."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(_only_tables(content)), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if not hasattr(sheet, "iter_rows"):  # a sheet that is a chart
            continue
        rows = [[_text(value) for value in row] for row in sheet.iter_rows(max_row=ROWS, max_col=COLUMNS, values_only=True)]
        if any(any(row) for row in rows):
            return json.dumps(rows, ensure_ascii=False).encode()
    return b"[]"


def _only_tables(content: bytes) -> bytes:
    """The workbook without all that is no table, unpacked within bounds first: a bomb does not reach its parser."""
    archive = Archive(content)
    if "xl/workbook.xml" not in archive.names:
        raise Refusal("broken")
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
        for name in sorted(archive.names):
            if name.startswith(PARTS) and not name.endswith("/"):
                part = archive.read(name)
                if b"<!DOCTYPE" in part or b"\x00" in part[:200]:  # no office writes one, nor UTF-16 in which it could hide
                    raise Refusal("broken")
                plain.writestr(name, part)
    return out.getvalue()


def _text(value: Any) -> str:
    """What the cell shows, near enough: whole numbers without decimals, days as days."""
    match value:
        case None | bool():
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)[:CELL]
