"""Documents of ours: what is written in Word can be opened again and reads the same; typst gets plain data."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import docx
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakrad.core import paper, rich, stripping
from sakrad.core.files import RefusedFile
from sakrad.core.paper import Paper
from sakrad.core.rich import Block, Run
from sakrad.core.stripped import template as template_file
from sakrad.core.text import normalised
from sakrad.core.word import Word
from sakrad.directory.queries_template import styles_in

THEN = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
TEXT = (
    "## Först\n\nVägen **in** är *lång*.[12] Se [här](https://exempel.se).\n\n1. ett\n2. två\n   - inne\n\n"
    "> Ett citat\n\n| a | b |\n|---|---|\n| c | å |"
)
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def written(*blocks: Block, template: bytes | None = None) -> Any:
    made = paper.word(Paper("Vägen in", "Ett ämne", "Socialnämnden", blocks=blocks), THEN, template)
    return docx.Document(io.BytesIO(made))


def words_of(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_a_document_opens_again_with_headings_lists_a_table_with_a_head_and_its_language() -> None:
    document = written(*rich.blocks(TEXT), rich.table("Siffror", ["Vad", "Antal"], [["Svar", "12"]]))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert styles["Vägen in"] == "Heading 1"
    assert styles["Först"] == "Heading 2", "no level is left out"
    assert styles["Ett citat"] == "Quote"
    listed = [paragraph.text for paragraph in document.paragraphs if paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None]
    assert listed == ["ett", "två", "inne"]
    head = document.tables[-1].rows[0]._tr.trPr
    assert head.xpath("w:tblHeader"), "the first row is repeated and read as the head"
    assert [[cell.text for cell in row.cells] for row in document.tables[-1].rows] == [["Vad", "Antal"], ["Svar", "12"]]
    assert (document.core_properties.language, document.core_properties.author) == ("sv-SE", "Socialnämnden")
    assert document.part.rels and any(rel.reltype.endswith("hyperlink") for rel in document.part.rels.values())


def test_the_same_words_and_time_give_the_same_bytes() -> None:
    told = Paper("Vägen in", "Ett ämne", "Socialnämnden", blocks=rich.blocks(TEXT))
    assert paper.word(told, THEN) == paper.word(told, THEN)
    assert told.digest == Paper("Vägen in", "Ett ämne", "Socialnämnden", blocks=rich.blocks(TEXT)).digest


def test_each_numbered_list_begins_at_one() -> None:
    document = written(*rich.blocks("1. a\n\nmellan\n\n1. b"))
    numbers = {paragraph.text: paragraph._p.pPr.numPr.numId.val for paragraph in document.paragraphs if paragraph.text in ("a", "b")}
    assert numbers["a"] != numbers["b"]


@settings(max_examples=8, deadline=None)
@given(st.text(max_size=200).map(normalised))
def test_any_words_are_shown_as_they_were_written(words: str) -> None:
    word = Word(None, title="t", made_at=THEN)
    word.paragraph([Run(words)])
    shown = docx.Document(io.BytesIO(word.content())).paragraphs[-1].text
    assert shown == words


def test_markers_become_marks_and_a_quotation_takes_the_place_of_its_paragraph() -> None:
    blocks = rich.blocks(
        "Ord.[3]\n\n[citat 3]",
        re.compile(r"\[(\d+)\]"),
        lambda match: Run(match[1], cite=True),
        lambda words: (rich.quote("Exakt så"),) if words == "[citat 3]" else None,
    )
    assert blocks[0].runs == (Run("Ord."), Run("3", cite=True))
    assert blocks[1].kind == "quote"


def test_the_pdf_is_tagged_titled_in_swedish_and_its_fonts_are_embedded() -> None:
    told = Paper(
        "Vägen in", "Ett ämne", "Socialnämnden", "Kicker", "Fot", ("Ingress.",), "Innehåll", (rich.heading("Del", 2), *rich.blocks(TEXT))
    )
    with pikepdf.open(io.BytesIO(paper.pdf(told, THEN))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "sv"
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert about["dc:title"] == "Vägen in"
        kinds = set(tags(pdf.Root.StructTreeRoot))
        assert {"/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/BlockQuote", "/Link"} <= kinds, kinds
        for font in fonts(pdf):
            assert any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3")), "every font goes along"


def tags(element: Any) -> list[str]:
    found = [str(element.S)] if "/S" in element else []
    inner = element.get("/K", [])
    for one in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(one, pikepdf.Dictionary):
            found += tags(one)
    return found


def fonts(pdf: pikepdf.Pdf) -> list[Any]:
    found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
    assert found
    return found


# -- the municipality's template


def template(*, hostile: bool = False, missing: tuple[str, ...] = ()) -> bytes:
    """A template with its own headings; hostile: with text, a picture's worth of names, macros and links out."""
    document = docx.Document()
    document.styles["Heading 1"].font.name = "Kommunens typsnitt"
    for name in missing:
        document.styles[name].delete()
    document.sections[0].header.paragraphs[0].text = "Exempel kommun"
    document.core_properties.author = "Hemliga Handläggaren"
    document.add_paragraph("Hemlig brödtext")
    out = io.BytesIO()
    document.save(out)
    if not hostile:
        return out.getvalue()
    return poisoned(out.getvalue())


def poisoned(content: bytes) -> bytes:
    """With macros, an attached template on a server, and a relationship that fetches something."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/_rels/document.xml.rels":
                far = outside("rId99", "attachedTemplate", "https://ond.example/mall.dotm")
                link = outside("rId98", "hyperlink", "https://ond.example/")
                part = part.replace(b"</Relationships>", far + link + b"</Relationships>")
            if name == "[Content_Types].xml":
                part = part.replace(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", MACROS.encode())
            target.writestr(name, part)
        target.writestr("word/vbaProject.bin", b"AutoOpen")
        target.writestr("customXml/item9.xml", "<a>hemligt</a>")
    return out.getvalue()


def outside(number: str, sort: str, target: str) -> bytes:
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{sort}"
    return f'<Relationship Id="{number}" Type="{kind}" Target="{target}" TargetMode="External"/>'.encode()


def test_a_hostile_template_leaves_its_look_and_nothing_else() -> None:
    clean = stripping.opened_apart(template(hostile=True), "template")
    with zipfile.ZipFile(io.BytesIO(clean)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "vba" in name or "customXml" in name or "docProps" in name]
    for lost in ("Hemlig brödtext", "Hemliga Handläggaren", "ond.example", "AutoOpen", "macroEnabled"):
        assert lost.encode() not in everything, lost
    assert "Heading 1" in {name.title() for name in styles_in(clean)}
    document = written(rich.heading("Rubrik", 2), rich.paragraph("Text"), template=clean)
    assert document.styles["Heading 1"].font.name == "Kommunens typsnitt"
    assert document.sections[0].header.paragraphs[0].text == "Exempel kommun"


def test_what_a_template_lacks_is_made() -> None:
    clean = stripping.opened_apart(template(missing=("Heading 2", "Quote", "List Bullet")), "template")
    document = written(rich.heading("Del", 2), rich.quote("Ord"), rich.bullets(["ett"]), template=clean)
    assert {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}["Del"] == "Heading 2"
    assert "ett" in words_of(document)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", b" " * 200_000_000)
        archive.writestr("word/document.xml", "<a/>")
    return out.getvalue()


def broken() -> bytes:
    """Looks like a document from outside, and is none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<a/>")
    return out.getvalue()


def edited(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A template with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            target.writestr(each, change(source.read(each)) if each == name else source.read(each))
    return out.getvalue()


STYLES, MANY = "word/styles.xml", b'<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/></w:style>' * 2_001
HEADING = b'<w:style w:type="paragraph" w:styleId="Heading1"'
UNFIT = [
    edited("word/document.xml", lambda part: part[: part.index(b"<w:sectPr")] + b"</w:body></w:document>"),
    edited(STYLES, lambda part: part.replace(HEADING, HEADING.replace(b"paragraph", b"character"))),
    edited(STYLES, lambda part: part.replace(b' w:styleId="Heading1"', b"")),
    edited(STYLES, lambda part: part.replace(b"</w:styles>", MANY + b"</w:styles>")),
]
NO_LISTS = edited("word/numbering.xml", lambda _part: b"<x/>")


@pytest.mark.parametrize("content", [bomb(), broken(), b"", NO_LISTS], ids=["bomb", "broken", "empty", "no lists"])
def test_a_bomb_or_a_broken_template_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile):
        stripping.opened_apart(content, "template")


@pytest.mark.parametrize("content", UNFIT, ids=["no page", "a heading for letters", "a style without id", "many styles"])
def test_a_template_that_no_document_can_be_made_in_is_refused(content: bytes) -> None:
    with pytest.raises(Exception, match=r"out of range|already|style_id|NoneType|too_complex"):
        template_file.strip(content)  # in our own process, where no time goes to starting another: there any fault is a refusal
