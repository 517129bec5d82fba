"""A municipality's Word template: how its documents look, and nothing of what one of them says.

Styles, page, header and footer are taken along as core.stripped.docx cleans them; the body's text and pictures are not, and
no relationship leads out of the file. The application opens the copy in its own process for each document, so it has to be
small, and a document is made in it here first.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from lxml import etree

from sakrad.core.stripped.archive import Archive, local, packed, tree, written
from sakrad.core.stripped.docx import REL, Copy, Relation
from sakrad.core.stripped.refusal import Refusal

LOOK = frozenset(["styles", "numbering", "settings", "fontTable", "theme", "header", "footer"])
STYLES = 2_000
ELEMENTS = 100_000  # of XML, in all parts together: many times what a large municipality's template has
LARGEST = 8 * 1024 * 1024  # bytes of XML, likewise


def strip(content: bytes) -> bytes:
    """The template without a word of its own in the body."""
    template = _Template(Archive(content))
    parts = template.parts()
    _bound({name: part for name, part in parts.items() if not template.types.get(name, "").startswith("image/")})
    copy = packed(parts)
    _try(copy)
    return copy


def _bound(parts: Mapping[str, bytes]) -> None:
    """Refuse more than the application's own process should hold."""
    if sum(map(len, parts.values())) > LARGEST:
        raise Refusal("too_complex")
    names = [local(element) for part in parts.values() for element in tree(part).iter()]
    if len(names) > ELEMENTS or names.count("style") > STYLES:
        raise Refusal("too_complex")


def _try(copy: bytes) -> None:
    """Make a document in it, with everything that our documents hold; what fails here would fail for everybody later."""
    from sakrad.core.word import LEVELS, Word

    word = Word(copy, title="Rubrik", made_at=datetime(1980, 1, 1, tzinfo=UTC))
    word.title("Rubrik")
    for level in range(1, LEVELS + 1):
        word.heading("Rubrik", level)
    word.text("Text")
    word.bullets(["Ett"])
    word.bullets(["Ett"], ordered=True)
    word.quote("Ord", "Källa")
    word.table(["A"], [["B"]], caption="Tabell", first_is_head=True)
    word.sources([(1, "Källa")])
    word.page_break()
    with zipfile.ZipFile(io.BytesIO(word.content())) as made:
        tree(made.read("word/document.xml"))


class _Template(Copy):
    """Follows only what makes the look."""

    def _take(self, name: str, kind: str) -> None:
        """Refuse what is too large before time is spent on cleaning it. The body may be: its text goes."""
        if name not in self.kept and kind != "officeDocument":
            _bound({name: self.archive.read(name)})
        super()._take(name, kind)

    def _takes(self, relation: Relation) -> bool:
        """Of the relations of any part; those of the body are told apart by what they lead to."""
        return not relation.outside and relation.sort in LOOK | {"image"} and super()._takes(relation)

    def parts(self) -> dict[str, bytes]:
        made = super().parts()
        main = next((name for name, kind in self.types.items() if kind.endswith("document.main+xml")), "")
        if not main:
            raise Refusal("broken")
        root = tree(made[main])
        body = next((child for child in root if local(child) == "body"), None)
        if body is None:
            raise Refusal("broken")
        for child in list(body):
            if local(child) != "sectPr" or child is not body[-1]:
                body.remove(child)
        made[main] = written(root)
        return self._without_pictures(made, main)

    def _without_pictures(self, made: dict[str, bytes], main: str) -> dict[str, bytes]:
        """Away with what only the body's text showed."""
        place, file = posixpath.split(main)
        rels = posixpath.join(place, "_rels", f"{file}.rels")
        if rels in made:
            root = tree(made[rels])
            for relation in list(root.iter(f"{REL}Relationship")):
                if relation.get("Type", "").endswith("/image"):
                    root.remove(relation)
            made[rels] = written(root)
        held = {target for name, content in made.items() if name.endswith(".rels") for target in _targets(tree(content))}
        lost = {name for name, kind in self.types.items() if kind.startswith("image/") and f"/{name}" not in held}
        for name in lost:
            del made[name], self.types[name]
        made["[Content_Types].xml"] = self._content_types()
        return made


def _targets(root: etree._Element) -> list[str]:
    return [relation.get("Target", "") for relation in root.iter(f"{REL}Relationship")]
