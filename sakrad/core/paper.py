"""A document of ours, said once and made as accessible PDF and as Word: the same words in both.

It holds exactly what its readers may read; its digest stands for all of that.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sakrad.core import documents
from sakrad.core.rich import Block, Run, levelled, paragraph

TEMPLATE = documents.SOURCE / "core" / "typst" / "paper.typ"


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands in the document. `contents` is the heading of its table of contents, empty where it has none."""

    title: str
    subject: str  # what it is, in one line, for whoever looks at the file from outside
    author: str  # the authority, never a person
    kicker: str = ""
    foot: str = ""
    lead: tuple[str, ...] = ()  # paragraphs
    contents: str = ""
    blocks: tuple[Block, ...] = ()
    lang: str = "sv"

    def as_data(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(replace(self, blocks=_below_title(self.blocks)))

    @property
    def digest(self) -> str:
        """The same for the same words."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def pdf(paper: Paper, made_at: datetime) -> bytes:
    """As tagged PDF, made in a process of its own."""
    return documents.pdf_apart(TEMPLATE, paper.as_data(), made_at=made_at)


def word(paper: Paper, made_at: datetime, template: bytes | None = None) -> bytes:
    """As a Word document, in the look of the municipality's template where there is one."""
    from sakrad.core.word import Word

    made = Word(template, title=paper.title, subject=paper.subject, author=paper.author, made_at=made_at, language=f"{paper.lang}-SE")
    if paper.kicker:
        made.paragraph(paper.kicker)
    made.title(paper.title)
    for words in paper.lead:
        made.paragraph((Run(words),))
    made.blocks(_below_title(paper.blocks))
    if paper.foot:
        made.blocks([paragraph(paper.foot, kind="note")])
    return made.content()


def _below_title(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The title is the only heading of the first level."""
    return levelled((Block("heading", level=1), *(replace(block, level=max(2, block.level)) for block in blocks)))[1:]
