"""Files as people send them: with authors, comments, tracked changes, places and scripts in them, each with the word SECRET."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from sakrad.consultations.models import Consultation
from sakrad.core import clock, files
from sakrad.core.db import transaction
from sakrad.core.stripping import strip
from sakrad.directory.models import Organisation
from sakrad.positions import commands
from sakrad.positions.models import Draft, DraftAttachment, PositionVersion
from tests.factories import positions
from tests.factories.positions import fresh

SECRET = "ANNABENGTSSON"
VISIBLE = "Vagen in ar for lang."
GPS = 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A photograph that tells where and by whom it was taken, held sideways."""
    image = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x0112] = SECRET, SECRET, 6
    exif.get_ifd(GPS).update({1: "N", 2: (59.0, 20.0, 0.0), 3: "E", 4: (18.0, 4.0, 0.0)})
    out = io.BytesIO()
    if kind == "PNG":
        told = PngInfo()
        told.add_text("Author", SECRET)
        told.add_itxt("XML:com.adobe.xmp", SECRET)
        image.save(out, "PNG", pnginfo=told, exif=exif, icc_profile=SECRET.encode())
    else:
        image.save(out, "JPEG", exif=exif, comment=SECRET.encode(), xmp=SECRET.encode(), icc_profile=SECRET.encode())
    return out.getvalue() + SECRET.encode()


def pdf(*, password: str | None = None, pages: int = 1) -> bytes:
    """Pages with words and a photograph, and all that a program may put beside them."""
    writer = PdfWriter()
    for _ in range(pages):
        _page(writer)
    writer.add_metadata({"/Author": SECRET, "/Title": SECRET, "/Producer": SECRET})
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(f"app.alert('{SECRET}')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment(f"{SECRET}.txt", SECRET.encode())
    writer.add_outline_item(title=SECRET, page_number=0)
    xmp = DecodedStreamObject()
    xmp.set_data(f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())
    xmp.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    writer.root_object[NameObject("/Lang")] = TextStringObject("sv-SE")
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: PdfWriter) -> None:
    page = writer.add_blank_page(300, 200)
    photograph = picture()
    image = _stream(photograph, Type="/XObject", Subtype="/Image", ColorSpace="/DeviceRGB", Filter="/DCTDecode")
    image.update({NameObject(f"/{name}"): NumberObject(value) for name, value in (("Width", 40), ("Height", 20), ("BitsPerComponent", 8))})
    image[NameObject("/Metadata")] = writer._add_object(_stream(SECRET.encode(), Type="/Metadata"))
    private = DictionaryObject({NameObject("/Adobe"): TextStringObject(SECRET)})
    font = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in _FONT.items()})
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)}),
            NameObject("/XObject"): DictionaryObject({NameObject("/Im1"): writer._add_object(image)}),
        }
    )
    page[NameObject("/Contents")] = writer._add_object(
        _stream(f"BT /F1 12 Tf 20 150 Td ({VISIBLE}) Tj ET q 40 0 0 20 20 20 cm /Im1 Do Q".encode())
    )
    page[NameObject("/PieceInfo")] = private
    page[NameObject("/AA")] = private
    page[NameObject("/Thumb")] = image.indirect_reference or private
    comment = {"/Subtype": NameObject("/Text"), "/T": TextStringObject(SECRET), "/Contents": TextStringObject(SECRET)}
    link = {
        "/Subtype": NameObject("/Link"),
        "/T": TextStringObject(SECRET),
        "/A": DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://sakrad.example/")}),
    }
    field = {"/Subtype": NameObject("/Widget"), "/FT": NameObject("/Tx"), "/T": TextStringObject("namn"), "/V": TextStringObject(SECRET)}
    script = {
        "/Subtype": NameObject("/Link"),
        "/A": DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(SECRET)}),
    }
    square = ArrayObject([NumberObject(n) for n in (0, 0, 10, 10)])
    page[NameObject("/Annots")] = ArrayObject(
        writer._add_object(DictionaryObject({NameObject(key): value for key, value in ({"/Rect": square} | annotation).items()}))
        for annotation in (comment, link, field, script)
    )


_FONT = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}


def _stream(data: bytes, **names: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    stream.update({NameObject(f"/{key}"): NameObject(value) for key, value in names.items()})
    return stream


def archive(parts: dict[str, str | bytes], *, first: str | None = None) -> bytes:
    """A zip archive; `first` is stored as it is, before the others."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(parts, key=lambda name: name != first):
            packed.writestr(name, parts[name], zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED)
    return out.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BY = f'w:author="{SECRET}" w:date="2027-01-01T00:00:00Z"'
BODY = f"""
<w:p w:rsidR="00AB12CD"><w:r><w:t xml:space="preserve">Vagen in </w:t></w:r>
<w:del w:id="1" {_BY}><w:r><w:delText>{SECRET}</w:delText></w:r></w:del><w:ins w:id="2" {_BY}><w:r><w:rPr><w:ins w:id="3" {_BY}/></w:rPr>
<w:t>ar for lang.</w:t></w:r></w:ins><w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r></w:p>
<w:p><w:pPr><w:rPr><w:del w:id="4" {_BY}/></w:rPr></w:pPr><w:r><w:t>Forsta halvan</w:t></w:r></w:p>
<w:p><w:r><w:t> och andra.</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{SECRET}</w:t></w:r>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>AUTHOR {SECRET}</w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Styrelsen</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
<w:p><w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/></w:sdtPr><w:sdtContent><w:r><w:t>I en ruta.</w:t></w:r></w:sdtContent></w:sdt></w:p>
<w:tbl><w:tr><w:trPr><w:del w:id="5" {_BY}/></w:trPr><w:tc><w:p><w:r><w:t>{SECRET}</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>Kvar i tabellen.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:docPr id="1" name="{SECRET}.jpg" descr="C:\\Users\\{SECRET}\\bild.jpg"/>
<a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:embed="rId1"/>
</wp:inline></w:drawing></w:r></w:p>
<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" r:id="rId2"/></w:object></w:r>
<w:hyperlink r:id="rId3"><w:r><w:t>Las mer.</w:t></w:r></w:hyperlink>
<w:hyperlink r:id="rId4"><w:r><w:t>En annan fil.</w:t></w:r></w:hyperlink></w:p>
<w:sectPr w:rsidR="00AB12CD"><w:headerReference w:type="default" r:id="rId8"/></w:sectPr>"""


def docx(body: str = BODY, **more: str | bytes) -> bytes:
    """A document that was passed round: tracked changes, comments, hidden words, fields, macros, a template."""
    relations = {
        "rId1": ("image", "media/image1.jpeg", ""),
        "rId2": ("oleObject", "embeddings/object1.bin", ""),
        "rId3": ("hyperlink", "https://sakrad.example/", "External"),
        "rId4": ("hyperlink", f"file:///C:/Users/{SECRET}/x.docx", "External"),
        "rId5": ("comments", "comments.xml", ""),
        "rId6": ("settings", "settings.xml", ""),
        "rId7": ("people", "people.xml", ""),
        "rId8": ("header", "header1.xml", ""),
        "rId9": ("styles", "styles.xml", ""),
        "rId10": ("vbaProject", "vbaProject.bin", ""),
        "rId11": ("customXml", "../customXml/item1.xml", ""),
    }
    space = f'xmlns:w="{WORD}" xmlns:r="{OFFICE}"'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relations(
            {"rId1": ("officeDocument", "word/document.xml", ""), "rId2": ("extended-properties", "docProps/app.xml", "")}
        ),
        "docProps/core.xml": f"<a>{SECRET}</a>",
        "docProps/app.xml": f"<a>{SECRET}</a>",
        "customXml/item1.xml": f"<a>{SECRET}</a>",
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(relations),
        "word/comments.xml": f'<w:comments {space}><w:comment w:author="{SECRET}"/></w:comments>',
        "word/people.xml": f'<w:people {space} w:author="{SECRET}"/>',
        "word/settings.xml": f'<w:settings {space}><w:attachedTemplate r:id="rId1"/><w:rsids><w:rsid w:val="00AB12CD"/></w:rsids>'
        f'<w:docVars><w:docVar w:name="x" w:val="{SECRET}"/></w:docVars><w:defaultTabStop w:val="720"/></w:settings>',
        "word/_rels/settings.xml.rels": _relations({"rId1": ("attachedTemplate", f"file:///C:/{SECRET}.dotm", "External")}),
        "word/styles.xml": f'<w:styles {space}><w:style w:styleId="a"><w:rsid w:val="00AB12CD"/></w:style></w:styles>',
        "word/header1.xml": f'<w:hdr {space}><w:p><w:ins w:id="9" {_BY}><w:r><w:t>Sidhuvud.</w:t></w:r></w:ins></w:p></w:hdr>',
        "word/media/image1.jpeg": picture(),
        "word/embeddings/object1.bin": SECRET,
        "word/vbaProject.bin": SECRET,
    }
    return archive(parts | more)


def _relations(listed: dict[str, tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{number}" Type="{OFFICE}/{sort}" Target="{target}"{f" TargetMode={chr(34)}{mode}{chr(34)}" if mode else ""}/>'
        for number, (sort, target, mode) in listed.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:officeooo="http://openoffice.org/2009/office"'
)
ODT_BODY = f"""<text:tracked-changes><text:changed-region><text:deletion>
<office:change-info><dc:creator>{SECRET}</dc:creator></office:change-info>
<text:p>{SECRET}</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:p text:style-name="P1">Vagen in <text:change-start text:change-id="a"/>ar for lang.<text:change-end text:change-id="a"/>
<office:annotation><dc:creator>{SECRET}</dc:creator><text:p>{SECRET}</text:p></office:annotation></text:p>
<text:p>Skrivet av <text:author-name>styrelsen</text:author-name>.<text:hidden-text>{SECRET}</text:hidden-text>
<text:span text:style-name="H1">{SECRET}</text:span> <text:a xlink:href="file:///C:/{SECRET}">En annan fil.</text:a></text:p>
<text:section text:name="s" text:display="none"><text:p>{SECRET}</text:p></text:section>
<text:p><draw:frame><draw:image xlink:href="Pictures/bild.png"/><svg:title>En karta</svg:title></draw:frame>
<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame></text:p>"""


def odt(body: str = ODT_BODY, *, encrypted: bool = False, **more: str | bytes) -> bytes:
    styles = (
        '<style:style style:name="P1"><style:text-properties officeooo:rsid="00AB12CD"/></style:style>'
        '<style:style style:name="H1"><style:text-properties text:display="none"/></style:style>'
    )
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF}><office:scripts>{SECRET}</office:scripts><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {ODF}/>",
        "meta.xml": f"<office:document-meta {ODF}><dc:creator>{SECRET}</dc:creator></office:document-meta>",
        "settings.xml": f"<a>{SECRET}</a>",
        "Thumbnails/thumbnail.png": picture("PNG"),
        "Pictures/bild.png": picture("PNG"),
        "Basic/script.xml": SECRET,
        "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>'
        + ("<m:encryption-data/>" if encrypted else "")
        + "</m:file-entry></m:manifest>",
    }
    return archive(parts | more, first="mimetype")


def attached(draft: Draft, content: bytes | None = None, name: str = "Anna Bengtssons karta.jpg") -> DraftAttachment:
    """The file in the draft, with its copy, as the page adds it."""
    content, draft = content or picture(), fresh(draft)
    kind = files.sniff(content)
    assert kind is not None
    upload, copy = files.put(content, name, kind), files.put(strip(content, kind), name, kind)
    with transaction():
        digest = hashlib.sha256(content).hexdigest()
        return commands.add_attachment(draft, upload=upload, copy=copy, digest=digest, actor=None, at=clock.now())


def sent_with(of: Consultation, by: Organisation, *contents: bytes, **more: Any) -> PositionVersion:
    """An answer that came in with the files."""
    draft = positions.fill(positions.open_draft(of, by), **more)
    for content in contents or (picture(),):
        attached(draft, content)
    return positions.submit(draft)
