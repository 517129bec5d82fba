"""What a version is a version of: the Swedish words, as readers see them.

The package summaries stands above and fills in its own (`provide`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import Head

NAMES = {
    "need": _("Varför nu?"),
    "purpose": _("Varför vi frågar"),
    "background": _("Bakgrund"),
    "can_influence": _("Det här går att påverka"),
    "already_decided": _("Det här är redan bestämt"),
    "use_of_views": _("Så tas synpunkterna om hand"),
}


@dataclass(frozen=True, slots=True)
class Original:
    """The words to translate."""

    title: str
    lead: str = ""
    parts: tuple[tuple[str | LazyString, str], ...] = ()  # what it is called, and what it says
    questions: tuple[tuple[int, str], ...] = ()

    @property
    def digest(self) -> str:
        """Says whether the words have changed. What they are called does not count."""
        words = [self.title, self.lead, [text for _name, text in self.parts], self.questions]
        return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def original_of_consultation(matter: Consultation | Head, questions: Iterable[tuple[int, str]]) -> Original:
    """The matter and its questions, but for those that have been withdrawn."""
    parts = tuple((name, text) for field, name in NAMES.items() if (text := getattr(matter, field)))
    return Original(matter.title, matter.lead, parts, tuple(questions))


_find: list[Callable[[int], Original]] = []


def provide(find: Callable[[int], Original]) -> None:
    """Let `find` answer `original_of_summary`."""
    _find[:] = [find]


def original_of_summary(consultation_id: int) -> Original:
    """The published summary of the consultation."""
    return _find[0](consultation_id)
