"""Word documents: real headings, lists and tables, in the look of the municipality's own template where there is one.

python-docx is imported only where a document is made. The same content and time give the same bytes.
"""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sakrad.core.rich import Block, Run, plain
from sakrad.core.stripped.archive import packed

LANGUAGE = "sv-SE"
INK = "1B2420"
LEVELS = 6  # of headings in a document
DEPTHS = 4  # of lists within lists
INDENT = 425  # twentieths of a point: 7.5 mm
EMU = 635  # in a twentieth of a point, as python-docx counts
BULLETS = ("•", "–", "•", "–")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LOOK = {"Title": 22, "Heading 1": 18, "Heading 2": 14, "Heading 3": 12, "Heading 4": 11, "Heading 5": 11, "Heading 6": 11}  # points
Words = str | Sequence[Run]


class Word:
    """A document that is written from its beginning to its end.

    Args:
        template: a clean Word file (core.stripping) whose styles, page, header and footer the document takes; its text is left out.
        author: who made it: an authority or a product, never a person.
    """

    def __init__(
        self, template: bytes | None, *, title: str, made_at: datetime, author: str = "", subject: str = "", language: str = LANGUAGE
    ) -> None:
        import docx

        self.document: Any = docx.Document(io.BytesIO(template) if template else None)
        self._language = language
        if template:
            _empty(self.document)
        else:
            _dress(self.document)
        self._styles = self._find_styles()
        self._lists = _Lists(self.document)
        about = self.document.core_properties
        about.title, about.subject, about.author, about.last_modified_by = title[:255], subject[:255], author[:255], author[:255]
        about.comments, about.keywords, about.category, about.language = "", "", "", language
        about.created = about.modified = about.last_printed = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        about.revision = 1
        _speak(self.document, language)

    def title(self, words: Words) -> None:
        """The document's own name, once, first. It is a heading of the first level, so that readers can go to it."""
        self.heading(words, 1)

    def heading(self, words: Words, level: int) -> None:
        """A heading in the template's own style of the level, from 1."""
        self._write(self.document.add_paragraph(), words, f"Heading {max(1, min(level, LEVELS))}")

    def paragraph(self, words: Words, *, style: str = "Normal", keep: bool = False) -> None:
        """A paragraph. `keep`: on the same page as what follows."""
        paragraph = self.document.add_paragraph()
        self._write(paragraph, words, style)
        if keep:
            paragraph.paragraph_format.keep_with_next = True

    def text(self, words: str) -> None:
        """Text as it was written: a paragraph between blank lines, each line break kept."""
        self.blocks(plain(words))

    def blocks(self, blocks: Iterable[Block], *, level: int = 3) -> None:
        """Markdown read by core.rich, whose highest headings are given `level`; with 3, levels stand as they are."""
        for block in blocks:
            self._block(block, level)

    def bullets(self, items: Iterable[Words], *, ordered: bool = False) -> None:
        """A list, each item one paragraph. A numbered one begins at 1."""
        number = self._lists.begin(ordered=ordered)
        for item in items:
            self._item(item, number, 0)

    def quote(self, words: str, source: Words = "") -> None:
        """Somebody's exact words, each line break kept, and who said them."""
        self._quoted(Block("quote", tuple(_runs(source)) if source else (), items=(plain(words),)), 3)

    def table(self, head: Sequence[Words], rows: Iterable[Sequence[Words]], *, caption: str, first_is_head: bool = False) -> None:
        """A table whose first row is its head and is repeated on each page. `caption` is read aloud for it.

        Args:
            first_is_head: the first column names its rows.
        """
        self._grid([[_runs(cell) for cell in head], *([_runs(cell) for cell in row] for row in rows)], caption, first_is_head)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Label and value, a paragraph each. A pair without value is left out."""
        for label, value in pairs:
            if value:
                self.paragraph([Run(f"{label}: ", strong=True), Run(value)])

    def sources(self, sources: Iterable[tuple[int, Words]]) -> None:
        """What the numbers above the line refer to: paragraphs that begin with their number and hang from it."""
        for number, words in sources:
            paragraph = self.document.add_paragraph()
            self._write(paragraph, [Run(f"{number}\t"), *_runs(words)], "Normal")
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = INDENT * EMU, -INDENT * EMU

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self.document.add_page_break()

    def content(self) -> bytes:
        """The finished file."""
        out = io.BytesIO()
        self.document.save(out)
        with zipfile.ZipFile(out) as archive:  # written anew without the time of day
            return packed({entry.filename: archive.read(entry) for entry in archive.infolist()})

    def _find_styles(self) -> dict[str, str]:
        """The ids of the styles that are used, by name; those that a template lacks are made."""
        from docx.enum.style import WD_STYLE_TYPE

        styles = self.document.styles
        known = {style.name: style.style_id for style in styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
        for name in ("Normal", "Quote", *(f"Heading {level}" for level in range(1, LEVELS + 1))):
            if name not in known:
                known[name] = _add_style(styles, name).style_id
        return known

    def _block(self, block: Block, level: int, depth: int = 0) -> None:
        match block.kind:
            case "heading":
                self.heading(block.runs, block.level - 3 + level)
            case "list":
                self._list(block, level, depth)
            case "quote":
                self._quoted(block, level)
            case "table":
                self._grid([[cell.runs for cell in row] for row in block.items], block.caption, first_is_head=False)
            case "facts":
                for label, value in block.items:
                    self.paragraph([*(replace(run, strong=True) for run in label.runs), Run(": "), *value.runs])
            case "sources":
                self.sources((block.number + place, entry[0].runs) for place, entry in enumerate(block.items))
            case _:
                paragraph = self.document.add_paragraph()
                self._write(paragraph, block.runs, "Normal")
                if depth:
                    paragraph.paragraph_format.left_indent = INDENT * EMU * depth

    def _quoted(self, block: Block, level: int) -> None:
        for inner in block.items[0]:
            if inner.kind != "paragraph":
                self._block(inner, level)
                continue
            paragraph = self.document.add_paragraph()
            self._write(paragraph, inner.runs, "Quote")
            paragraph.paragraph_format.keep_with_next = bool(block.runs)
        if block.runs:
            paragraph = self.document.add_paragraph()
            self._write(paragraph, block.runs, "Normal")
            paragraph.paragraph_format.left_indent = INDENT * EMU

    def _list(self, block: Block, level: int, depth: int) -> None:
        depth = min(depth, DEPTHS - 1)
        number = self._lists.begin(ordered=block.ordered)
        for item in block.items:
            first, rest = (item[0], item[1:]) if item and item[0].kind == "paragraph" else (Block("paragraph"), item)
            self._item(first.runs, number, depth)
            for inner in rest:
                self._block(inner, level, depth + 1)

    def _item(self, words: Words, number: int, depth: int) -> None:
        paragraph = self.document.add_paragraph()
        self._write(paragraph, words, "Normal")
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = depth
        properties.get_or_add_numId().val = number

    def _grid(self, rows: Sequence[Sequence[Sequence[Run]]], caption: str, first_is_head: bool) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        table = self.document.add_table(rows=0, cols=width)
        _draw_lines(table)
        if caption:
            told = OxmlElement("w:tblCaption")
            told.set(qn("w:val"), caption[:255])
            table._tbl.tblPr.append(told)
        for index, row in enumerate(rows):
            made = table.add_row()._tr
            head = made.get_or_add_trPr()
            for mark in ("w:cantSplit", "w:tblHeader") if index == 0 else ("w:cantSplit",):
                head.append(OxmlElement(mark))
            for place, cell in enumerate(made.tc_lst):
                runs = row[place] if place < len(row) else ()
                if index == 0 or (first_is_head and place == 0):
                    runs = [replace(run, strong=True) for run in runs]
                self._fill(cell.p_lst[0], runs)
        self.document.add_paragraph()

    def _write(self, paragraph: Any, words: Words, style: str) -> None:
        paragraph._p.get_or_add_pPr().get_or_add_pStyle().val = self._styles.get(style, self._styles["Normal"])
        self._fill(paragraph._p, _runs(words))

    def _fill(self, paragraph: Any, runs: Iterable[Run]) -> None:
        """The runs as XML, with the links that they carry."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        for run in runs:
            made = OxmlElement("w:r")
            if run.strong or run.emphasis or run.cite or run.link:
                look = OxmlElement("w:rPr")
                for wanted, tag, value in (
                    (run.strong, "w:b", ""),
                    (run.emphasis, "w:i", ""),
                    (run.link, "w:u", "single"),
                    (run.cite, "w:vertAlign", "superscript"),
                ):
                    if wanted:
                        mark = OxmlElement(tag)
                        if value:
                            mark.set(qn("w:val"), value)
                        look.append(mark)
                made.append(look)
            made.text = run.words
            if run.link:
                link = OxmlElement("w:hyperlink")
                link.set(qn("r:id"), self.document.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
                link.append(made)
                made = link
            paragraph.append(made)


class _Lists:
    """Definitions of bulleted and numbered lists of our own, so that lists are lists whatever the template holds."""

    def __init__(self, document: Any) -> None:
        self._root = _numbering(document)
        used = [int(found) for found in self._root.xpath("w:abstractNum/@w:abstractNumId")]
        self._bulleted, self._numbered = max(used, default=0) + 1, max(used, default=0) + 2
        for number, ordered in ((self._bulleted, False), (self._numbered, True)):
            at = len(self._root.xpath("w:abstractNum"))  # these stand before every w:num
            self._root.insert(at, _definition(number, ordered=ordered))
        self._bullets: int | None = None

    def begin(self, *, ordered: bool) -> int:
        """The number that the items of a new list carry."""
        if not ordered and self._bullets is not None:
            return self._bullets
        made = self._root.add_num(self._numbered if ordered else self._bulleted)
        if ordered:
            for depth in range(DEPTHS):
                made.add_lvlOverride(ilvl=depth).add_startOverride(1)
        else:
            self._bullets = int(made.numId)
        return int(made.numId)


def _numbering(document: Any) -> Any:
    """The root of the part that defines lists; one is made when the template has none."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.oxml import parse_xml
    from docx.parts.numbering import NumberingPart

    part = document.part
    for relation in part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return relation.target_part.element
    made = NumberingPart(
        PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, parse_xml(f'<w:numbering xmlns:w="{W}"/>'), part.package
    )
    part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    return made.element


def _definition(number: int, *, ordered: bool) -> Any:
    from docx.oxml import parse_xml

    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{"decimal" if ordered else "bullet"}"/>'
        f'<w:lvlText w:val="{f"%{depth + 1}." if ordered else BULLETS[depth]}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{INDENT * (depth + 1)}" w:hanging="{INDENT}"/></w:pPr></w:lvl>'
        for depth in range(DEPTHS)
    )
    return parse_xml(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
    )


def _runs(words: Words) -> Sequence[Run]:
    return (Run(words),) if isinstance(words, str) else words


def _empty(document: Any) -> None:
    """Away with a template's text; its last section says how the page looks."""
    body = document.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)


def _dress(document: Any) -> None:
    """The calm look of a document without a template."""
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, size in {"Normal": 11, "Quote": 11, **LOOK}.items():
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor.from_string(INK)
        style.font.italic = name == "Quote"
        for fonts in style.element.iter(f"{{{W}}}rFonts"):
            for theme in [key for key in fonts.attrib if "Theme" in key]:
                del fonts.attrib[theme]
    document.styles["Quote"].paragraph_format.left_indent = Cm(0.75)
    document.styles["Normal"].paragraph_format.space_after = Pt(7)


def _add_style(styles: Any, name: str) -> Any:
    """A style that a template lacks, plain, after its own Normal."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt

    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    if name in LOOK:
        style.font.size, style.font.bold = Pt(LOOK[name]), True
        style.paragraph_format.keep_with_next, style.paragraph_format.space_before = True, Pt(12)
        outline = copy.deepcopy(_outline(int(name[-1]) - 1))
        style.element.get_or_add_pPr().append(outline)
    elif name == "Quote":
        style.font.italic = True
        style.paragraph_format.left_indent = Cm(0.75)
    return style


def _outline(level: int) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(f'<w:outlineLvl xmlns:w="{W}" w:val="{level}"/>')


def _speak(document: Any, language: str) -> None:
    """The language that the words are read aloud and spelled in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    root = document.styles.element
    found = list(root.iter(qn("w:lang")))
    if not found:
        defaults = root.xpath("w:docDefaults/w:rPrDefault/w:rPr")
        if defaults:
            found = [OxmlElement("w:lang")]
            defaults[0].append(found[0])
    for one in found:
        for script in ("val", "eastAsia"):
            one.set(qn(f"w:{script}"), language)


def _draw_lines(table: Any) -> None:
    """Thin lines of our own, since a template may lack Word's table styles."""
    from docx.oxml import parse_xml

    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A69E"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties = table._tbl.tblPr
    after = next((child for child in properties if child.tag in (f"{{{W}}}tblLayout", f"{{{W}}}tblLook")), None)
    lines = parse_xml(f'<w:tblBorders xmlns:w="{W}">{sides}</w:tblBorders>')
    properties.append(lines) if after is None else after.addprevious(lines)
