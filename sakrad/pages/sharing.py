"""What the pictures say that stand for pages where their addresses are shared (core.pictures)."""

from __future__ import annotations

from flask_babel import gettext as _

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.queries_public import Head
from sakrad.core import i18n
from sakrad.core.pictures import Picture


def plain(title: str, *, place: str = "", kicker: str = "", foot: str = "") -> Picture:
    return Picture(i18n.site_name(), title, place=place, kicker=kicker, foot=foot)


def of_consultation(head: Head, title: str = "", *, kicker: str = "") -> Picture:
    """A consultation, or something in it: whose it is and where it stands. Dates, not days late: others keep the picture for long."""
    return Picture(
        i18n.site_name(),
        title or head.title,
        place=head.place,
        kicker=kicker or standing(head),
        foot=f"{head.authority} · {head.title}" if title else head.authority,
        steps=tuple(step.state for step in head.steps),
    )


def standing(head: Head) -> str:
    """Where it stands, in a line."""
    match head.phase:
        case Phase.announced:
            return str(_("Öppnar %(date)s", date=i18n.day(head.opens_at, year=True)))
        case Phase.open:
            return str(_("Öppet · svara senast %(date)s", date=i18n.until(head.closes_at, year=True)))
        case _:
            return i18n.label(head.phase)
