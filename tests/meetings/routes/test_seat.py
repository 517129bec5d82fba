"""An organisation's page for a meeting, by account and by the invitation's link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.core.i18n import day
from sakrad.directory.models import Organisation
from sakrad.meetings.models import AccessNeed, Registration, RegistrationState
from tests import factories as make
from tests.factories import meetings, notes
from tests.factories.consultations import change, fresh


def member_of(by: Organisation) -> Any:
    return make.user((Role.writer, by))


def address(of: Consultation, by: Organisation, path: str = "") -> str:
    return f"/forening/{by.slug}/moten/{of.municipality.slug}/{of.slug}/1{path}"


def registrations() -> list[tuple[int, str]]:
    db.session.rollback()
    rows = db.session.execute(sa.select(Registration.people, Registration.state).order_by(Registration.id))
    return [(people, state.value) for people, state in rows]


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def test_a_member_registers_is_told_the_place_changes_the_number_and_leaves(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meetings.meeting(of)
    by = make.organisation(verified_in=of.municipality)
    path = address(of, by)
    member = browse(member_of(by))
    before = member.get(path).text
    assert meetings.PLACE not in before and meetings.LINK not in before and "Hörslinga" in before
    assert member.get(f"{path}/kalender.ics").status_code == 404
    assert member.post(f"{path}/anmal", data={"people": "2", "digital": "y"}).status_code == 303
    page = member.get(path).text
    assert meetings.PLACE in page and meetings.LINK in page and "Ni är anmälda" in page
    file = member.get(f"{path}/kalender.ics")
    words = file.get_data(as_text=True).replace("\r\n ", "")
    assert file.mimetype == "text/calendar" and "Dolda gatan" in words and meetings.LINK in words and "/forening/" not in words
    assert member.post(f"{path}/anmal", data={"people": "1"}).status_code == 303
    assert registrations() == [(1, "registered")]
    assert member.post(f"{path}/avanmal").status_code == 303
    assert meetings.PLACE not in member.get(path).text and registrations() == [(1, "cancelled")]
    assert events() == [EventName.meeting_registered, EventName.meeting_registered, EventName.meeting_unregistered]
    event = db.session.scalars(sa.select(Event)).first()
    assert event is not None and event.organisation_id == by.id and event.actor_id and event.data == {"state": "registered", "meeting": 1}


def test_the_link_opens_by_a_press_of_a_button_and_writes_nothing_before(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meetings.meeting(of)
    invitation = make.invitation(of)
    path = f"/inbjudan/{token_of(invitation)}/moten/1"
    holder = browse()
    assert path in holder.get(f"/inbjudan/{token_of(invitation)}").text
    closed = holder.get(path).text
    assert "Öppna anmälan" in closed and "Hur många kommer" not in closed
    lost = holder.post(f"{path}/anmal", data={"people": "2"})
    assert lost.status_code == 303 and lost.location.endswith("/moten/1") and registrations() == []
    assert holder.post(f"{path}/oppna").status_code == 303
    assert holder.post(f"{path}/anmal", data={"people": "2"}).status_code == 303
    assert registrations() == [(2, "registered")] and meetings.PLACE in holder.get(path).text
    event = db.session.scalars(sa.select(Event)).one()
    assert (event.organisation_id, event.actor_id) == (invitation.organisation_id, None)
    assert browse().get(f"/inbjudan/{token_of(invitation)[:-1]}x/moten/1").status_code == 404
    assert "Öppna anmälan" in browse().get(path).text  # another browser has not pressed


def test_the_full_one_has_a_queue_and_one_is_told_ones_place_in_it(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, seats=1, seats_each=1)
    meetings.registration(meeting, make.organisation())
    meetings.registration(meeting, make.organisation(), state=RegistrationState.waiting, at=clock.now() - timedelta(hours=1))
    by = make.organisation(verified_in=of.municipality)
    member = browse(member_of(by))
    full = member.get(address(of, by)).text
    assert "Alla platser i lokalen är tagna" in full and "Ställ oss på väntelistan" in full and "Anmäl oss digitalt" in full
    assert member.post(address(of, by, "/anmal"), data={"people": "1"}).status_code == 303
    page = member.get(address(of, by)).text
    assert "nummer 2 i kön" in page and meetings.PLACE not in page and meetings.LINK not in page
    assert member.get(address(of, by, "/kalender.ics")).status_code == 404
    assert member.post(address(of, by, "/anmal"), data={"people": "1", "digital": "y"}).status_code == 303  # takes no chair
    assert registrations() == [(1, "registered"), (1, "waiting"), (1, "registered")]
    assert "0 kvar" not in (seen := browse().get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/moten/1").text) and "väntelista" in seen


def test_a_meeting_that_is_over_says_so_and_the_notes_wait_on_the_first_page(app: Flask, browse: Any) -> None:
    of = make.consultation()
    invitation = make.invitation(of)
    by, link = invitation.organisation, f"/inbjudan/{token_of(invitation)}"
    first, own, here = browse(member_of(by)), address(of, by), f"/forening/{by.slug}"
    shown, elsewhere = f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/moten/1", make.organisation(verified_in=of.municipality)
    other, there = browse(member_of(elsewhere)), f"/forening/{elsewhere.slug}"
    notes.shared(notes.held(of, by))
    until = day(clock.now() + timedelta(days=7) - timedelta(microseconds=1))
    home, page = first.get(here).text, first.get(own).text
    assert "Mötesanteckningar att läsa" in home and f"senast {until}" in home and f"{own}/anteckningar" in home
    assert "Mötet är hållet" in page and "Anmälan är stängd" not in page and "Läs mötesanteckningarna" in page
    assert f"säg till senast {until}" in browse().get(link).text
    assert "Anteckningarna läses nu av dem som var med" in browse().get(shown).text
    assert "Mötesanteckningar att läsa" not in other.get(there).text


def test_a_need_is_kept_without_whose_it_is(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meetings.meeting(of)
    by = make.organisation(verified_in=of.municipality)
    member = browse(member_of(by))
    assert member.post(address(of, by, "/behov"), data={"need": ""}).status_code == 422
    long = member.post(address(of, by, "/behov"), data={"need": "Ord " * 100})
    assert long.status_code == 422 and "Ord Ord" in long.text
    assert member.post(address(of, by, "/behov"), data={"need": "Plats för rullstol"}).status_code == 303
    assert db.session.scalars(sa.select(AccessNeed.text)).all() == ["Plats för rullstol"] and events() == []


def test_too_many_too_late_or_called_off_is_said_and_changes_nothing(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of)
    by = make.organisation(verified_in=of.municipality)
    member = browse(member_of(by))
    for people, words in (("3", "högst 2 platser"), ("0", "Ange ett tal"), ("", "Ange ett tal")):
        answer = member.post(address(of, by, "/anmal"), data={"people": people})
        assert answer.status_code == 422 and words in answer.text
    change(fresh(meeting), register_until=clock.now() - timedelta(seconds=1))
    late = member.post(address(of, by, "/anmal"), data={"people": "1"})
    assert late.status_code == 409 and "Anmälan stängde" in late.text
    change(fresh(meeting), cancelled_at=clock.now(), cancel_reason="Snöoväder")
    off = member.post(address(of, by, "/anmal"), data={"people": "1"})
    assert off.status_code == 409 and "Snöoväder" in off.text
    assert member.post(address(of, by, "/behov"), data={"need": "Ramp"}).status_code == 409
    assert registrations() == [] and events() == []


def test_who_has_seats_may_leave_after_the_last_day_but_not_once_it_has_begun(app: Flask, browse: Any) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, register_until=clock.now() - timedelta(days=1))
    by = make.organisation(verified_in=of.municipality)
    meetings.registration(meeting, by)
    member = browse(member_of(by))
    begun = clock.now() - timedelta(minutes=1)
    change(fresh(meeting), starts_at=begun, register_until=begun)
    assert member.post(address(of, by, "/avanmal")).status_code == 409 and registrations() == [(1, "registered")]
    later = clock.now() + timedelta(minutes=5)
    change(fresh(meeting), starts_at=later)
    assert member.post(address(of, by, "/avanmal")).status_code == 303 and registrations() == [(1, "cancelled")]


def test_others_reach_nothing(app: Flask, browse: Any) -> None:
    of = make.consultation(open_invitation=False)
    meetings.meeting(of)
    invited = make.invitation(of).organisation
    outside = make.organisation(verified_in=of.municipality)
    draft = make.consultation(Phase.draft)
    meetings.meeting(draft)
    closed, secret, mine = address(of, outside), address(draft, invited), address(of, invited)
    stranger, officer = browse(member_of(outside)), browse(make.user((Role.officer, of.authority)))
    insider = browse(member_of(invited))
    assert stranger.get(closed).status_code == 404  # a closed consultation, and not invited
    assert insider.get(secret).status_code == 404
    for path in ("", "/anmal", "/avanmal", "/behov"):
        for client in (stranger, officer):
            assert client.open(mine + path, method="POST" if path else "GET", data={"people": "1"}).status_code == 404
    assert browse().get(mine).status_code in (302, 303)
    assert insider.get(mine).status_code == 200 and registrations() == []


def test_the_first_page_shows_the_meetings_that_one_is_invited_to_or_comes_to(app: Flask, browse: Any) -> None:
    of, open_to_all = make.consultation(), make.consultation()
    by = make.organisation(verified_in=of.municipality)
    make.invitation(of, by)
    meetings.meeting(of, title="Inbjuden hit")
    meetings.registration(meetings.meeting(open_to_all, title="Anmäld dit"), by)
    meetings.meeting(open_to_all, number=2, title="Inte sagt något")
    meetings.meeting(of, number=2, title="Inställt möte", cancelled_at=clock.now(), cancel_reason="Snö")
    page = browse(member_of(by)).get(f"/forening/{by.slug}").text
    assert "Inbjuden hit" in page and "Anmäld dit" in page and "Inte sagt något" not in page and "Inställt möte" not in page
