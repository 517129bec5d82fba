"""ODT: tracked changes accepted, comments and authors gone, and only the text, its styles and its pictures taken along."""

from __future__ import annotations

import re

from lxml import etree

from sakrad.core.stripped import images
from sakrad.core.stripped.archive import Archive, local, packed, remove, unwrap, words, written
from sakrad.core.stripped.refusal import Refusal

MIMETYPE = b"application/vnd.oasis.opendocument.text"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
XLINK = "{http://www.w3.org/1999/xlink}href"
PARTS = ("content.xml", "styles.xml")
PICTURE = re.compile(r"(?:\./)?(Pictures/[\w.-]+)\Z")
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
GONE = words(
    "tracked-changes change change-start change-end annotation annotation-end scripts script event-listeners forms form control "
    "settings dde-connection-decls dde-connection-decl user-field-decls object object-ole plugin applet floating-frame font-face-src "
    "section-source dde-source hidden-text hidden-paragraph soft-page-break"
)
# Fields whose code may name people, files or servers: what they show stays as words.
FROZEN = words(
    "creator author-name author-initials initial-creator creation-date creation-time modification-date modification-time print-date "
    "print-time printed-by editing-cycles editing-duration file-name template-name user-defined user-field-get user-field-input "
    "variable-get variable-set variable-input title subject keywords description sender-firstname sender-lastname sender-initials "
    "sender-title sender-position sender-email sender-phone-private sender-fax sender-company sender-phone-work sender-street "
    "sender-city sender-postal-code sender-country sender-state-or-province database-display database-name database-row-number "
    "conditional-text expression placeholder execute-macro text-input drop-down date time meta"
)
TOLD = re.compile(r"(.*-)?rsid|author|creator|user-name|initials")  # attributes
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def strip(content: bytes) -> bytes:
    """The document as it reads with every change accepted."""
    archive = Archive(content)
    if "content.xml" not in archive.names:
        raise Refusal("broken")
    if "META-INF/manifest.xml" in archive.names and any(
        local(element) == "encryption-data" for element in archive.xml("META-INF/manifest.xml").iter()
    ):
        raise Refusal("encrypted")
    pictures: dict[str, tuple[bytes, str]] = {}
    trees = {name: archive.xml(name) for name in PARTS if name in archive.names}
    shared = _hidden_styles(trees["styles.xml"]) if "styles.xml" in trees else set()
    for root in trees.values():
        _clean(root, shared | _hidden_styles(root))
        _keep_pictures(root, archive, pictures)
    parts = {name: written(root) for name, root in trees.items()} | {name: held for name, (held, _kind) in pictures.items()}
    kinds = dict.fromkeys(trees, "text/xml") | {name: kind for name, (_held, kind) in pictures.items()}
    return packed({"mimetype": MIMETYPE, **parts, "META-INF/manifest.xml": _manifest(kinds)}, plain="mimetype")


def _clean(root: etree._Element, hidden: set[str]) -> None:
    for element in list(root.iter()):
        name = local(element)
        if name in GONE or _attribute(element, "style-name") in hidden or _is_closed(element):
            remove(element)
        elif name in FROZEN and etree.QName(element).namespace == TEXT:
            for choice in [child for child in element if local(child) == "label"]:
                remove(choice)
            unwrap(element)
        else:
            _clean_attributes(element)


def _hidden_styles(root: etree._Element) -> set[str]:
    """The names of styles that hide their text: it is on no page, but in the file."""
    found = set()
    for properties in root.iter():
        style = properties.getparent()
        if local(properties) == "text-properties" and _attribute(properties, "display") == "none" and style is not None:
            found.add(_attribute(style, "name"))
    return found - {""}


def _is_closed(element: etree._Element) -> bool:
    """A section that is not shown."""
    return local(element) == "section" and _attribute(element, "display") in ("none", "condition")


def _clean_attributes(element: etree._Element) -> None:
    for key in list(element.attrib):
        if TOLD.fullmatch(etree.QName(key).localname):
            del element.attrib[key]
    href = element.get(XLINK)
    if href is not None and local(element) == "a" and not href.lower().startswith(("https://", "http://", "#")):
        unwrap(element)


def _keep_pictures(root: etree._Element, archive: Archive, pictures: dict[str, tuple[bytes, str]]) -> None:
    """Photographs and drawings without their metadata; whatever else the text leads to is left out."""
    for element in list(root.iter()):
        href = element.get(XLINK)
        if href is None or local(element) == "a":
            continue
        found = PICTURE.match(href)
        if found is None or not _take(found[1], archive, pictures):
            remove(element)
    for frame in list(root.iter()):
        if local(frame) == "frame" and not any(local(child) in ("image", "text-box", "table") for child in frame):
            remove(frame)


def _take(name: str, archive: Archive, pictures: dict[str, tuple[bytes, str]]) -> bool:
    if name in pictures:
        return True
    content = archive.read(name) if name in archive.names else b""
    kind = next((kind for start, kind in PICTURES.items() if content.startswith(start)), None)
    if kind is None:
        return False
    pictures[name] = images.strip(content), kind
    return True


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.items() if etree.QName(key).localname == name), "")


def _manifest(kinds: dict[str, str]) -> bytes:
    root = etree.Element(f"{{{MANIFEST}}}manifest", nsmap={"manifest": MANIFEST})
    for path, kind in {"/": MIMETYPE.decode(), **kinds}.items():
        entry = etree.SubElement(root, f"{{{MANIFEST}}}file-entry")
        entry.set(f"{{{MANIFEST}}}full-path", path)
        entry.set(f"{{{MANIFEST}}}media-type", kind)
    return written(root)
