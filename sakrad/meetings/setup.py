"""How the time of a meeting is written, and how a preview gets its meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time
from flask import Flask
from flask_babel import get_locale

from sakrad.consultations import beside
from sakrad.core import clock
from sakrad.core.i18n import NBSP, day
from sakrad.meetings import queries_public


def when(meeting: Any) -> str:
    """ "tisdag 14 oktober 2027 kl. 17.30–19.30" in Stockholm time; both days where it ends on another than it begins.

    Lines may break between the day and the hours.

    Args:
        meeting: anything with starts_at and ends_at.
    """
    locale = str(get_locale() or "sv")

    def hour(at: datetime) -> str:
        return format_time(at.astimezone(clock.STOCKHOLM).time(), "HH:mm" if locale == "en" else "HH.mm", locale=locale)

    first, last = clock.day_of(meeting.starts_at), clock.last_day(meeting.ends_at)
    at = f"{'at' if locale == 'en' else 'kl.'}{NBSP}"
    begins = f"{format_date(first, 'EEEE', locale=locale)} {day(first, year=True)} {at}{hour(meeting.starts_at)}"
    ends = hour(meeting.ends_at)
    return f"{begins}–{ends}" if last == first else f"{begins} – {day(clock.day_of(meeting.ends_at), year=True)} {at}{ends}"


def init_app(app: Flask) -> None:
    """Register the filter `when`, and let previews show meetings."""
    beside.provide(queries_public.list_shown)
    app.jinja_env.filters["when"] = when
