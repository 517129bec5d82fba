"""People's words: normalised once, counted in code points, shown as they were written, masked as a copy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

MASK = "█"
LONGEST_ADDRESS = 500  # of a page on the web, as the columns hold it
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
# Control characters, halves of surrogate pairs, and what will never be a character: no database, Word file or XML takes them all.
PLACE = "\ufdd0"  # stands for what is put in after rendering; no text that is kept holds it
KEPT = 256  # rendered texts that a process remembers: what is read most
UNSTORABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{NONCHARACTERS}]")
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks that make text read in another order than it is written
PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+[”\"')\]]*(?=\s|$)|(?=\n|$))")
# Abbreviations that end with a full stop: the first ones always stand before something, the others may end a sentence.
BEFORE = re.compile(r"(?<!\w)(?:kl|t\. ?ex|bl\. ?a|ca|nr|s\. ?k|d\. ?v\. ?s|dvs|resp|tel|f\. ?d)\.\Z", re.IGNORECASE)
AFTER = re.compile(r"(?<!\w)(?:m\. ?m|m\. ?fl|o\. ?s\. ?v|osv|o\. ?d|etc|st|p\. ?g\. ?a|fr\. ?o\. ?m|t\. ?o\. ?m)\.\Z", re.IGNORECASE)
TAGS = {
    "p",
    "br",
    "h2",
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
}


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in a text."""

    start: int
    end: int


def normalised(text: str | None) -> str:
    """NFC with LF line ends and no blank ends, control, half or noncharacters: what is stored, digested and counted."""
    text = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    text = UNSTORABLE.sub("", text)
    text = unicodedata.normalize("NFC", text)  # after: what was taken away may have stood between a letter and its accent
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def address(typed: str | None) -> str:
    """An e-mail address as it is kept, looked up and counted: written one way, so that it is one."""
    return normalised(typed).casefold()


def one_line(text: str | None) -> str:
    """A name or a title: normalised, on one line, and without marks that could make it read as another."""
    return " ".join(normalised(TURNING.sub("", text or "")).split())


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


def is_web_address(text: str) -> bool:
    """A link to a page on the web and nowhere else: a host, nobody's name or password, and nothing that cannot be seen."""
    if len(text) > LONGEST_ADDRESS or any(
        letter.isspace() or letter in '"<>\\' or unicodedata.category(letter)[0] == "C" for letter in text
    ):
        return False
    try:
        parts = urlsplit(text)
        _port = parts.port  # refuses one that is none
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool((parts.hostname or "").strip(".")) and "@" not in parts.netloc


def runs_on(text: str, at: int) -> bool:
    """Whether the full stop just before `at` ends an abbreviation and no sentence: "kl. 15", "t.ex. nu", "bussar m.m. på kvällen"."""
    before, following = text[max(0, at - 12) : at], text[at:].lstrip(" \t\u00a0")[:1]
    if BEFORE.search(before):
        return following not in ("", "\n")
    return AFTER.search(before) is not None and (following.islower() or following.isdigit())


def sentences(text: str) -> list[Span]:
    """The spans of the text's sentences, in order; blank ones left out. For marking without a script."""
    spans: list[Span] = []
    begun: int | None = None  # where a sentence began that an abbreviation has not ended
    for match in SENTENCE.finditer(text):
        start, end = match.span()
        if begun is not None:
            start, begun = begun, None
        if runs_on(text, end):
            begun = start
            continue
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            spans.append(Span(start, end))
    return spans


def places(text: str, words: str) -> list[Span]:
    """Every place where the words stand in the text."""
    found: list[Span] = []
    at = text.find(words) if words else -1
    while at >= 0:
        found.append(Span(at, at + len(words)))
        at = text.find(words, at + len(words))
    return found


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a Markdown text: parts between blank lines."""
    return [part.strip() for part in PARAGRAPHS.split(text) if part.strip()]


def is_blank(text: str) -> bool:
    """Nothing in it can be seen: spaces, and marks that only join, part or turn what is."""
    return all(unicodedata.category(letter)[0] in "CZ" for letter in text)


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
    """Without code, pictures and links that are explained elsewhere: a mark in them would say that it cites, and show nothing."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "typographer": False}).enable(["table", "linkify"])
    return parser.disable(["code", "fence", "reference", "backticks", "image"])


def _lower_headings(tokens: Sequence[Any], level: int = 3) -> None:
    """A writer's # may not compete with the page's own headings: the highest become of the level, the others of the next."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}" if token.tag in ("h1", "h2", "h3") else f"h{level + 1}"


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


def markdown(text: str | None, *, lines: bool = False, level: int = 3) -> Markup:
    """Officials' Markdown as sanitised HTML. Raw HTML in it is shown as text.

    Args:
        lines: every line stays one of its own, as in a text that is easy to read.
        level: of its highest headings, 2 or 3.
    """
    return _rendered(text or "", lines, level)


@lru_cache(maxsize=KEPT)
def _rendered(text: str, lines: bool, level: int) -> Markup:
    parser = _markdown()
    tokens = parser.parse(text)
    _lower_headings(tokens, level)
    for child in (child for token in tokens if lines for child in token.children or () if child.type == "softbreak"):
        child.type, child.tag = "hardbreak", "br"
    return _clean(parser.renderer.render(tokens, parser.options, {}))


def breakable(address: str) -> Markup:
    """An e-mail address that a narrow page may break after its @."""
    return escape(address).replace("@", Markup("@<wbr>"))


def parsed(text: str) -> list[Any]:
    """The tokens of officials' Markdown, its headings lowered: for what is made of it beside HTML (core.rich)."""
    tokens = _markdown().parse(text)
    _lower_headings(tokens)
    return list(tokens)


def outline(text: str) -> list[tuple[bool, str]]:
    """A Markdown text as plain lines for paper: whether each is an item of a list, and its words without marks."""
    lines, depth = [], 0
    for token in _markdown().parse(text):
        depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "inline":
            words = "".join(" " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ())
            lines.append((depth > 0, words.strip()))
    return [(listed, words) for listed, words in lines if words]


def plain(text: str) -> str:
    """A Markdown text without its marks, a paragraph a line: to compare words by."""
    return "\n\n".join(f"– {words}" if listed else words for listed, words in outline(text))


def markdown_with(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> Markup:
    """Markdown in which `pattern`, found in running text only, is replaced by trusted HTML from `replace`."""
    html, matches, nested = _with_places(text.replace(PLACE, ""), pattern)
    parts = html.split(PLACE)
    replaced = [part for match, after in zip(matches, parts[1:], strict=True) for part in (replace(match), after)]
    whole = "".join([parts[0], *replaced])
    return _clean(whole) if nested else Markup(whole)  # noqa: S704 - what nh3 has sanitised, and trusted HTML


@lru_cache(maxsize=KEPT)
def _with_places(text: str, pattern: re.Pattern[str]) -> tuple[str, tuple[re.Match[str], ...], bool]:
    """Sanitised HTML with a PLACE for each match, the matches in order, and whether any stands within a link."""
    parser = _markdown()
    tokens = parser.parse(text)
    _lower_headings(tokens)
    matches: list[re.Match[str]] = []
    links, nested = 0, False
    for token in tokens:
        for child in token.children or []:
            links += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and (found := list(pattern.finditer(child.content))):
                matches += found
                nested = nested or links > 0
                child.content = pattern.sub(PLACE, child.content)
    return str(_clean(parser.renderer.render(tokens, parser.options, {}))), tuple(matches), nested
