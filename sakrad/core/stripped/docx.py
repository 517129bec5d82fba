"""DOCX: tracked changes accepted, comments and authors gone, and only the parts that make the text and its look taken along."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sakrad.core.stripped import images
from sakrad.core.stripped.archive import Archive, local, packed, remove, unwrap, words, written
from sakrad.core.stripped.refusal import Refusal

OFFICIAL = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
)
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
# Which parts are taken along, by the last word of the relationship's type. All else is left behind: comments, people,
# properties, custom XML, templates, macros, embedded objects, printers, previews.
KEPT = {
    "officeDocument": f"{WORD}document.main+xml",
    "styles": f"{WORD}styles+xml",
    "numbering": f"{WORD}numbering+xml",
    "settings": f"{WORD}settings+xml",
    "fontTable": f"{WORD}fontTable+xml",
    "footnotes": f"{WORD}footnotes+xml",
    "endnotes": f"{WORD}endnotes+xml",
    "header": f"{WORD}header+xml",
    "footer": f"{WORD}footer+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
}
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
SETTINGS = words(
    "zoom displayBackgroundShape mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop "
    "defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone evenAndOddHeaders bookFoldPrinting characterSpacingControl "
    "footnotePr endnotePr compat themeFontLang clrSchemeMapping decimalSymbol listSeparator"
)
GONE = words(
    "del moveFrom delText delInstrText commentRangeStart commentRangeEnd commentReference annotationRef rPrChange pPrChange sectPrChange "
    "tblPrChange tblGridChange trPrChange tcPrChange tblPrExChange numberingChange cellIns cellMerge moveFromRangeStart moveFromRangeEnd "
    "moveToRangeStart moveToRangeEnd customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd "
    "customXmlMoveFromRangeStart customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd permStart permEnd proofErr "
    "rsid object control altChunk subDoc ffData fldData dataBinding smartTagPr customXmlPr sdtPr sdtEndPr printerSettings attachedTemplate "
    "embedRegular embedBold embedItalic embedBoldItalic svgBlip imgProps contentPart"
)
UNWRAPPED = words("ins moveTo sdt sdtContent customXml smartTag")
TOLD = words("author initials date dateUtc userId providerId paraId textId durableId anchorId editId")  # attributes
FIELDS = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES|SECTION|TOC|PAGEREF|REF|NOTEREF|SEQ)\b", re.IGNORECASE)  # about nobody
HOLDERS = frozenset(["drawing", "pict"])
FILE_NAME = re.compile(r"[\\/]|\.\w{3,4}$")


def strip(content: bytes) -> bytes:
    """The document as it reads with every change accepted."""
    return packed(Copy(Archive(content)).parts())


@dataclass(frozen=True, slots=True)
class Relation:
    """From one part to another, or to something outside the document."""

    number: str
    kind: str
    target: str
    outside: bool

    @property
    def sort(self) -> str:
        return self.kind.rpartition("/")[2]


class Copy:
    """Follows the relationships from the document and takes along what may be taken."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.kept: dict[str, bytes] = {}
        self.types: dict[str, str] = {}

    def parts(self) -> dict[str, bytes]:
        main = [relation for relation in self._relations("") if relation.sort == "officeDocument" and not relation.outside]
        if len(main) != 1:
            raise Refusal("broken")
        self._take(main[0].target, "officeDocument")
        root = etree.Element(f"{REL}Relationships", nsmap={None: REL[1:-1]})
        etree.SubElement(root, f"{REL}Relationship", Id="rId1", Type=main[0].kind, Target=main[0].target)
        return {"[Content_Types].xml": self._content_types(), "_rels/.rels": written(root), **self.kept}

    def _content_types(self) -> bytes:
        root = etree.Element(f"{{{TYPES}}}Types", nsmap={None: TYPES})
        etree.SubElement(
            root, f"{{{TYPES}}}Default", Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"
        )
        for name, kind in self.types.items():
            etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
        return written(root)

    def _relations(self, name: str) -> Iterator[Relation]:
        """Of a part, or of the whole for ""."""
        place, file = posixpath.split(name)
        rels = posixpath.join(place, "_rels", f"{file}.rels")
        if rels not in self.archive.names:
            return
        for relation in self.archive.xml(rels).iter(f"{REL}Relationship"):
            target, outside = relation.get("Target", ""), relation.get("TargetMode") == "External"
            if not outside:
                target = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(place, target))
            if relation.get("Type", "").startswith(OFFICIAL) and not target.startswith(".."):
                yield Relation(relation.get("Id", ""), relation.get("Type", ""), target, outside)

    def _take(self, name: str, kind: str) -> None:
        """A part of text or look, with what it shows."""
        if name in self.kept:
            return
        root = self.archive.xml(name)
        self.kept[name] = b""  # its place in the order, and the end of any circle
        self.types[name] = KEPT[kind]
        relations = etree.Element(f"{REL}Relationships", nsmap={None: REL[1:-1]})
        held = set()
        for relation in self._relations(name) if kind != "theme" else ():
            if not self._takes(relation):
                continue
            held.add(relation.number)
            target = relation.target if relation.outside else f"/{relation.target}"
            new = etree.SubElement(relations, f"{REL}Relationship", Id=relation.number, Type=relation.kind, Target=target)
            if relation.outside:
                new.set("TargetMode", "External")
        clean(root, kind, held)
        self.kept[name] = written(root)
        if held:
            place, file = posixpath.split(name)
            self.kept[posixpath.join(place, "_rels", f"{file}.rels")] = written(relations)

    def _takes(self, relation: Relation) -> bool:
        if relation.outside:
            return relation.sort == "hyperlink" and relation.target.lower().startswith(("https://", "http://"))
        if relation.target not in self.archive.names:
            return False
        if relation.sort == "image":
            return self._take_picture(relation.target)
        if relation.sort in KEPT and relation.sort != "officeDocument":
            self._take(relation.target, relation.sort)
            return True
        return False

    def _take_picture(self, name: str) -> bool:
        """A photograph or drawing without its metadata; formats that cannot be cleaned are left out of the copy."""
        if name not in self.kept:
            content = self.archive.read(name)
            kind = next((kind for start, kind in PICTURES.items() if content.startswith(start)), None)
            if kind is None:
                return False
            self.kept[name], self.types[name] = images.strip(content), kind
        return True


def clean(root: etree._Element, kind: str, held: set[str]) -> None:
    """Make a part say what it shows and nothing more. `held` are the relationships that the copy has."""
    if kind == "settings":
        for child in list(root):
            if local(child) not in SETTINGS:
                root.remove(child)
    _accept_deleted_rows_and_marks(root)
    for element in list(root.iter()):
        name = local(element)
        if name in GONE or _is_hidden(element):
            remove(element)
        elif name in UNWRAPPED and element is not root:
            unwrap(element)
    _freeze_fields(root)
    for element in list(root.iter()):
        _clean_attributes(element)
    _let_go(root, held)
    _mend_tables(root)


def _marked(element: etree._Element, *path: str) -> bool:
    """Whether the path leads to an element, whatever the namespace's year."""
    for name in path:
        found = next((child for child in element if local(child) == name), None)
        if found is None:
            return False
        element = found
    return True


def _accept_deleted_rows_and_marks(root: etree._Element) -> None:
    """Deleted rows and cells go; a paragraph whose end was deleted runs on into the next."""
    for element in list(root.iter()):
        name = local(element)
        if (name == "tr" and _marked(element, "trPr", "del")) or (name == "tc" and _marked(element, "tcPr", "cellDel")):
            remove(element)
        elif name == "p" and (_marked(element, "pPr", "rPr", "del") or _marked(element, "pPr", "rPr", "moveFrom")):
            _run_on(element)


def _run_on(paragraph: etree._Element) -> None:
    following = paragraph.getnext()
    content = [child for child in paragraph if local(child) != "pPr"]
    if following is not None and local(following) == "p":
        at = 1 if len(following) and local(following[0]) == "pPr" else 0
        for place, child in enumerate(content):
            following.insert(at + place, child)
        remove(paragraph)
    elif all(local(child) in GONE for child in content):
        remove(paragraph)


def _mend_tables(root: etree._Element) -> None:
    """What Word asks for: a paragraph in each cell, a cell in each row, a row in each table."""
    for element in list(root.iter()):
        if local(element) == "tc" and not any(local(child) == "p" for child in element):
            etree.SubElement(element, etree.QName(etree.QName(element).namespace, "p"))
    for name, inside in (("tr", "tc"), ("tbl", "tr")):
        for element in list(root.iter()):
            if local(element) == name and not any(local(child) == inside for child in element):
                remove(element)


def _is_hidden(element: etree._Element) -> bool:
    """A run of hidden text: on no page, but in the file."""
    if local(element) != "r":
        return False
    for properties in element:
        if local(properties) == "rPr":
            for one in properties:
                if local(one) == "vanish":
                    return all(value not in ("0", "false", "off") for value in one.values())
    return False


def _freeze_fields(root: etree._Element) -> None:
    """What a field shows stays as words; the code goes, which may name files, servers or people. Page numbers and the like stay."""
    opened: list[list[etree._Element]] = []
    for element in list(root.iter()):
        name = local(element)
        if name == "fldSimple" and not FIELDS.match(_attribute(element, "instr")):
            unwrap(element)
        elif name == "fldChar" and _attribute(element, "fldCharType") == "begin":
            opened.append([element])
        elif name in ("instrText", "fldChar") and not opened:
            remove(element)
        elif name in ("instrText", "fldChar"):
            opened[-1].append(element)
            if _attribute(element, "fldCharType") == "end":
                field = opened.pop()
                if not FIELDS.match("".join(part.text or "" for part in field if local(part) == "instrText")):
                    for part in field:
                        remove(part)
    for part in [part for field in opened for part in field]:
        remove(part)


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.items() if etree.QName(key).localname == name), "")


def _clean_attributes(element: etree._Element) -> None:
    for key in list(element.attrib):
        name = etree.QName(key).localname
        if name in TOLD or name.startswith("rsid") or (local(element) == "imagedata" and name in ("title", "href")):
            del element.attrib[key]
    if local(element) in ("docPr", "cNvPr"):  # the picture's: what is read aloud stays, a file's name does not
        element.set("name", "Bild")
        element.attrib.pop("title", None)
        if FILE_NAME.search(element.get("descr", "")):
            del element.attrib["descr"]


def _let_go(root: etree._Element, held: set[str]) -> None:
    """Whatever refers to something that the copy does not have."""
    for element in list(root.iter()):
        lost = [
            key for key, value in element.items() if (etree.QName(key).namespace or "").endswith("/relationships") and value not in held
        ]
        if not lost:
            continue
        name = local(element)
        if name == "hyperlink":
            for key in lost:
                del element.attrib[key]
            if not _attribute(element, "anchor"):
                unwrap(element)
        else:
            remove(next((above for above in (element, *element.iterancestors()) if local(above) in HOLDERS), element))
