"""How one refers to the summary: the same words on the web and on paper."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from markupsafe import Markup

from sakrad.core import i18n


def reference(municipality: str, authority: str, title: str, *, diary_number: str, number: int, day: datetime | None, url: str) -> Markup:
    """Whose it is, what it is called, which edition and where that one stands for good.

    Args:
        municipality: like the authority and the title as plain words, or marked as Swedish.
        number: of the edition, published at `day`.
        url: the edition's own address.
    """
    what = ", ".join(filter(None, [gettext("Sammanställning av sakråd"), diary_number]))
    edition = gettext("Utgåva %(number)s, %(day)s.", number=number, day=i18n.day(day, year=True))
    return Markup("{}, {}: {}. {}. {} {}").format(municipality, authority, title, what, edition, url)
