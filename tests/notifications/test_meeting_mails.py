"""Mails about meetings: who is told, and that neither place nor link goes with them."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import icalendar
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.core.events import EventName
from sakrad.directory.models import Organisation
from sakrad.meetings import commands, queries_seats
from sakrad.meetings import commands_registering as registering
from sakrad.meetings.models import Meeting, RegistrationState
from tests import factories as make
from tests.factories import meetings
from tests.factories.positions import fresh
from tests.notifications.postoffice import PostOffice


def words(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


def told(post: PostOffice) -> list[tuple[str, str]]:
    return sorted((str(mail["To"]), str(mail["Subject"])) for mail in post.mails)


def join(meeting: Meeting, by: Organisation) -> None:
    with transaction():
        registering.register(fresh(meeting), fresh(by), people=1, actor=None, at=clock.now())


def test_who_registers_gets_the_meeting_as_a_file_without_place_and_link(app: Flask, post: PostOffice, work: Callable[[], None]) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, place_for_registered=False)
    by = make.organisation(email="jour@x.example")
    join(meeting, by)
    work()
    [mail] = post.mails
    [file] = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    [event] = icalendar.Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert event.decoded("dtstart") == fresh(meeting).starts_at and "location" not in event
    whole = words(mail) + event.to_ical().decode().replace("\r\n ", "")
    assert "Dolda gatan" not in whole and meetings.LINK not in whole and f"/forening/{fresh(by).slug}/moten/" in words(mail)


def test_who_waits_is_told_so_and_then_that_there_is_a_seat(app: Flask, post: PostOffice, work: Callable[[], None]) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, seats=1, seats_each=1, title="Kvällsmötet")
    first, second = make.organisation(email="a@x.example"), make.organisation(email="b@x.example")
    join(meeting, first)
    join(meeting, second)
    work()
    assert told(post) == [
        ("a@x.example", "Ni är anmälda till mötet: Kvällsmötet"),
        ("b@x.example", "Ni står på väntelistan till mötet: Kvällsmötet"),
    ]
    post.mails.clear()
    with transaction():
        found = queries_seats.find_registration(fresh(meeting), fresh(first))
        assert found is not None
        registering.leave(found, actor=None, at=clock.now())
    work()
    assert told(post) == [("b@x.example", "Ni har fått plats på mötet: Kvällsmötet")]


def test_a_change_and_a_meeting_called_off_are_told_to_those_who_come_or_wait(
    app: Flask, post: PostOffice, work: Callable[[], None], happen: Callable[..., Any]
) -> None:
    of = make.consultation()
    meeting = meetings.meeting(of, title="Kvällsmötet")
    for state in RegistrationState:
        meetings.registration(meeting, make.organisation(email=f"{state}@x.example"), state=state)
    make.invitation(of)
    scope = {"subject_id": meeting.id, "consultation_id": of.id, "authority_id": of.authority_id}
    happen(EventName.meeting_changed, matters=False, **scope)
    work()
    assert post.mails == []
    happen(EventName.meeting_changed, matters=True, **scope)
    with transaction():
        commands.cancel_meeting(fresh(meeting), reason="Snöoväder", actor=None, at=clock.now())
    work()
    both = [f"{kind}: Kvällsmötet" for kind in ("Mötet är inställt", "Mötet är ändrat")]
    assert told(post) == sorted((f"{state}@x.example", subject) for state in ("registered", "waiting") for subject in both)
    assert not any("Snöoväder" in words(mail) for mail in post.mails)
    cancelled = next(mail for mail in post.mails if "inställt" in mail["Subject"])
    assert b"STATUS:CANCELLED" in next(iter(cancelled.iter_attachments())).get_payload(decode=True)


def test_the_invitation_tells_of_the_meetings(app: Flask, post: PostOffice, work: Callable[[], None], happen: Callable[..., Any]) -> None:
    of = make.consultation()
    meetings.meeting(of, title="Kvällsmötet")
    meetings.meeting(of, number=2, title="Det inställda", cancelled_at=clock.now(), cancel_reason="Snöoväder")
    invitation = make.invitation(of)
    happen(EventName.organisation_invited, subject_id=invitation.id, organisation_id=invitation.organisation_id, consultation_id=of.id)
    work()
    text = words(post.mails[0])
    assert "KOM GÄRNA PÅ MÖTET" in text and "Kvällsmötet" in text and "/moten/1" in text and "Det inställda" not in text
    assert "Dolda gatan" not in text


def test_a_meeting_planned_later_reaches_the_invited_and_those_who_have_answered(
    app: Flask, post: PostOffice, work: Callable[[], None], happen: Callable[..., Any]
) -> None:
    of = make.consultation()
    names = ("inbjuden", "avbojt", "avbojt-och-svarat", "svarat", "annan")
    invited, declined, regretted, answered, _other = (make.organisation(email=f"{name}@x.example") for name in names)
    make.invitation(of, invited)
    for who in (declined, regretted):
        make.invitation(of, who, declined_at=clock.now())
    for who in (regretted, answered):
        make.position(of, who)
    meeting = meetings.meeting(of, title="Kvällsmötet")
    scope = {"subject_id": meeting.id, "consultation_id": of.id, "authority_id": of.authority_id}
    happen(EventName.meeting_planned, at=make.LONG_AGO, **scope)  # before it was announced: it stands in the invitation
    work()
    assert post.mails == []
    happen(EventName.meeting_planned, **scope)
    work()
    assert told(post) == sorted((f"{name}@x.example", "Möte: Kvällsmötet") for name in ("inbjuden", "avbojt-och-svarat", "svarat"))
    for mail in post.mails:
        text, personal = words(mail), "/inbjudan/" in words(mail)
        assert "Dolda gatan" not in text and meetings.LINK not in text and "/moten/1" in text
        assert personal is (mail["To"] != "svarat@x.example")


def test_a_consultation_called_off_is_told_to_those_who_come_without_invitation(
    app: Flask, post: PostOffice, work: Callable[[], None], happen: Callable[..., Any]
) -> None:
    of = make.consultation()
    meetings.registration(meetings.meeting(of), make.organisation(email="kommer@x.example"))
    happen(EventName.consultation_cancelled, consultation_id=of.id, authority_id=of.authority_id)
    work()
    assert [mail["To"] for mail in post.mails] == ["kommer@x.example"]
