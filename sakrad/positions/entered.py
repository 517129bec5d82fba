"""How an answer that did not come by the web came in: what readers, its sender and the register are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from sakrad.core import i18n
from sakrad.positions.models import SPOKEN, Channel, Transcription


@dataclass(frozen=True, slots=True)
class Entered:
    """What readers are told. In an answer without name the days are None: they could give the sender away."""

    channel: Channel
    received_at: datetime | None  # the stated time
    entered_at: datetime | None
    whole: bool  # a letter in one piece, kept at the open question
    confirmed: bool
    confirmed_at: datetime | None
    corrected: bool  # by the sender, when it was read back

    @property
    def unconfirmed(self) -> bool:
        """As of the transcription itself."""
        return self.channel in SPOKEN and not self.confirmed


def entered(row: Any, *, named: bool) -> Entered | None:
    """Of a row of queries_public.positions that may be read; None for the web."""
    if row.entered_at is None:
        return None
    return Entered(
        channel=row.channel,
        received_at=row.received_at if named else None,
        entered_at=row.entered_at if named else None,
        whole=row.entered_whole,
        confirmed=row.entered_confirmed_at is not None,
        confirmed_at=row.entered_confirmed_at if named else None,
        corrected=row.corrects_id is not None,
    )


def whole_heading(entry: Transcription | None) -> str:
    """What stands over a text that was entered in one piece; empty where the questions stand over it."""
    if entry is None or not entry.whole:
        return ""
    return str(gettext("Det som sades, i sin helhet") if entry.channel in SPOKEN else gettext("Brevet i sin helhet"))


def facts_of(entry: Transcription | None) -> list[tuple[str, str]]:
    """When it was entered and whether its sender has confirmed it, as label and words."""
    if entry is None:
        return []
    return [(gettext("Inskrivet av kommunen"), i18n.moment(entry.entered_at)), (gettext("Återläsning"), _read_back(entry))]


def _read_back(entry: Transcription) -> str:
    day = i18n.day(entry.confirmed_at, year=True)
    if entry.corrected:
        return str(gettext("Återläst, rättat och bekräftat av avsändaren %(day)s", day=day))
    if entry.confirmed:
        return str(gettext("Återläst och bekräftat av avsändaren %(day)s", day=day))
    return str(gettext("Nedtecknat av en tjänsteperson. Avsändaren har inte bekräftat än.")) if entry.unconfirmed else ""
