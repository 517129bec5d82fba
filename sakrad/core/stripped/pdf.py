"""PDF: the pages built anew from what draws them. All else is left behind, because it is not taken along.

Not taken: document information, XMP, private data of the programs that made it, earlier revisions, comments and other
annotations, form fields with what was filled in, scripts and actions, embedded files, thumbnails, bookmarks, structure.
Links to the web are made anew. Pictures inside keep their picture elements and lose their own metadata.
"""

from __future__ import annotations

import io
import zlib
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.filters import ASCII85Decode, ASCIIHexDecode
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from sakrad.core.stripped import photographs
from sakrad.core.stripped.refusal import Refusal

PAGES = 1_000
UNPACKED = 200 * 1024 * 1024  # bytes of one picture's data, when it lies packed in the file
PAGE_KEYS = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")


def _keys(words: str) -> frozenset[str]:
    return frozenset(f"/{word}" for word in words.split())


PICTURE_KEYS = _keys(
    "Type Subtype Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode Interpolate SMask SMaskInData Matte "
    "Filter DecodeParms"
)
FORM_KEYS = _keys("Type Subtype FormType BBox Matrix Resources Group Filter DecodeParms")
# Of everything else that draws (fonts, shadings, patterns, functions): what is only about it, or leads away from it.
LEFT_OUT = _keys(
    "Metadata PieceInfo LastModified AF EF AA JS OC OPI Alternates Measure PtData Annots Thumb StructParent StructParents Properties "
    "Parent Length Private Popup PresSteps"
)
# What draws nothing, wherever something refers to it.
OTHERWISE = _keys("Catalog Pages Page Annot Action Filespec F EmbeddedFile Metadata Outlines StructTreeRoot StructElem Sig OCG")


def strip(content: bytes) -> bytes:
    """The same pages, and nothing else."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refusal("encrypted")
        pages = list(reader.pages)
    except PyPdfError:
        raise Refusal("broken") from None
    if not pages:
        raise Refusal("broken")
    if len(pages) > PAGES:
        raise Refusal("too_complex")
    writer = PdfWriter()
    writer.metadata = None
    rebuilding = _Rebuilding(writer)
    for page in pages:
        rebuilding.add(page)
    if (language := reader.root_object.get("/Lang")) and isinstance(language, str) and len(language) < 20:
        writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class _Rebuilding:
    """Copies objects into a new document, each once."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.known: dict[tuple[int, int], IndirectObject] = {}

    def add(self, page: PageObject) -> None:
        new = self.writer.add_blank_page(1, 1)
        for key in PAGE_KEYS:
            if key in page:
                new[NameObject(key)] = self.copied(page.raw_get(key))
        links = [link for link in map(self.link, _annotations(page)) if link is not None]
        if links:
            new[NameObject("/Annots")] = ArrayObject(links)

    def link(self, annotation: DictionaryObject) -> PdfObject | None:
        """A link to the web, made anew; every other annotation is left behind."""
        action = _there(annotation, "/A")
        if _there(annotation, "/Subtype") != "/Link" or not isinstance(action, DictionaryObject) or _there(action, "/S") != "/URI":
            return None
        address = _there(action, "/URI")
        if not isinstance(address, str) or not address.lower().startswith(("https://", "http://")) or "/Rect" not in annotation:
            return None
        return DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/Rect"): self.copied(annotation.raw_get("/Rect")),
                NameObject("/Border"): ArrayObject(),
                NameObject("/A"): DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(address)}),
            }
        )

    def copied(self, thing: Any) -> PdfObject:
        """The object, with everything that it draws with and nothing that is only about it."""
        if isinstance(thing, IndirectObject):
            return self.referred(thing)
        if isinstance(thing, DictionaryObject) and _there(thing, "/Type") in OTHERWISE:
            return NullObject()
        if isinstance(thing, StreamObject):
            return self.stream(thing)
        if isinstance(thing, DictionaryObject):
            return self.dictionary(thing, None)
        if isinstance(thing, ArrayObject):
            return ArrayObject([self.copied(item) for item in thing])
        copy: PdfObject = thing.clone(self.writer)
        return copy

    def referred(self, reference: IndirectObject) -> PdfObject:
        key = (reference.idnum, reference.generation)
        if key not in self.known:
            self.known[key] = self.writer._add_object(NullObject())  # before its parts: they may refer back
            self.writer._replace_object(self.known[key], self.copied(reference.get_object()))
        return self.known[key]

    def dictionary(self, source: DictionaryObject, keys: frozenset[str] | None) -> DictionaryObject:
        new = DictionaryObject()
        for key in source:
            taken = key in keys if keys is not None else key not in LEFT_OUT and not key.startswith("/PTEX")
            if taken:
                new[NameObject(key)] = self.copied(source.raw_get(key))
        return new

    def stream(self, source: StreamObject) -> PdfObject:
        kind = _there(source, "/Subtype")
        keys = PICTURE_KEYS if kind == "/Image" else FORM_KEYS if kind == "/Form" else None
        new = EncodedStreamObject() if isinstance(source, EncodedStreamObject) else StreamObject()
        new.update(self.dictionary(source, keys))
        new._data = source._data
        if kind == "/Image":
            _clean_picture(new)
        return new


def _there(source: DictionaryObject, key: str) -> Any:
    """What stands under the key, wherever it lies in the file; None when nothing does."""
    return source.raw_get(key).get_object() if key in source else None


def _annotations(page: PageObject) -> list[DictionaryObject]:
    listed = _there(page, "/Annots")
    found = [item.get_object() for item in listed] if isinstance(listed, ArrayObject) else []
    return [annotation for annotation in found if isinstance(annotation, DictionaryObject)]


def _clean_picture(picture: StreamObject) -> None:
    """Take the metadata out of a photograph's own data."""
    filters = _there(picture, "/Filter")
    names = [str(item.get_object()) for item in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if names[-1] not in ("/DCTDecode", "/DCT", "/JPXDecode"):
        return
    data = picture._data
    for name in names[:-1]:
        data = _unpacked(name, data)
    parameters = _there(picture, "/DecodeParms")
    if isinstance(parameters, ArrayObject) and parameters:
        picture[NameObject("/DecodeParms")] = parameters[-1]
    picture[NameObject("/Filter")] = NameObject(names[-1])
    picture._data = photographs.clean_jpeg2000(data) if names[-1] == "/JPXDecode" else photographs.clean_jpeg(data)


def _unpacked(name: str, data: bytes) -> bytes:
    if name in ("/FlateDecode", "/Fl"):
        unpacked = zlib.decompressobj().decompress(data, UNPACKED)
    elif name in ("/ASCII85Decode", "/A85"):
        unpacked = bytes(ASCII85Decode.decode(data))
    elif name in ("/ASCIIHexDecode", "/AHx"):
        unpacked = bytes(ASCIIHexDecode.decode(data))
    else:
        raise Refusal("broken")
    return unpacked
