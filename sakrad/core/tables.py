"""Tables that people bring and take away: CSV in every shape that Excel writes, XLSX, and CSV that Excel opens rightly."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from flask import Response, stream_with_context

from sakrad.core import text
from sakrad.core.files import RefusedFile

LIMIT = 10 * 1024 * 1024  # bytes of a file
ROWS = 5_000  # besides the headings
COLUMNS = 60
CELL = 500  # characters
SEPARATORS = ";,\t"
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet may take for a formula

Row = list[str]


def read(content: bytes) -> tuple[Row, list[Row]]:
    """The headings and the rows of a CSV or XLSX file, as trimmed texts, all rows as long as the headings; blank rows left out.

    Raises:
        RefusedFile: `empty`, `too_large`, `kind` (no table), `broken`, `encrypted`, `too_complex`, or `too_many` rows.
    """
    if not content.strip():
        raise RefusedFile("empty")
    if len(content) > LIMIT:
        raise RefusedFile("too_large")
    rows = _read_xlsx(content) if content.startswith(b"PK\x03\x04") else _read_csv(content)
    rows = [row for row in ([_trimmed(cell) for cell in row[:COLUMNS]] for row in rows) if any(row)]
    if len(rows) < 2:
        raise RefusedFile("empty")
    if len(rows) > ROWS + 1:
        raise RefusedFile("too_many")
    if sum(len(cell) for row in rows for cell in row) > LIMIT:  # one long text can stand in every cell of a small workbook
        raise RefusedFile("too_complex")
    width = max(n for row in rows for n, cell in enumerate(row, start=1) if cell)  # sheets are wider than what is written in them
    header, *rest = ([*row[:width], *[""] * (width - len(row))] for row in rows)
    return header, rest


def _read_xlsx(content: bytes) -> list[Row]:
    from sakrad.core import stripping  # the process that opens it

    rows: list[Row] = json.loads(stripping.opened_apart(content, "xlsx"))
    return rows


def _read_csv(content: bytes) -> Iterator[Row]:
    words = _decoded(content)
    if "\x00" in words or words.startswith(("%PDF", "{\\rtf", "<")):
        raise RefusedFile("kind")
    try:
        for number, row in enumerate(csv.reader(io.StringIO(words, newline=""), delimiter=_separator(words))):
            if number > 2 * ROWS:  # blank ones are many too
                raise RefusedFile("too_many")
            yield row
    except csv.Error:
        raise RefusedFile("broken") from None


def _decoded(content: bytes) -> str:
    """UTF-8 or UTF-16, with a mark at the beginning or without; otherwise what Windows and Mac wrote before."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content[:200].count(b"\x00") > len(content[:200]) // 4:  # every other byte is nothing, in Swedish
        return content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _separator(words: str) -> str:
    """The one that stands most often in the headings, outside quotation marks."""
    heading = next((line for line in words.splitlines() if line.strip()), "")
    bare = "".join(heading.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _trimmed(cell: str) -> str:
    return " ".join(text.normalised(cell[: 4 * CELL]).split())[:CELL]


def download(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """The table as a CSV file, streamed a hundred rows at a time; nothing in it is taken for a formula."""
    response = Response(stream_with_context(_written(header, rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    out.write("\ufeff")  # so that Excel sees that it is UTF-8
    writer.writerow([_plain(cell) for cell in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_plain(cell) for cell in row])
        if number % 100 == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _plain(cell: object) -> str:
    """A text that stays a text: an apostrophe before what would be a formula."""
    words = "" if cell is None else str(cell)
    return f"'{words}" if words.lstrip().startswith(FORMULA) or words[:1] in ("\t", "\r", "\n") else words
