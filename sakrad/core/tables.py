"""Tables that people bring and take away: CSV in every shape that Excel writes, XLSX, and CSV that Excel opens rightly."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask import Response, send_file

from sakrad.core import text
from sakrad.core.files import RefusedFile

LIMIT = 10 * 1024 * 1024  # bytes of a file
ROWS = 5_000  # besides the headings
COLUMNS = 60
CELL = 500  # characters
MEMORY = 1024 * 1024  # bytes of a table to take away that are held before they go to disk
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
    return text.one_line(cell[: 4 * CELL])[:CELL]


def download(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """The table as a CSV file; nothing in it is taken for a formula."""
    file = tempfile.SpooledTemporaryFile(MEMORY)  # noqa: SIM115 - closed when it has been sent
    out = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)  # with a mark, so that Excel sees that it is UTF-8
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_plain(cell) for cell in header])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    out.detach()
    return _sent(file, name, "text/csv")


def download_json(name: str, document: Mapping[str, object]) -> Response:
    """The document as a JSON file. A value that is an iterator is written as a list, one by one."""
    file = tempfile.SpooledTemporaryFile(MEMORY)  # noqa: SIM115 - closed when it has been sent
    for piece in _pieces(document):
        file.write(piece.encode())
    return _sent(file, name, "application/json")


def sent(pieces: Iterable[str], media_type: str) -> Response:
    """A long text that is shown, not saved: nothing of it is held in memory."""
    file = tempfile.SpooledTemporaryFile(MEMORY)  # noqa: SIM115 - closed when it has been sent
    for piece in pieces:
        file.write(piece.encode())
    return _sent(file, "", media_type)


def _pieces(document: Mapping[str, object]) -> Iterator[str]:
    for place, (key, value) in enumerate(document.items()):
        yield f"{',' if place else '{'}\n{json.dumps(key)}: "
        if not isinstance(value, Iterator):
            yield json.dumps(value, ensure_ascii=False)
            continue
        yield "["
        for number, item in enumerate(value):
            yield f"{',' if number else ''}\n{json.dumps(item, ensure_ascii=False)}"
        yield "\n]"
    yield "\n}\n"


def _sent(file: tempfile.SpooledTemporaryFile[bytes], name: str, media_type: str) -> Response:
    """Written into a file of its own first (on disk when it is large), and sent from there: a reader who goes away in the
    midst leaves no session open, and a fault on the way is an error page instead of half a table.
    """
    file.seek(0)
    response = send_file(file, media_type, as_attachment=bool(name), download_name=name or None, etag=False)
    response.direct_passthrough = False
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(cell: object) -> str:
    """A text that stays a text: an apostrophe before what would be a formula."""
    words = "" if cell is None else str(cell)
    return f"'{words}" if words.lstrip().startswith(FORMULA) or words[:1] in ("\t", "\r", "\n") else words
