"""Meetings for everybody: neither link nor hidden place anywhere, and calendars that follow a change."""

from __future__ import annotations

from typing import Any

import icalendar
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from tests import factories as make
from tests.factories import meetings
from tests.factories.consultations import address, change, fresh
from tests.policing import PolicingClient


def test_no_public_page_or_file_tells_the_link_or_a_place_for_the_registered(app: Flask, client: PolicingClient) -> None:
    of = make.consultation()
    meetings.registration(meetings.meeting(of), make.organisation(name="Anmälda föreningen"))
    meetings.meeting(of, number=2, title="Öppet hus", place="Folkets hus, Storgatan 1", place_for_registered=False, seats=5)
    paths = ("", "/moten", "/moten/1", "/moten/2", "/moten/1.ics", "/moten.ics")
    pages = {path: client.get(address(of) + path).get_data(as_text=True).replace("\r\n ", "") for path in paths}
    for path, words in pages.items():
        assert "Dolda gatan" not in words and meetings.LINK not in words and "Anmälda föreningen" not in words, path
    assert "Storgatan 1" in pages["/moten"] and "Storgatan 1" in pages["/moten.ics"].replace("\\,", ",")
    assert "platsen meddelas" in pages["/moten/1"] and "5 kvar" in pages["/moten/2"]


def test_the_calendar_keeps_its_uid_and_says_what_has_changed(app: Flask, client: PolicingClient) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of)

    def entry() -> Any:
        feed = client.get(f"{address(of)}/moten.ics")
        assert feed.content_type == "text/calendar; charset=utf-8"
        [event] = icalendar.Calendar.from_ical(feed.data).walk("VEVENT")
        return event

    before = entry()
    assert before.decoded("dtstart") == meeting.starts_at and before["sequence"] == 0 and before["status"] == "CONFIRMED"
    change(fresh(meeting), version=2, cancelled_at=clock.now(), cancel_reason="Snöoväder")
    after = entry()
    assert after["uid"] == before["uid"] and after["sequence"] == 1 and after["status"] == "CANCELLED"
    assert after.decoded("dtstamp") > before.decoded("dtstamp")


def test_a_draft_has_no_public_meetings(app: Flask, client: PolicingClient) -> None:
    of = make.consultation(Phase.draft)
    meetings.meeting(of)
    for path in ("/moten", "/moten/1", "/moten/1.ics", "/moten.ics"):
        assert client.get(address(of) + path).status_code == 404
    assert client.get(f"{address(make.consultation())}/moten/1").status_code == 404


def test_the_page_says_when_it_is_full_held_or_called_off(app: Flask, client: PolicingClient) -> None:
    of = make.consultation()
    full = meetings.meeting(of, seats=1, seats_each=1)
    meetings.registration(full, make.organisation())
    meetings.meeting(of, number=2, days=-3)
    meetings.meeting(of, number=3, cancelled_at=clock.now(), cancel_reason="Ingen kunde komma")
    page = client.get(f"{address(of)}/moten").text
    assert "Fullt, väntelista" in page and "Hållet" in page and "Inställt" in page
    full_page, held = client.get(f"{address(of)}/moten/1").text, client.get(f"{address(of)}/moten/2").text
    assert "alla i lokalen är tagna" in full_page and "Är ni inte med i någon organisation?" in full_page
    assert "Mötet är hållet" in held and "Anmäl" not in held
    assert "Ingen kunde komma" in client.get(f"{address(of)}/moten/3").text


def test_from_the_public_page_to_ones_own_organisation(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meetings.meeting(of)
    one, two = make.organisation(), make.organisation()
    path = f"/anmal/{of.municipality.slug}/{of.slug}/1"
    single, several, none = (
        browse(make.user((Role.writer, one))),
        browse(make.user((Role.writer, one), (Role.writer, two))),
        browse(make.user()),
    )
    here, names = f"/forening/{one.slug}/moten/{of.municipality.slug}/{of.slug}/1", (one.name, two.name)
    assert single.get(path).location == here
    page = several.get(path).text
    assert all(name in page for name in names)
    assert none.get(path).location == "/forening/ny"
