"""The writing of a finding: Markdown in which [12] cites point 12 and [ram] marks a paragraph as framing text.

[citat 12] cites it too, and in a paragraph of its own it stands for the exact words of the point, as a quotation.
Officials write the markers; readers see a number beside the words. Everything here is pure text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from flask_babel import gettext
from markupsafe import Markup, escape

from sakrad.core import text
from sakrad.core.text import Span

MARKER = re.compile(r"\[(?:(?P<quote>citat[ \t\u00a0]+)?(?P<number>\d{1,6})|ram)\](?!\()", re.IGNORECASE)  # not what a link is called
QUOTATION = re.compile(r"\[citat[ \t\u00a0]+(?P<number>\d{1,6})\]", re.IGNORECASE)
ALONE = re.compile(r"(?:\A|\n[ \t]*(?=\n))\s*" + QUOTATION.pattern + r"[ \t]*(?=\n[ \t]*\n|\s*\Z)", re.IGNORECASE)
GLUED = re.compile(r"[ \t\u00a0]*" + MARKER.pattern, re.IGNORECASE)  # with the space before it, which a reader shall not see
WORD_NEXT = re.compile(rf"(?:{MARKER.pattern})*[^\s.,;:!?)”]", re.IGNORECASE)  # it would be glued to the word before the mark
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
FRAME = "[ram]"


class Quotation(NamedTuple):
    """The exact words of a point as whoever reads may see them, and who says them. Without words they may not be read."""

    words: str
    who: str


class Paragraph(NamedTuple):
    """A paragraph as it was written, the numbers of the points that it cites, and whether it is marked as framing text."""

    text: str
    cited: tuple[int, ...]
    framing: bool

    @property
    def orphan(self) -> bool:
        """Rests on nothing and does not say so."""
        return not self.cited and not self.framing

    @property
    def quotes(self) -> int | None:
        """The number of the point whose words stand here as a quotation, or None where the paragraph is the writer's own."""
        alone = QUOTATION.fullmatch(self.text)
        return int(alone["number"]) if alone else None

    @property
    def words(self) -> str:
        """The paragraph without its markers."""
        return GLUED.sub("", self.text).strip()


def parse(body: str) -> list[Paragraph]:
    """The paragraphs of a finding's body, in order. A number cited twice in a paragraph stands once."""
    return [_paragraph(part) for part in text.paragraphs(body)]


def _paragraph(part: str) -> Paragraph:
    numbers = [match["number"] for match in MARKER.finditer(part)]
    return Paragraph(part, tuple(dict.fromkeys(int(number) for number in numbers if number)), None in numbers)


def cited(body: str) -> list[int]:
    """The numbers of the points that the body cites, each once, in the order in which they first stand."""
    return list(dict.fromkeys(number for paragraph in parse(body) for number in paragraph.cited))


def with_source(body: str, number: int) -> str:
    """The body with [number] after its last paragraph, or in one of its own where the last is framing text or a quotation."""
    paragraphs = parse(body)
    if number in cited(body):
        return body
    if not paragraphs:
        return f"[{number}]"
    apart = paragraphs[-1].framing or paragraphs[-1].quotes is not None
    return f"{body.rstrip()}{chr(10) * 2 if apart else ''}[{number}]"


def with_quotation(body: str, number: int) -> str:
    """The body with the point's words as a quotation after its last paragraph, unless they are quoted there."""
    if any(paragraph.quotes == number for paragraph in parse(body)):
        return body
    return f"{body.rstrip()}\n\n[citat {number}]".lstrip()


def without_source(body: str, number: int) -> str:
    """The body without its markers of the number; every other word stands. A paragraph that was only the marker goes too."""
    left = without_marks(body, lambda mark: mark["number"] is not None and int(mark["number"]) == number)
    return body if left == body else text.normalised(re.sub(r"\n{3,}", "\n\n", left))


def without_marks(body: str, goes: Callable[[re.Match[str]], bool]) -> str:
    """The body without the marks that go, nor the space before them, unless it parts two words."""

    def left(mark: re.Match[str]) -> str:
        if not goes(mark):
            return mark[0]
        space = mark[0].partition("[")[0]
        return space if WORD_NEXT.match(body, mark.end()) else ""

    return GLUED.sub(left, body)


def as_framing(body: str, paragraph: str) -> str:
    """The body with [ram] after that paragraph, or as it was when it holds no such paragraph."""
    parts = text.paragraphs(body)
    if paragraph not in parts:
        return body
    at = parts.index(paragraph)
    parts[at] = f"{paragraph} {FRAME}"
    return "\n\n".join(parts)


def published(body: str, masks: Iterable[Span]) -> str:
    """The body as readers may see it: masks lie over its code points, but every marker survives, whole."""
    hidden = list(text.masked(body, masks))
    for match in MARKER.finditer(body):
        hidden[match.start() : match.end()] = match[0]
    return "".join(hidden)


def render(
    body: str,
    sources: Mapping[int, int],
    masks: Iterable[Span] = (),
    *,
    quotations: Mapping[int, Quotation] | None = None,
) -> Markup:
    """The body as HTML for readers, each [12] a link to its source (#kalla-<index>), the framing marks gone.

    Args:
        sources: the index that readers see, by the point's number; a number that is not there shows nothing.
        masks: over the code points of `body`.
        quotations: the words of the points that are quoted, masked already, by number; without them a quotation is a mark.
    """
    label = escape(gettext("Källa %(number)s", number="\0"))
    placed: set[int] = set()  # whose mark has its id: a source cited twice is linked back to from the first place

    def mark(match: re.Match[str]) -> str:
        index = sources.get(int(match["number"])) if match["number"] else None
        if index is None:
            return ""
        own_id = "" if index in placed else f' id="hanvisning-{index}"'
        placed.add(index)
        said = label.replace("\0", str(index))
        return f'<a class="cite"{own_id} href="#kalla-{index}" aria-label="{said}">{index}</a>'

    shown = BLANK_LINES.sub("\n\n", published(body, masks))
    if quotations is None:
        return text.markdown_with(shown, GLUED, mark)
    parts, at = [], 0
    for match in ALONE.finditer(shown):
        parts += [text.markdown_with(shown[at : match.start()], GLUED, mark), _quoted(match, quotations, mark)]
        at = match.end()
    return Markup("").join([*parts, text.markdown_with(shown[at:], GLUED, mark)])


def _quoted(match: re.Match[str], quotations: Mapping[int, Quotation], mark: Callable[[re.Match[str]], str]) -> Markup:
    """A quotation with who says it and the mark of its source; a point that may not be read says so."""
    found = quotations.get(int(match["number"]))
    sign = Markup(mark(match))  # noqa: S704 - our own link
    if found is None or not found.words:
        words = gettext("Orden visas inte längre.")
        return Markup('<figure class="voice withdrawn in-text"><figcaption>{} {}</figcaption></figure>').format(words, sign)
    figure = Markup('<figure class="voice in-text"><blockquote dir="auto">{}</blockquote><figcaption><b>{}</b> {}</figcaption></figure>')
    return figure.format(found.words, found.who, sign)
