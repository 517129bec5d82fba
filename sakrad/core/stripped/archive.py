"""Zip archives of office documents, read within bounds and written anew without times or owners."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from sakrad.core.stripped.refusal import Refusal

ENTRIES = 2_000
UNPACKED = 120 * 1024 * 1024  # bytes, all together
THEN = (1980, 1, 1, 0, 0, 0)  # the earliest time that zip knows
BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError)


class Archive:
    """What an archive holds. Parts are read when they are asked for; together no more than UNPACKED."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN:
            raise Refusal("broken") from None
        entries = self._zip.infolist()
        self.names = {entry.filename for entry in entries}
        if len(entries) > ENTRIES:
            raise Refusal("too_complex")
        if len(self.names) < len(entries):  # two parts with one name: readers differ in which they show
            raise Refusal("broken")
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refusal("encrypted")
        self._left = UNPACKED

    def read(self, name: str) -> bytes:
        """One part, unpacked. What the archive says about its size is not believed."""
        if name not in self.names:
            raise Refusal("broken")
        try:
            with self._zip.open(name) as part:
                content = part.read(self._left + 1)
        except BROKEN:
            raise Refusal("broken") from None
        self._left -= len(content)
        if self._left < 0:
            raise Refusal("too_complex")
        return content

    def xml(self, name: str) -> etree._Element:
        """One part as a tree."""
        return tree(self.read(name))


def tree(content: bytes) -> etree._Element:
    """Parse XML that may be hostile: no entities, no DTD, no network, nothing huge; comments and instructions are dropped."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Refusal("broken") from None
    if root.getroottree().docinfo.doctype:  # no office writes one
        raise Refusal("broken")
    return root


def written(root: etree._Element) -> bytes:
    """The tree as a part of an archive."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def packed(parts: Mapping[str, bytes], *, plain: str | None = None) -> bytes:
    """An archive of the parts, in their order. `plain` is not compressed: readers look at it without unpacking."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, THEN)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == plain else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(etree.QName(element).localname)


def remove(element: etree._Element) -> None:
    """Away with the element and all that is in it; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put what is in the element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    children = list(element)
    if element.text:
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + element.text
        else:
            parent.text = (parent.text or "") + element.text
    for place, child in enumerate(children):
        parent.insert(at + place, child)
    remove(element)


def words(listed: str) -> frozenset[str]:
    """Names of elements or attributes."""
    return frozenset(listed.split())
