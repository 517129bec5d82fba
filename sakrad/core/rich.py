"""Officials' Markdown as plain data, for documents: what typst and Word are given instead of HTML.

Nothing in it is markup any more: a run is words and how they look, and is only ever shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sakrad.core import text

LINKS = ("https://", "http://", "mailto:", "tel:")
Mark = Callable[[re.Match[str]], "Run | None"]
Whole = Callable[[str], "Sequence[Block] | None"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look alike. `cite` is a number set above the line, with the words that are read aloud for it."""

    words: str
    strong: bool = False
    emphasis: bool = False
    cite: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document. What it holds is in `runs`, or in `items`, each of blocks.

    list: its items. quote: the words, and in `runs` who says them. table: its rows of cells, the first its head.
    facts: label and value, a row each. sources: an entry each, numbered from `number`.
    """

    kind: Literal["paragraph", "note", "heading", "list", "quote", "table", "facts", "sources"]
    runs: tuple[Run, ...] = ()
    level: int = 0  # of a heading, from 1
    ordered: bool = False  # of a list
    items: tuple[tuple[Block, ...], ...] = ()
    caption: str = ""  # of a table: read aloud for it
    number: int = 0  # of the first source


def paragraph(words: str, *, kind: Literal["paragraph", "note"] = "paragraph") -> Block:
    """Words of our own, in one paragraph."""
    return Block(kind, (Run(words),))


def heading(words: str, level: int) -> Block:
    """A heading, from level 1."""
    return Block("heading", (Run(words),), level=level)


def bullets(items: Iterable[str]) -> Block:
    """A list, each item one paragraph."""
    return Block("list", items=tuple((paragraph(item),) for item in items))


def quote(words: str, source: Sequence[Run] = ()) -> Block:
    """Somebody's exact words as they were written, and who says them."""
    return Block("quote", tuple(source), items=(plain(words),))


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A table of plain words."""
    return Block("table", items=tuple(tuple(paragraph(cell) for cell in row) for row in (head, *rows)), caption=caption)


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Label and value; a pair without value is left out."""
    return Block("facts", items=tuple((paragraph(label), paragraph(value)) for label, value in pairs if value))


def levelled(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with no level of heading left out on the way down: readers by ear count on it, and so does PDF/UA."""
    told, last = [], 0
    for block in blocks:
        if block.kind == "heading":
            last = min(block.level, last + 1)
            told.append(replace(block, level=last))
        else:
            told.append(block)
    return tuple(told)


def plain(words: str) -> tuple[Block, ...]:
    """Text as it was written: a paragraph between blank lines, each line break kept."""
    return tuple(Block("paragraph", (Run(part),)) for part in text.paragraphs(words))


def blocks(
    markdown: str, pattern: re.Pattern[str] | None = None, mark: Mark | None = None, whole: Whole | None = None
) -> tuple[Block, ...]:
    """The blocks of a Markdown text.

    Args:
        pattern: what is replaced in running text …
        mark: … by the run that this gives, or by nothing.
        whole: given the words of a whole paragraph, gives the blocks to stand in its place, or None.
    """
    return tuple(_Reader(text.parsed(markdown), pattern, mark, whole).until(""))


class _Reader:
    """Walks the tokens once."""

    def __init__(self, tokens: Sequence[Any], pattern: re.Pattern[str] | None, mark: Mark | None, whole: Whole | None) -> None:
        self.tokens = iter(tokens)
        self.pattern, self.mark, self.whole = pattern, mark, whole

    def until(self, end: str) -> Iterator[Block]:
        """The blocks up to the closing token."""
        for token in self.tokens:
            kind = token.type
            if kind == end:
                return
            if kind == "inline":
                yield from self._paragraph(token)
            elif kind == "heading_open":
                yield Block("heading", self._runs(next(self.tokens)), level=int(token.tag[1:]))
            elif kind in ("bullet_list_open", "ordered_list_open"):
                items = tuple(tuple(self.until("list_item_close")) for _ in self._each("list_item_open", kind.replace("open", "close")))
                yield Block("list", ordered=kind == "ordered_list_open", items=items)
            elif kind == "blockquote_open":
                yield Block("quote", items=(tuple(self.until("blockquote_close")),))
            elif kind == "table_open":
                yield Block("table", items=tuple(self._row() for _ in self._each("tr_open", "table_close")))

    def _each(self, opening: str, closing: str) -> Iterator[None]:
        for token in self.tokens:
            if token.type == opening:
                yield None
            elif token.type == closing:
                return

    def _row(self) -> tuple[Block, ...]:
        cells = []
        for token in self.tokens:
            if token.type == "tr_close":
                break
            if token.type == "inline":
                cells.append(Block("paragraph", self._runs(token)))
        return tuple(cells)

    def _paragraph(self, token: Any) -> Iterator[Block]:
        instead = self.whole(token.content.strip()) if self.whole else None
        if instead is not None:
            yield from instead
        elif runs := self._runs(token):
            yield Block("paragraph", runs)

    def _runs(self, token: Any) -> tuple[Run, ...]:
        runs: list[Run] = []
        look = Run("")
        for child in token.children or ():
            match child.type:
                case "strong_open" | "strong_close":
                    look = replace(look, strong=child.type == "strong_open")
                case "em_open" | "em_close":
                    look = replace(look, emphasis=child.type == "em_open")
                case "link_open":
                    address = str(child.attrs.get("href", ""))
                    look = replace(look, link=address if address.startswith(LINKS) else "")
                case "link_close":
                    look = replace(look, link="")
                case "softbreak":
                    runs.append(replace(look, words=" "))
                case "hardbreak":
                    runs.append(replace(look, words="\n"))
                case "text":
                    runs += self._marked(child.content, look)
                case _:
                    runs.append(replace(look, words=child.content))
        return tuple(run for run in runs if run.words)

    def _marked(self, words: str, look: Run) -> Iterator[Run]:
        at = 0
        for match in self.pattern.finditer(words) if self.pattern and self.mark else ():
            yield replace(look, words=words[at : match.start()])
            made = self.mark(match) if self.mark else None
            if made is not None:
                yield made
            at = match.end()
        yield replace(look, words=words[at:])
