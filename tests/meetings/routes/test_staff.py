"""The officers' pages for meetings."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.meetings.models import AccessNeed, Attendance, Meeting, MeetingForm
from tests import factories as make
from tests.factories import meetings
from tests.factories.consultations import fresh, officer_of, staff_address

DAY = date(clock.today().year + 1, 5, 11)


def filled(**values: Any) -> dict[str, Any]:
    """The form as a browser sends it; None takes a field away."""
    given = {
        "title": "Möte i Norrby",
        "on": DAY.isoformat(),
        "begins": "17:30",
        "ends": "19:30",
        "form": "hybrid",
        "place": meetings.PLACE,
        "place_for_registered": "y",
        "link": meetings.LINK,
        "register_on": (DAY - timedelta(days=4)).isoformat(),
        "seats": "20",
        "seats_each": "2",
        "agenda": "- Välkomna",
        "access": "Hörslinga",
    } | values
    return {name: value for name, value in given.items() if value is not None}


def last_event() -> Event | None:
    return db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()


def test_a_meeting_is_planned_in_stockholms_time(app: Flask, browse: Any) -> None:
    of = make.consultation()
    staff = browse(officer_of(of.authority))
    answer = staff.post(staff_address(of, "moten/nytt"), data=filled())
    assert answer.status_code == 303 and answer.location.endswith("/moten/1")
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert clock.day_of(meeting.starts_at) == DAY and meeting.starts_at.astimezone(clock.STOCKHOLM).hour == 17
    assert meeting.register_until == clock.end_of(DAY - timedelta(days=4)) and meeting.seats == 20
    event = last_event()
    assert event is not None and (event.name, event.subject_id, event.data) == (EventName.meeting_planned, meeting.id, {"meeting": 1})
    page = staff.get(answer.location).text
    assert meetings.PLACE in page and meetings.LINK in page


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"title": ""}, "Skriv en rubrik"),
    ({"ends": "17:30"}, "sluta efter"),
    ({"register_on": (DAY + timedelta(days=1)).isoformat()}, "inte vara öppen efter mötet"),
    ({"place": ""}, "Skriv var mötet är"),
    ({"link": ""}, "Skriv länken"),
    ({"link": "javascript:alert(1)"}, "https://"),
    ({"seats": "1"}, "fler platser än det finns"),
    ({"seats_each": ""}, "Ange ett tal"),
    ({"on": "2020-05-11", "register_on": ""}, "har redan varit"),
    ({"on": "2030-03-31", "begins": "02:30", "register_on": ""}, "klockan ställs fram"),
    ({"form": "tavla"}, "Hur deltar man"),
)


def test_what_is_wrong_stands_beside_its_field_and_no_word_is_lost(app: Flask, browse: Any) -> None:
    of = make.consultation()
    staff = browse(officer_of(of.authority))
    for change, words in WRONG:
        answer = staff.post(staff_address(of, "moten/nytt"), data=filled(agenda="Ord att behålla", **change))
        assert answer.status_code == 422 and "Ord att behålla" in answer.text, change
        assert words in answer.text[: answer.text.index("</ul>\n</div>")], change
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 0


def test_midnight_is_the_same_evening_and_a_leap_day_is_a_day(app: Flask, browse: Any) -> None:
    of = make.consultation()
    staff = browse(officer_of(of.authority))
    staff.post(staff_address(of, "moten/nytt"), data=filled(on="2028-02-29", begins="21:00", ends="00:00", register_on="2028-02-29"))
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert meeting.ends_at == clock.start_of(date(2028, 3, 1)) and meeting.register_until == meeting.starts_at
    assert "29 februari 2028 kl. 21.00–00.00" in staff.get(staff_address(of, "moten")).text.replace("\u00a0", " ")


def test_a_holiday_and_a_clash_are_hinted_and_stop_nothing(app: Flask, browse: Any) -> None:
    of = make.consultation()
    starts = clock.at_hour(date(2030, 6, 6), time(17, 0))
    meetings.meeting(of, number=7, title="Det andra mötet", starts_at=starts, ends_at=starts + timedelta(hours=2), register_until=starts)
    staff = browse(officer_of(of.authority))
    answer = staff.post(staff_address(of, "moten/nytt"), data=filled(on="2030-06-06", register_on=""), follow_redirects=True)
    assert "nationaldag" in answer.text and "Det andra mötet" in answer.text
    assert db.session.scalar(sa.select(sa.func.max(Meeting.number))) == 8


def test_a_change_tells_who_comes_only_when_it_matters_and_a_lost_race_keeps_the_words(app: Flask, browse: Any) -> None:
    of = make.consultation()
    starts_at = clock.at_hour(DAY, time(17, 30))
    meeting = meetings.meeting(of, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), register_until=starts_at)
    staff = browse(officer_of(of.authority))
    path = staff_address(of, "moten/1/andra")
    same = filled(register_on="", version="1")
    assert staff.post(path, data=same | {"agenda": "Nytt program"}).status_code == 303
    event = last_event()
    assert event is not None and event.name == EventName.meeting_changed and event.data["matters"] is False
    assert staff.post(path, data=same | {"version": "2", "place": "Ett annat hus"}).status_code == 303
    event = last_event()
    assert event is not None and event.data["matters"] is True
    late = staff.post(path, data=same | {"version": "1", "agenda": "Mina egna ord"})
    assert late.status_code == 409 and "Mina egna ord" in late.text and "Ett annat hus" in late.text
    assert fresh(meeting).version == 3


def test_it_is_called_off_with_a_reason_before_it_begins(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meeting, begun = meetings.meeting(of), meetings.meeting(of, number=2, days=-1)
    make.save(AccessNeed(meeting_id=meeting.id, text="Ramp"))
    staff = browse(officer_of(of.authority))
    assert staff.post(staff_address(of, "moten/1/stall-in"), data={"reason": ""}).status_code == 422
    assert staff.post(staff_address(of, "moten/1/stall-in"), data={"reason": "Ingen kunde komma"}).status_code == 303
    assert fresh(meeting).cancelled_at is not None and db.session.scalar(sa.select(sa.func.count(AccessNeed.id))) == 0
    event = last_event()
    assert event is not None and event.name == EventName.meeting_cancelled and "komma" not in str(event.data)
    refused = staff.post(staff_address(of, "moten/2/stall-in"), data={"reason": "För sent"})
    assert refused.status_code == 409 and "Mötet har börjat" in refused.text and fresh(begun).cancelled_at is None
    page = browse().get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}").text
    assert "Ett möte ställdes in" in page and "Inställt" in page


def test_attendance_is_noted_by_organisation_and_a_member_leaves_their_own_to_a_colleague(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, days=-1)
    own, other, guest = (make.organisation(verified_in=of.municipality, name=name) for name in ("Egna", "Andra", "Gästande"))
    for each in (own, other):
        meetings.registration(meeting, each)
    staff = browse(make.user((Role.officer, of.authority), (Role.writer, own)))
    path = staff_address(of, "moten/1/narvaro")
    page = staff.get(path).text
    assert "Jäv" in page and f"kom-{own.slug}" not in page
    assert staff.post(path, data={f"kom-{other.slug}": "2", "more_name": "Ingen sådan", "more_people": "1"}).status_code == 422
    for slug in ("tva-a", "tva-b"):
        make.organisation(verified_in=of.municipality, name="Två", slug=slug)
    several = staff.post(path, data={f"kom-{other.slug}": "2", "more_name": "två", "more_people": "1"})
    assert several.status_code == 422 and "Två (tva-a) eller Två (tva-b)" in several.text
    make.organisation(verified_in=of.municipality, name="Förr", heir_id=guest.id, merged_at=clock.now())
    data = {f"kom-{own.slug}": "9", f"kom-{other.slug}": "2", "more_name": "förr", "more_people": "3"}  # which is Gästande now
    assert staff.post(path, data=data).status_code == 303
    noted = {row.organisation_id: row.people for row in db.session.scalars(sa.select(Attendance))}
    assert noted == {other.id: 2, guest.id: 3}
    assert staff.post(path, data={f"kom-{other.slug}": "0", f"kom-{guest.slug}": "3"}).status_code == 303
    assert list(db.session.scalars(sa.select(Attendance.organisation_id))) == [guest.id]
    event = last_event()
    assert event is not None and event.name == EventName.attendance_noted


def test_nothing_is_noted_of_a_meeting_to_come_and_nothing_planned_in_one_that_is_called_off(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meetings.meeting(of)
    staff = browse(officer_of(of.authority))
    early = staff.post(staff_address(of, "moten/1/narvaro"), data={"more_name": "", "more_people": ""})
    assert early.status_code == 422 and "inte varit än" in early.text
    over = make.consultation(Phase.cancelled)
    answer = browse(officer_of(over.authority)).post(staff_address(over, "moten/nytt"), data=filled())
    assert answer.status_code == 422 and "inga fler möten" in answer.text


def test_others_do_not_reach_the_pages(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meetings.meeting(of)
    elsewhere, member = browse(officer_of(make.authority())), browse(make.user((Role.administrator, make.organisation())))
    for path in ("moten", "moten/nytt", "moten/1", "moten/1/andra", "moten/1/stall-in", "moten/1/narvaro"):
        assert elsewhere.get(staff_address(of, path)).status_code == member.get(staff_address(of, path)).status_code == 404
    for path in ("moten/nytt", "moten/1/andra", "moten/1/stall-in", "moten/1/narvaro"):
        assert elsewhere.post(staff_address(of, path), data=filled(reason="x")).status_code == 404
    assert fresh(db.session.scalars(sa.select(Meeting)).one()).form is MeetingForm.hybrid and last_event() is None


def test_the_needs_are_listed_by_the_alphabet(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of)
    for text in ("Ramp", "Hörslinga", "Tolk"):
        make.save(AccessNeed(meeting_id=meeting.id, text=text))
    page = browse(officer_of(of.authority)).get(staff_address(of, "moten/1")).text
    needs = page[page.index("Behov för att") :]
    assert needs.index("Hörslinga") < needs.index("Ramp") < needs.index("Tolk")
