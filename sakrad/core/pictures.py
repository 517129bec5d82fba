"""Pictures that stand for a page where its address is shared: drawn with the site's own fonts, and kept by what they say. Pure."""

from __future__ import annotations

import bisect
import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).parent / "fonts"
SERIF, SANS = "newsreader-latin-500-normal.ttf", "source-sans-3-latin-wght-normal.ttf"
WIDTH, HEIGHT, EDGE = 1200, 630, 80
ROOM = WIDTH - 2 * EDGE
PAPER, INK, SOFT, LINE, ACCENT = "#fbfaf6", "#1b2420", "#55615b", "#d9d8cf", "#0b5c4a"  # as in static/css/tokens.css
SIZES = (92, 82, 72, 64, 56, 50)  # of the title: the largest that leaves room
TITLE_ROOM = 318  # pixels from top to bottom
LEADING = 1.12
LONGEST = 400  # letters of a title: more than there is room for
KEPT = 512  # pictures: a title of any length is at most 40 kB, so 20 MB at most
BOLD, NORMAL = 600, 400


@dataclass(frozen=True, slots=True)
class Picture:
    """What is said. `steps`: the states of the phase line (done, now, next), empty where there is none."""

    site: str
    title: str
    place: str = ""
    kicker: str = ""
    foot: str = ""
    steps: tuple[str, ...] = ()


@functools.lru_cache(maxsize=KEPT)
def png(picture: Picture) -> bytes:
    """The picture as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 10), fill=ACCENT)
    x, name = float(EDGE), _font(SERIF, 42)
    draw.text((x, 96), picture.site, INK, name, anchor="ls")
    if picture.place:
        x += name.getlength(f"{picture.site} ")
        draw.text((x, 96), _cut(picture.place, name, WIDTH - EDGE - x), ACCENT, name, anchor="ls")
    if picture.kicker:
        kicker = _font(SANS, 33, BOLD)
        draw.text((EDGE, 180), _cut(picture.kicker, kicker, ROOM), ACCENT, kicker, anchor="ls")
    font, lines = _set(picture.title)
    for index, line in enumerate(lines):
        draw.text((EDGE, 196 + round((index + 0.86) * font.size * LEADING)), line, INK, font, anchor="ls")
    if picture.steps:
        _phase_line(draw, picture.steps)
    if picture.foot:
        foot = _font(SANS, 30, NORMAL)
        draw.text((EDGE, 590), _cut(picture.foot, foot, ROOM), SOFT, foot, anchor="ls")
    file = io.BytesIO()
    image.quantize(32, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _phase_line(draw: ImageDraw, steps: tuple[str, ...]) -> None:
    """The steps as on the page: what is done is filled, where it stands has a ring."""
    part, y, radius = ROOM / len(steps), 536, 9
    for index, state in enumerate(steps):
        x = EDGE + index * part
        draw.line((x, y, x + part, y), ACCENT if state == "done" else LINE, 4)
    for index, state in enumerate(steps):
        x = EDGE + radius + index * part
        if state == "now":
            draw.circle((x, y), radius + 7, PAPER, ACCENT, 3)
        draw.circle((x, y), radius, PAPER if state == "next" else ACCENT, ACCENT if state != "next" else SOFT, 3)


def _set(title: str) -> tuple[FreeTypeFont, list[str]]:
    """The title in the largest letters that leave room; a longer one than that is cut at a word."""
    words = title[:LONGEST].split()
    for size in SIZES:
        font = _font(SERIF, size)
        if max((font.getlength(word) for word in words), default=0) > ROOM:
            continue
        lines = wrapped(words, font, ROOM)
        if len(lines) * size * LEADING <= TITLE_ROOM:
            return font, _balanced(words, font, len(lines))
    font = _font(SERIF, SIZES[-1])
    lines, most = wrapped(words, font, ROOM), int(TITLE_ROOM / (SIZES[-1] * LEADING))
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + " …"]
    return font, [_cut(line, font, ROOM) for line in lines]


def wrapped(words: list[str], font: FreeTypeFont, width: float) -> list[str]:
    """As many words on each line as there is room for; no word is divided."""
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _balanced(words: list[str], font: FreeTypeFont, count: int) -> list[str]:
    """As many lines, about as long as each other: the narrowest that still holds them."""
    narrow, wide = 0.0, float(ROOM)
    while wide - narrow > 8:
        middle = (narrow + wide) / 2
        lines = wrapped(words, font, middle)
        fits = len(lines) <= count and all(font.getlength(line) <= middle for line in lines)
        narrow, wide = (narrow, middle) if fits else (middle, wide)
    return wrapped(words, font, wide)


def _cut(text: str, font: FreeTypeFont, width: float) -> str:
    """The text, or as much of it as there is room for."""
    if font.getlength(text) <= width:
        return text
    text = text.removesuffix(" …")
    fits = bisect.bisect(range(len(text)), width, key=lambda length: font.getlength(f"{text[:length]} …"))
    return f"{text[: max(fits - 1, 0)].rstrip()} …"


@functools.cache
def _font(name: str, size: int, weight: int | None = None) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.truetype(FONTS / name, size)
    if weight is not None:
        font.set_variation_by_axes([weight])
    return font
