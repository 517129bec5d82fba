"""The card as an image: an SVG breaks no lines by itself."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from sakrad.core.i18n import inline, listing
from sakrad.voices.queries_profile import Card

MARGIN = 20
ROOM = 376  # of a line
LETTERS = {"name": 28, "text": 44}  # that usually have room on it
SIZE = {"name": 27, "text": 17}  # of the letters, a little more than drawn: fonts differ, and bold ones are wider
LEADING = {"name": 28, "text": 22, "gap": 10}
MOST = {"name": 3, "text": 4}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the image and where its letters stand."""

    kind: str
    words: str
    y: int
    length: int | None = None  # to which a line that may be too wide is drawn together


def _texts(card: Card) -> list[tuple[str, str]]:
    english = str(get_locale()) == "en"
    groups = listing(inline(group.name_en if english else group.name) for group in card.groups)
    spoken = [("text", _("Talar enligt organisationen för %(groups)s.", groups=groups))] if groups else []
    answers = ngettext("%(num)s svar till kommuner på Sakråd.", "%(num)s svar till kommuner på Sakråd.", card.answers)
    return [("name", card.name), *spoken, ("text", answers)]


def in_words(card: Card) -> str:
    """What the image says, for those who do not see it."""
    first, *rest = (words for _kind, words in _texts(card))
    return f"{first}. {' '.join(rest)}"


def card_lines(card: Card) -> list[Line]:
    """The card's words, broken into lines."""
    lines, y = [], MARGIN
    for kind, words in _texts(card):
        for one in textwrap.wrap(words, LETTERS[kind], max_lines=MOST[kind], placeholder=" …"):
            y += LEADING[kind]
            lines.append(Line(kind, one, y, ROOM if _width(one) * SIZE[kind] > ROOM - 16 else None))
        y += LEADING["gap"]
    return lines


def _width(words: str) -> float:
    """About how wide the words are, in sizes of their letters: no font is at hand to measure with."""
    return sum(0.9 if one in "MWmw@%…—" else 0.3 if one in "ijltfrI.,:;'’|!- " else 0.68 if one.isupper() else 0.55 for one in words)


def card_height(lines: list[Line]) -> int:
    """How high the image is."""
    return lines[-1].y + 2 * MARGIN
