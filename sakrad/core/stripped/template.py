"""A municipality's Word template: how its documents look, and nothing of what one of them says.

Styles, page, header and footer are taken along as core.stripped.docx cleans them; the body's text and pictures are not, and
no relationship leads out of the file.
"""

from __future__ import annotations

import posixpath

from lxml import etree

from sakrad.core.stripped.archive import Archive, local, packed, tree, written
from sakrad.core.stripped.docx import REL, Copy, Relation
from sakrad.core.stripped.refusal import Refusal

LOOK = frozenset(["styles", "numbering", "settings", "fontTable", "theme", "header", "footer"])


def strip(content: bytes) -> bytes:
    """The template without a word of its own in the body."""
    return packed(_Template(Archive(content)).parts())


class _Template(Copy):
    """Follows only what makes the look."""

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
