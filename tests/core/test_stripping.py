"""What a stripped copy holds: all that is seen, and nothing that is only about it. Hostile files are refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from sakrad.core.files import FileKind, RefusedFile, sniff
from sakrad.core.stripped.photographs import clean_jpeg, clean_jpeg2000
from sakrad.core.stripped.refusal import Refusal
from sakrad.core.stripping import strip
from tests.factories import attachments as sample
from tests.factories.attachments import SECRET, VISIBLE

SECRET_BYTES = SECRET.encode()


def inside(content: bytes) -> bytes:
    """Everything in the file, unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        found = [content]
        for number in range(1, len(reader.xref[0]) + 1 if reader.xref else 1):
            thing = reader.get_object(number)
            found.append(repr(thing).encode())
            found.append(getattr(thing, "_data", b"") or b"")
        return b"".join(found)
    return content


def words_of(part: bytes) -> str:
    return " ".join("".join(etree.fromstring(part).itertext()).split())


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param(FileKind.pdf, sample.pdf(), id="pdf: author, XMP, comments, form data, scripts, embedded files, a photograph's EXIF"),
        pytest.param(FileKind.docx, sample.docx(), id="docx: authors, tracked changes, comments, hidden words, fields, macros, template"),
        pytest.param(FileKind.odt, sample.odt(), id="odt: authors, tracked changes, comments, hidden words, scripts, thumbnail"),
        pytest.param(FileKind.png, sample.picture("PNG"), id="png: text chunks, EXIF, profile, what trails it"),
        pytest.param(FileKind.jpeg, sample.picture(), id="jpeg: EXIF with place, comment, XMP, profile, what trails it"),
    ],
)
def test_what_nobody_meant_to_publish_is_gone(kind: FileKind, content: bytes) -> None:
    assert SECRET_BYTES in inside(content), "the sample must hold what is to go"
    copy = strip(content, kind)
    assert SECRET_BYTES not in inside(copy)
    assert sniff(copy) is kind
    assert strip(content, kind) == copy, "the same file gives the same copy"


def test_a_pdf_keeps_its_pages_words_language_and_links_to_the_web() -> None:
    reader = PdfReader(io.BytesIO(strip(sample.pdf(pages=3), FileKind.pdf)))
    assert [VISIBLE in page.extract_text() for page in reader.pages] == [True] * 3
    assert reader.metadata is None and reader.xmp_metadata is None
    assert set(reader.root_object) <= {"/Type", "/Pages", "/Lang"}
    annotations = [annotation.get_object() for page in reader.pages for annotation in page["/Annots"]]
    assert {annotation["/Subtype"] for annotation in annotations} == {"/Link"}
    assert {annotation["/A"]["/URI"] for annotation in annotations} == {"https://sakrad.example/"}
    assert len(reader.pages[0].images) == 1
    assert reader.pages[0].images[0].image.size == (40, 20)
    assert not reader.pages[0].images[0].image.getexif()


def test_a_photograph_is_turned_as_it_was_held_and_tells_nothing() -> None:
    for kind, file_kind in (("JPEG", FileKind.jpeg), ("PNG", FileKind.png)):
        with Image.open(io.BytesIO(strip(sample.picture(kind), file_kind))) as picture:
            assert picture.size == (20, 40)
            assert not picture.getexif() and not picture.getexif().get_ifd(sample.GPS)
            assert not set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_word_document_reads_as_with_every_change_accepted() -> None:
    with zipfile.ZipFile(io.BytesIO(strip(sample.docx(), FileKind.docx))) as copy:
        names = set(copy.namelist())
        body = words_of(copy.read("word/document.xml"))
        assert words_of(copy.read("word/header1.xml")) == "Sidhuvud."
        document = copy.read("word/document.xml")
        relations = copy.read("word/_rels/document.xml.rels")
        assert {entry.date_time for entry in copy.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "Vagen in ar for lang." in body
    assert "Forsta halvan och andra." in body, "a deleted paragraph mark joins what it parted"
    for kept in ("Styrelsen", "I en ruta.", "Kvar i tabellen.", "Las mer.", "En annan fil."):
        assert kept in body
    assert b"PAGE" in document and b"AUTHOR" not in document
    assert b"rsid" not in document and b"w:author" not in document
    assert b"https://sakrad.example/" in relations and b"file:" not in relations
    assert names == {
        "[Content_Types].xml",
        "_rels/.rels",
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "word/media/image1.jpeg",
        "word/settings.xml",
        "word/header1.xml",
        "word/styles.xml",
    }


def test_an_open_document_reads_as_with_every_change_accepted() -> None:
    with zipfile.ZipFile(io.BytesIO(strip(sample.odt(), FileKind.odt))) as copy:
        body = words_of(copy.read("content.xml"))
        assert copy.infolist()[0].filename == "mimetype" and copy.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert set(copy.namelist()) == {"mimetype", "content.xml", "styles.xml", "Pictures/bild.png", "META-INF/manifest.xml"}
    assert "Vagen in ar for lang." in body
    assert "Skrivet av styrelsen. En annan fil." in body
    assert "En karta" in body, "what is read aloud for a picture stays"


def bomb() -> bytes:
    """A fifth of a gigabyte of nothing, in a fifth of a megabyte."""
    return sample.docx(**{"word/document.xml": b"<a>" + b" " * 200_000_000 + b"</a>"})


def lying_png() -> bytes:
    """A picture that says that it is a hundred thousand points wide and high."""
    content = bytearray(sample.picture("PNG"))
    content[16:24] = (100_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


ENTITIES = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;&c;</a>'
DEEP = "<a>" * 50_000 + "</a>" * 50_000


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        pytest.param(FileKind.pdf, sample.pdf(password="hemligt"), "encrypted", id="a pdf with a password"),
        pytest.param(FileKind.pdf, sample.pdf(password=""), "encrypted", id="a pdf that may be read but not changed"),
        pytest.param(FileKind.odt, sample.odt(encrypted=True), "encrypted", id="an encrypted odt"),
        pytest.param(FileKind.pdf, b"%PDF-1.7\n%%EOF\n", "broken", id="a pdf of nothing"),
        pytest.param(FileKind.pdf, b"%PDF-1.7\n" + b"[" * 200_000, "broken", id="a pdf that opens and never closes"),
        pytest.param(FileKind.jpeg, sample.picture()[:300], "broken", id="a jpeg cut off"),
        pytest.param(FileKind.png, sample.picture("PNG")[:100], "broken", id="a png cut off"),
        pytest.param(FileKind.docx, sample.docx()[:-40], "broken", id="a docx cut off"),
        pytest.param(FileKind.png, lying_png(), "too_complex", id="a png bomb"),
        pytest.param(FileKind.docx, bomb, "too_complex", id="a zip bomb"),
        pytest.param(FileKind.docx, sample.docx(**{"word/document.xml": ENTITIES}), "broken", id="a docx with entities"),
        pytest.param(FileKind.odt, sample.odt(**{"content.xml": ENTITIES}), "broken", id="an odt with entities"),
        pytest.param(FileKind.odt, sample.odt(**{"content.xml": DEEP}), "broken", id="an odt nested beyond reason"),
        pytest.param(FileKind.docx, sample.docx(**{f"x{n}": "" for n in range(2_001)}), "too_complex", id="a docx of too many parts"),
        pytest.param(FileKind.jpeg, sample.pdf(), "broken", id="another kind than it says"),
    ],
)
def test_a_file_that_cannot_be_stripped_is_refused(kind: FileKind, content: bytes | Callable[[], bytes], reason: str) -> None:
    with pytest.raises(RefusedFile, match=f"^{reason}$"):
        strip(content() if callable(content) else content, kind)


def test_what_is_both_a_picture_and_an_archive_comes_out_as_the_picture_alone() -> None:
    polyglot = sample.picture() + sample.docx()
    assert sniff(polyglot) is FileKind.jpeg
    copy = strip(polyglot, FileKind.jpeg)
    assert b"PK\x03\x04" not in copy and b"word/" not in copy


def test_parts_that_lead_out_of_the_archive_are_left_behind() -> None:
    """Whoever unpacks the copy gets no file outside the folder."""
    relations = sample._relations({"rId1": ("officeDocument", "word/document.xml", ""), "rId2": ("styles", "../../evil.xml", "")})
    with zipfile.ZipFile(io.BytesIO(strip(sample.docx(**{"_rels/.rels": relations, "../evil.xml": "<a/>"}), FileKind.docx))) as copy:
        assert not any(".." in name for name in copy.namelist())


@pytest.mark.parametrize(
    "clean",
    [pytest.param(clean_jpeg, id="jpeg"), pytest.param(clean_jpeg2000, id="jpeg 2000")],
)
def test_a_photograph_inside_that_is_none_is_refused(clean: object) -> None:
    for content in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xff" + b"x", b"\x00\x00\x00\x09jP  "):
        with pytest.raises(Refusal):
            clean(content)  # type: ignore[operator]


def test_a_jpeg_2000_loses_its_told_boxes() -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return (8 + len(content)).to_bytes(4, "big") + kind + content

    picture = box(b"jP  ", b"\r\n\x87\n") + box(b"jp2c", b"points")
    told = box(b"uuid", SECRET_BYTES) + box(b"xml ", SECRET_BYTES)
    assert clean_jpeg2000(picture[:12] + told + picture[12:]) == picture
