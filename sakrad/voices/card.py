"""The card as an image: an SVG breaks no lines by itself."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from sakrad.core.i18n import listing
from sakrad.voices.queries_profile import Card

MARGIN = 20
LETTERS = {"name": 30, "text": 46}  # that have room on a line
LEADING = {"name": 28, "text": 22, "gap": 10}
MOST = {"name": 3, "text": 4}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the image and where its letters stand."""

    kind: str
    words: str
    y: int


def _texts(card: Card) -> list[tuple[str, str]]:
    english = str(get_locale()) == "en"
    groups = listing((group.name_en if english else group.name).lower() for group in card.groups)
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
            lines.append(Line(kind, one, y))
        y += LEADING["gap"]
    return lines


def card_height(lines: list[Line]) -> int:
    """How high the image is."""
    return lines[-1].y + 2 * MARGIN
