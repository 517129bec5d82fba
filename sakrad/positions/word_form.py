"""The questions as a Word document: real headings and lists, and a frame that grows under each question.

Made with python-docx, which is imported only where a form is made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

LANGUAGE = "sv-SE"
BOX = "☐ "
LINES = 5  # empty rows in a frame


def word_form(data: dict[str, Any], made_at: datetime) -> Document:
    """The document of positions.handout's facts."""
    import docx

    document = docx.Document()
    _set_up(document, data, made_at)
    document.add_paragraph(data["kicker"], style="Subtitle")
    document.add_heading(data["title"], level=1)
    for words in filter(None, [data["lead"], data["last_day"]]):
        document.add_paragraph(words)
    for heading, words in [("why_heading", data["why"]), ("influence_heading", data["influence"]), ("how_heading", data["how"])]:
        document.add_heading(data[heading], level=2)
        _write(document, words)
    for words in (data["independence"], data["public"]):
        document.add_paragraph(words)
    document.add_heading(data["questions_heading"], level=2)
    for question in data["questions"]:
        _ask(document, question, data["write_here"])
    document.add_heading(data["about_heading"], level=2)
    for label in data["about"]:
        document.add_paragraph(label).paragraph_format.keep_with_next = True
        _frame(document, lines=1)
    _boxes(document, data["wish"], data["wishes"])
    return document


def _set_up(document: Document, data: dict[str, Any], made_at: datetime) -> None:
    """Language, type and what the file says about itself: no person's name."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    about = document.core_properties
    about.title, about.subject, about.author, about.last_modified_by = data["title"], data["lead"], data["author"], data["author"]
    about.comments, about.language = "", LANGUAGE
    about.created = about.modified = about.last_printed = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    for language in document.styles.element.iter(qn("w:lang")):
        for script in ("val", "eastAsia"):
            language.set(qn(f"w:{script}"), LANGUAGE)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, size in [("Normal", 11), ("Heading 1", 20), ("Heading 2", 14), ("Heading 3", 12), ("Subtitle", 11)]:
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor(0x1B, 0x24, 0x20)
        style.font.italic = False
        for fonts in style.element.iter(qn("w:rFonts")):
            for theme in [key for key in fonts.attrib if "Theme" in key]:
                del fonts.attrib[theme]


def _write(document: Document, words: str | list[Any]) -> None:
    """Paragraphs of a text; lines of a list, which may say themselves whether they are items."""
    if isinstance(words, str):
        for paragraph in filter(None, words.split("\n\n")):
            document.add_paragraph(paragraph)
        return
    for line in words:
        listed, text = (True, line) if isinstance(line, str) else line
        document.add_paragraph(text, style="List Bullet" if listed else None)


def _ask(document: Document, question: dict[str, Any], write_here: str) -> None:
    document.add_heading(question["heading"], level=3)
    if question["help"]:
        document.add_paragraph(question["help"]).paragraph_format.keep_with_next = True
    if question["options"]:
        _boxes(document, question["choose"], question["options"])
    document.add_paragraph(question["reason"] or write_here).paragraph_format.keep_with_next = True
    _frame(document, lines=LINES)


def _boxes(document: Document, label: str, options: list[str]) -> None:
    for words in ([label] if label else []) + [BOX + option for option in options]:
        document.add_paragraph(words).paragraph_format.keep_with_next = True


def _frame(document: Document, *, lines: int) -> None:
    """A frame to write in; it grows with what is written."""
    cell = document.add_table(rows=1, cols=1, style="Table Grid").cell(0, 0)
    for _ in range(lines - 1):
        cell.add_paragraph()
    document.add_paragraph()
