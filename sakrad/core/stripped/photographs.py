"""Photographs inside other documents: their picture data as it is, without what is told about it."""

from __future__ import annotations

from sakrad.core.stripped.refusal import Refusal

START, END, SCAN = 0xD8, 0xD9, 0xDA
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without length
INSIDE = ALONE | {0x00, 0xFF}  # what may follow 0xFF among the picture elements
JFIF, ADOBE = 0xE0, 0xEE  # how the colours are to be read; every other application segment is about the picture
TOLD = (frozenset(range(0xE0, 0xF0)) - {JFIF, ADOBE}) | {0xFE}
BOXES = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})  # of JPEG 2000: what makes the picture


def clean_jpeg(data: bytes) -> bytes:
    """The JPEG without EXIF, XMP, IPTC, profiles, comments, previews, and whatever lies behind its end."""
    if data[:2] != bytes((0xFF, START)):
        raise Refusal("broken")
    out = bytearray(data[:2])
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if len(data) < at + 2 or data[at] != 0xFF:
            raise Refusal("broken")
        marker = data[at + 1]
        if marker == END:
            return bytes(out) + data[at : at + 2]
        if marker in ALONE:
            out += data[at : at + 2]
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        stop = at + 2 + length
        if length < 2 or stop > len(data):
            raise Refusal("broken")
        if marker == SCAN:
            stop = _end_of_scan(data, stop)
        if marker not in TOLD:
            out += data[at:stop]
        at = stop
        if marker == SCAN and at >= len(data):  # cut off at the end, as some scanners do
            return bytes(out) + bytes((0xFF, END))


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after the picture elements; a zero or a restart after 0xFF belongs to them."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        following = data[at + 1]
        if following not in INSIDE:
            return at
        at += 1 if following == 0xFF else 2


def clean_jpeg2000(data: bytes) -> bytes:
    """The JPEG 2000 without XML, UUID and other boxes that are about it. A bare code stream is the picture alone."""
    if data[:2] == b"\xff\x4f":
        return data
    out = bytearray()
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        stop = len(data) if length == 0 else at + length
        if stop <= at + 7 or stop > len(data):
            raise Refusal("broken")
        if kind in BOXES:
            out += data[at:stop]
        at = stop
    if not out:
        raise Refusal("broken")
    return bytes(out)
