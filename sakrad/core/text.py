"""People's words: normalised once, counted in code points, shown as they were written, masked as a copy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

MASK = "█"
PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+[”\"')\]]*(?=\s|$)|(?=\n|$))")
TAGS = {
    "p",
    "br",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "sup",
    "code",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in a text."""

    start: int
    end: int


def normalised(text: str | None) -> str:
    """NFC with LF line ends and no blank ends or control characters: the form that is stored, digested and counted."""
    text = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def masked(text: str, masks: Iterable[Span]) -> str:
    """The published copy: every masked code point replaced by a block, so that offsets still hold.

    Line breaks stay. The original is never altered (DESIGN.md §8, Masks).
    """
    characters = list(text)
    for mask in masks:
        for index in range(max(0, mask.start), min(len(characters), mask.end)):
            if characters[index] != "\n":
                characters[index] = MASK
    return "".join(characters)


def whole_number(text: str) -> int | None:
    """What the digits say; None for anything else, and for more than the databases' integers hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def sentences(text: str) -> list[Span]:
    """The spans of the text's sentences, in order; blank ones left out. For marking without a script."""
    spans = []
    for match in SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            spans.append(Span(start, end))
    return spans


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a Markdown text: parts between blank lines."""
    return [part.strip() for part in PARAGRAPHS.split(text) if part.strip()]


def words(text: str) -> int:
    """How many words the text has."""
    return len(text.split())


def minutes_to_read(text: str) -> int:
    """Whole minutes at 200 words a minute, at least one."""
    return max(1, round(words(text) / 200))


def excerpt(text: str, length: int = 160) -> str:
    """The beginning, cut between words, with an ellipsis when something is left out."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return flat[: length + 1].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": True, "typographer": False}).enable(["table", "linkify"])


def _lower_headings(tokens: Sequence[Any]) -> None:
    """A writer's # may not compete with the page's own headings."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"


def _clean(html: str) -> Markup:
    return Markup(  # noqa: S704 - nh3 has sanitised it
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href", "class", "id", "aria-label"}, "sup": {"class"}, "td": {"align"}, "th": {"align"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener nofollow",
        )
    )


def markdown(text: str | None) -> Markup:
    """Officials' Markdown as sanitised HTML. Raw HTML in it is shown as text."""
    parser = _markdown()
    tokens = parser.parse(text or "")
    _lower_headings(tokens)
    return _clean(parser.renderer.render(tokens, parser.options, {}))


def markdown_with(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> Markup:
    """Markdown in which `pattern`, found in running text only, is replaced by trusted HTML from `replace`."""
    parser = _markdown()
    tokens = parser.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        for child in token.children or []:
            if child.type == "text" and pattern.search(child.content):
                child.type = "html_inline"
                parts, at = [], 0
                for match in pattern.finditer(child.content):
                    parts += [str(escape(child.content[at : match.start()])), replace(match)]
                    at = match.end()
                child.content = "".join([*parts, str(escape(child.content[at:]))])
    parser.options["html"] = False
    return _clean(parser.renderer.render(tokens, parser.options, {}))
