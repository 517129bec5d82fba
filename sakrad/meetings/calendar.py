"""Meetings as calendar entries. What everybody may fetch holds neither link nor hidden place; the registered one's own file does."""

from __future__ import annotations

import dataclasses

from flask_babel import gettext as _

from sakrad.core.calendars import Entry
from sakrad.meetings.models import Meeting
from sakrad.meetings.queries_public import PublicMeeting


def public_entry(meeting: PublicMeeting | Meeting, url: str, *, called_off: bool = False) -> Entry:
    """The entry for anybody. The same meeting keeps its UID, and SEQUENCE grows with each change.

    Args:
        url: the whole address of its page.
        called_off: the consultation is cancelled.
    """
    hidden = meeting.place_for_registered
    return Entry(
        uid=f"mote-{meeting.reference}@sakrad",
        stamp=meeting.cancelled_at or meeting.changed_at or meeting.created_at,
        sequence=meeting.version - 1,
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        summary=meeting.title,
        description=_("Platsen meddelas dem som är anmälda.") if hidden else None,
        location=None if hidden else meeting.place or None,
        url=url,
        cancelled=called_off or meeting.cancelled_at is not None,
    )


def registered_entry(meeting: Meeting, url: str) -> Entry:
    """The entry for one who comes: with the place, and the link to the digital room."""
    return dataclasses.replace(
        mailed_entry(meeting, url),
        description=_("Delta digitalt: %(link)s", link=meeting.link) if meeting.link else None,
        location=meeting.place or None,
    )


def mailed_entry(meeting: Meeting, url: str) -> Entry:
    """The entry that goes with a mail: when, and where to read the rest."""
    entry = public_entry(meeting, url, called_off=meeting.consultation.cancelled_at is not None)
    return dataclasses.replace(entry, location=None, description=_("Plats och länk står på er sida om mötet."))


def file_name(slug: str, number: int) -> str:
    """What the file is called."""
    return f"{slug}-mote-{number}.ics"
