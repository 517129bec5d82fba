"""Tables that people bring: every shape that Excel writes, and none that is no table."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.core import tables
from sakrad.core.files import RefusedFile

CSV = 'Namn;Ort\n"Jouren; i Ö";Åby\n\nPRO;\n'
EXPECTED = (["Namn", "Ort"], [["Jouren; i Ö", "Åby"], ["PRO", ""]])


def book(rows: list[list[object]], *, before: dict[str, bytes] | None = None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    if before:
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, content in before.items():
                archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_of_excel_is_read(encoding: str) -> None:
    assert tables.read(CSV.encode(encoding)) == EXPECTED


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_read(separator: str, ends: str) -> None:
    words = ends.join([f'Namn{separator}Ort{separator}"Mål, ""grupp"""', f"Jouren{separator}Åby{separator}Alla", ""])
    assert tables.read(words.encode()) == (["Namn", "Ort", 'Mål, "grupp"'], [["Jouren", "Åby", "Alla"]])


def test_cells_are_trimmed_normalised_and_cut() -> None:
    header, rows = tables.read(f"Namn;X\n A\u0308lg \x00\x07 \u00a0ar ;{'x' * 900}\n".replace("\x00", "").encode())
    assert header == ["Namn", "X"]
    assert rows == [["Älg ar", "x" * tables.CELL]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \n\n", "empty", id="blank"),
        pytest.param(b"Namn;Ort\n", "empty", id="headings only"),
        pytest.param(b"%PDF-1.7\nx;y\n1;2\n", "kind", id="pdf"),
        pytest.param(b"<html><table>", "kind", id="html that calls itself xls"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00ab\x00;\n\x00", "kind", id="old xls"),
        pytest.param(b"a;b\n" * 5_002, "too_many", id="too many rows"),
        pytest.param(b"a" * (tables.LIMIT + 1), "too_large", id="too large"),
        pytest.param(b'a;b\n"' + b"x" * 200_000 + b'";1\n', "broken", id="a cell without end"),
        pytest.param(b"PK\x03\x04 no zip", "broken", id="zip that is none"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedFile, match=reason):
        tables.read(content)


def test_one_long_text_in_every_cell_is_too_much() -> None:
    with pytest.raises(RefusedFile, match="too_complex"):
        tables.read(book([["x" * 500] * 60] * 400))


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_a_table_or_refused(content: bytes) -> None:
    try:
        header, rows = tables.read(content if not content.startswith(b"PK") else b"a" + content)
    except RefusedFile as refused:
        assert str(refused) in ("empty", "kind", "broken")
    else:
        assert rows and all(len(row) == len(header) for row in rows)


def test_the_most_rows_are_taken() -> None:
    assert len(tables.read(b"a;b\n" * 5_001)[1]) == tables.ROWS


def test_a_workbook_is_read_as_what_its_cells_show() -> None:
    content = book([["Namn", "Nr", "Tom"], ["Jouren", 8020028711.0, None], ["Räknad", "=1+1", True]])
    assert tables.read(content) == (["Namn", "Nr", "Tom"], [["Jouren", "8020028711", ""], ["Räknad", "", ""]])


def sheet(rows: str) -> bytes:
    """A workbook whose only sheet is written by hand."""
    made, out = zipfile.ZipFile(io.BytesIO(book([["Namn"]]))), io.BytesIO()
    words = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            archive.writestr(name, words if name == "xl/worksheets/sheet1.xml" else made.read(name))
    return out.getvalue()


NAMED = '<row><c t="inlineStr"><is><t>Namn</t></is></c></row>'


def test_a_link_to_elsewhere_is_what_its_cell_showed_and_a_giant_cell_is_cut() -> None:
    linked = """<row><c t="str"><f>[1]Blad!A1+WEBSERVICE("http://x.example")</f><v>Visat</v></c></row>"""
    giant = f'<row><c t="inlineStr"><is><t>{"x" * 30_000_000}</t></is></c></row>'
    assert tables.read(sheet(NAMED + linked + giant)) == (["Namn"], [["Visat"], ["x" * tables.CELL]])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b"a;" * 1_000_000 + b"\n" + b"b;" * 1_000_000, (60, 1), id="a million columns"),
        pytest.param(b";" * 4_000_000 + b"\nNamn\nA\n", (1, 1), id="a million empty ones"),
        pytest.param(b"Namn\nA\x00B\n", "kind", id="nothing in a cell"),
        pytest.param(b'"' * 10_000_000, "broken", id="quotation marks"),
        pytest.param(b"\r" * 10_000_000, "empty", id="blank lines"),
        pytest.param(b"a\r" * 5_000_000, "too_many", id="millions of lines"),
        pytest.param(sheet(NAMED + '<row r="999999999999"><c r="ZZZZZZZ1"><v>1</v></c></row>'), "broken", id="far away"),
    ],
)
def test_tables_beyond_measure_are_cut_or_refused(content: bytes, found: tuple[int, int] | str) -> None:
    try:
        header, rows = tables.read(content)
    except RefusedFile as refused:
        assert str(refused) == found
    else:
        assert (len(header), len(rows)) == found


def test_no_cell_turns_what_is_read_after_it() -> None:
    assert tables.read("Namn\nKvinno\u202eruoj\u2069 \u061cA\ufdd0\uffff\n".encode()) == (["Namn"], [["Kvinnoruoj A"]])


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        pytest.param(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>", "broken", id="entities"),
        pytest.param(
            "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x><x/>".encode("utf-16-le"), "broken", id="hidden in another encoding"
        ),
        pytest.param(b"<x>" + b" " * (130 * 1024 * 1024) + b"</x>", "too_complex", id="bomb"),
    ],
)
def test_hostile_workbooks_are_refused(part: bytes, reason: str) -> None:
    with pytest.raises(RefusedFile, match=reason):
        tables.read(book([["Namn"], ["A"]], before={"xl/worksheets/sheet9.xml": part}))


def test_what_is_taken_away_opens_in_a_spreadsheet_without_formulas() -> None:
    with Flask("bare").test_request_context():
        response = tables.download("åäö.csv", ["Namn", "Antal"], [["=HYPERLINK(1)", 2], ["-x", None], ["\t=1", "Å;b"]])
        body = response.get_data().decode("utf-8-sig")
    assert body == "Namn;Antal\r\n'=HYPERLINK(1);2\r\n'-x;\r\n'\t=1;\"Å;b\"\r\n"
    assert "filename*=UTF-8''%C3%A5" in response.headers["Content-Disposition"]
