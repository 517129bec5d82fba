"""The mail to an official whom a colleague has given something to take care of: how much, and where; never anybody's words."""

from __future__ import annotations

from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link


def work_assigned(told: Told) -> Content:
    consultation = consultation_of(told.event.consultation_id)
    answers, themes = (int(told.event.data.get(name) or 0) for name in ("answers", "themes"))
    url = link("summaries_staff.workbench", **consultation.address, vy="organisation", mina="1")
    return from_authority(consultation, answers=answers, themes=themes, url=url)
