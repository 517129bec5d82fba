"""A meeting's notes: written by the municipality, read and corrected by those who came, then final and public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import Merger, Organisation
from sakrad.meetings import commands_notes, queries_notes
from sakrad.meetings.models import Meeting, NotesCorrection
from sakrad.notifications.models import MailKind
from sakrad.notifications.recipients import recipients_of
from sakrad.records.models import Mask, MaskGround
from tests import factories as make
from tests.factories import notes
from tests.factories.consultations import change, fresh
from tests.policing import PolicingClient


@dataclass
class Place:
    consultation: Consultation
    came: Organisation
    meeting: Meeting
    officer: PolicingClient
    member: PolicingClient
    stranger: PolicingClient  # an officer elsewhere who is in another organisation

    @property
    def staff(self) -> str:
        of = self.consultation
        return f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/moten/1/anteckningar"

    @property
    def own(self) -> str:
        of = self.consultation
        return f"/forening/{self.came.slug}/moten/{of.municipality.slug}/{of.slug}/1/anteckningar"


@pytest.fixture
def place(app: Flask, browse) -> Place:  # type: ignore[no-untyped-def]
    of = make.consultation()
    came = make.organisation(verified_in=of.municipality)
    meeting = notes.held(of, came)
    officer = make.user((Role.officer, of.authority))
    stranger = make.user((Role.officer, make.authority()), (Role.administrator, make.organisation()))
    found = Place(of, came, meeting, browse(officer), browse(make.user((Role.writer, came))), browse(stranger))
    _ = found.staff, found.own  # read while the rows are loaded
    return found


def names() -> list[str]:
    return [name for name in db.session.scalars(sa.select(Event.name).order_by(Event.id)) if name.startswith("notes_")]


def correction() -> NotesCorrection:
    return db.session.scalars(sa.select(NotesCorrection)).one()


def test_officials_write_and_see_what_it_will_look_like_before_they_save(place: Place) -> None:
    staff = place.staff
    shown = place.officer.post(staff, data={"body": "## Vägen in\n\nDen är *lång*.", "version": "0", "visa": "1"})
    assert "<em>lång</em>" in shown.text and names() == []
    assert place.officer.post(staff, data={"body": "Den är lång.", "version": "0"}).status_code == 303
    assert "Den är lång." in place.officer.get(staff).text and names() == ["notes_changed"]
    empty = place.officer.post(staff, data={"body": " ", "version": "1"})
    assert empty.status_code == 422 and names() == ["notes_changed"]


def test_of_two_who_write_at_once_the_second_sees_both_texts_and_keeps_every_word(place: Place) -> None:
    staff = place.staff
    notes.written(place.meeting, "Det den ena skrev.")
    late = place.officer.post(staff, data={"body": "Det den andra skrev.", "version": "0"})
    assert late.status_code == 409 and "Det den ena skrev." in late.text and "Det den andra skrev." in late.text
    assert 'name="version" type="hidden" value="1"' in late.text
    assert place.officer.post(staff, data={"body": "Det den andra skrev.", "version": "1"}).status_code == 303


def test_what_is_sent_out_goes_to_those_who_were_there_and_the_rest_read_nothing(place: Place) -> None:
    staff, own = place.staff, place.own
    notes.written(place.meeting)
    assert place.member.get(own).status_code == 404
    until = clock.today() + timedelta(days=7)
    refused = place.officer.post(f"{staff}/skicka", data={"until": (clock.today() - timedelta(days=1)).isoformat()})
    assert refused.status_code == 422 and "inte har passerat" in refused.text
    assert place.officer.post(f"{staff}/skicka", data={"until": until.isoformat()}).status_code == 303
    assert names() == ["notes_changed", "notes_shared"]
    event = db.session.scalars(sa.select(Event).where(Event.name == "notes_shared")).one()
    assert recipients_of(event) == [(MailKind.notes_shared, fresh(place.came).email)]
    assert "vägen in är lång" in place.member.get(own).text
    assert place.stranger.get(own).status_code == 404 and place.officer.get(own).status_code == 404
    assert place.stranger.get(staff).status_code == 404


def test_the_last_day_for_corrections_is_moved_while_the_round_is_open_and_nothing_is_mailed_again(place: Place) -> None:
    staff = place.staff
    notes.shared(place.meeting)
    for days, status in [(20, 303), (3, 303), (3, 303), (-1, 422), (61, 422)]:
        day = clock.today() + timedelta(days=days)
        moved = place.officer.post(f"{staff}/rattelsetid", data={"until": day.isoformat()})
        assert moved.status_code == status and (status == 303 or day.isoformat() in moved.text)
    kept = fresh(place.meeting).notes
    assert kept is not None and kept.corrections_until == clock.end_of(clock.today() + timedelta(days=3))
    assert names().count("notes_shared") == 1 and names()[-2:] == ["notes_changed", "notes_changed"]
    assert place.stranger.post(f"{staff}/rattelsetid", data={"until": day.isoformat()}).status_code == 404
    with transaction():
        fresh(kept).corrections_until = clock.now() - timedelta(minutes=1)
    assert place.officer.post(f"{staff}/rattelsetid", data={"until": clock.today().isoformat()}).status_code == 409


def test_by_the_invitations_link_the_notes_open_after_a_press_of_a_button(place: Place, client: PolicingClient) -> None:
    notes.shared(place.meeting)
    there = make.invitation(fresh(place.consultation), fresh(place.came))
    elsewhere = make.invitation(fresh(place.consultation))
    link, other = (f"/inbjudan/{token_of(one)}/moten/1/anteckningar" for one in (there, elsewhere))
    assert client.get(other).status_code == 404  # invited, but neither there nor registered
    closed = client.get(link)
    assert "vägen in är lång" not in closed.text and "Öppna anteckningarna" in closed.text
    assert client.post(link, data={"text": "Vägen är kort."}).status_code == 303 and "notes_correction_received" not in names()
    assert client.post(f"{link}/oppna").status_code == 303
    assert "vägen in är lång" in client.get(link).text
    assert client.post(link, data={"text": "Vägen är kort."}).status_code == 303
    assert correction().text == "Vägen är kort."


def test_a_merged_organisations_link_to_the_notes_is_as_its_link_to_the_meeting(place: Place, client: PolicingClient) -> None:
    notes.shared(place.meeting)
    link = f"/inbjudan/{token_of(make.invitation(fresh(place.consultation), fresh(place.came)))}/moten/1"
    pages = (link, f"{link}/anteckningar")
    assert client.post(f"{link}/oppna").status_code == 303
    heir, at = make.organisation(name="Arvtagarna"), clock.now()
    merger = make.save(Merger(organisation_id=place.came.id, heir_id=heir.id, at=at))
    change(fresh(place.came), heir_id=heir.id, merged_at=at)
    assert [client.get(page).status_code for page in pages] == [409, 409]  # sealed until both sides have accepted
    assert client.post(pages[1], data={"text": "Vägen är kort."}).status_code == 409
    change(fresh(merger), accepted_at=at, heir_accepted_at=at)
    assert all("Arvtagarna" in client.get(page).text for page in pages)
    assert client.post(pages[1], data={"text": "Vägen är kort."}).status_code == 303
    assert fresh(correction()).organisation_id == heir.id


def test_a_correction_reaches_the_authority_once_and_is_answered_before_the_notes_are_final(place: Place) -> None:
    staff, own = place.staff, place.own
    notes.shared(place.meeting)
    empty = place.member.post(own, data={"text": "  "})
    assert empty.status_code == 422
    for _twice in range(2):
        assert place.member.post(own, data={"text": "Vi sa inte lång, vi sa stängd."}).status_code == 303
    asked = correction()
    assert names().count("notes_correction_received") == 1
    event = db.session.scalars(sa.select(Event).where(Event.name == "notes_correction_received")).one()
    assert recipients_of(event) == [(MailKind.notes_correction_received, fresh(place.consultation).authority.mailbox)]
    address = f"{staff}/rattelser/{asked.reference}"
    blank = place.officer.post(address, data={f"{asked.reference}-accepted": "nej", f"{asked.reference}-answer": ""})
    assert blank.status_code == 422 and "Skriv varför" in blank.text
    stopped = place.officer.post(f"{staff}/faststall")
    assert stopped.status_code == 409 and "En rättelse väntar på svar" in stopped.text and "Rättelser går att lämna" in stopped.text
    assert place.stranger.post(address, data={f"{asked.reference}-accepted": "ja"}).status_code == 404
    assert place.officer.post(address, data={f"{asked.reference}-accepted": "ja"}).status_code == 303
    assert correction().accepted is True and "notes_correction_answered" in names()
    assert "Rättas" in place.member.get(own).text


def test_a_member_of_the_organisation_that_asks_does_not_answer_for_the_municipality(place: Place, browse) -> None:  # type: ignore[no-untyped-def]
    meeting = place.meeting
    notes.shared(meeting)
    with transaction():
        commands_notes.ask_for_correction(fresh(meeting), fresh(place.came), text="Fel ord.", actor=None, at=clock.now())
    both = browse(make.user((Role.officer, fresh(place.consultation).authority), (Role.writer, fresh(place.came))))
    staff = place.staff
    assert "Fel ord." not in both.get(staff).text
    assert both.post(f"{staff}/rattelser/{correction().reference}", data={}).status_code == 404


def test_when_the_round_is_over_nothing_more_is_asked_and_the_notes_become_public_with_the_corrections_as_counts(place: Place) -> None:
    staff, own = place.staff, place.own
    meeting = place.meeting
    notes.shared(meeting)
    with transaction():
        asked = commands_notes.ask_for_correction(fresh(meeting), fresh(place.came), text="Stängd, inte lång.", actor=None, at=clock.now())
        commands_notes.answer_correction(asked, accepted=True, answer="", actor=None, at=clock.now())
        asked.notes.corrections_until = clock.now() - timedelta(minutes=1)
    late = place.member.post(own, data={"text": "En sak till."})
    assert late.status_code == 409 and "gick ut" in late.text and "En sak till." in late.text
    assert place.officer.post(staff, data={"body": "Vägen in är stängd.", "version": "1"}).status_code == 303
    assert "Ändrat sedan utskicket" in place.officer.get(staff).text
    assert place.officer.post(f"{staff}/faststall").status_code == 303
    assert names()[-1] == "notes_published"
    public = queries_notes.find_public_notes(meeting.id)
    assert public is not None and (public.asked, public.accepted) == (1, 1) and "Vägen in är stängd." in public.html
    read = place.member.get(own)
    assert "Det som ändrades efter er läsning" in read.text
    frozen = place.officer.post(staff, data={"body": "Något helt annat.", "version": "2"})
    assert frozen.status_code == 409 and place.member.post(own, data={"text": "Än en."}).status_code == 409


def test_a_name_in_published_notes_is_masked_everywhere_and_the_original_stays(place: Place) -> None:
    staff, own = place.staff, place.own
    made = notes.published(place.meeting, "Anna sa att vägen in är lång. Anna väntar.")
    meeting_id = made.meeting_id
    missing = place.officer.post(f"{staff}/maska", data={"words": "Bengt", "ground": MaskGround.personal_data.value})
    assert missing.status_code == 422
    assert place.officer.post(f"{staff}/maska", data={"words": "Anna", "ground": MaskGround.personal_data.value}).status_code == 303
    public = queries_notes.find_public_notes(meeting_id)
    assert public is not None and "Anna" not in public.html and "████ väntar" in public.html
    assert "Anna" not in place.member.get(own).text and "Anna" in place.officer.get(staff).text
    first = {"mask": db.session.scalar(sa.select(sa.func.min(Mask.id)))}
    assert place.stranger.post(f"{staff}/visa-igen", data=first).status_code == 404
    assert place.officer.post(f"{staff}/visa-igen", data=first).status_code == 303
    again = queries_notes.find_public_notes(meeting_id)
    assert again is not None and "Anna sa" in again.html and "████ väntar" in again.html


def test_only_officials_of_the_authority_write(place: Place, client: PolicingClient) -> None:
    staff = place.staff
    data = {"body": "Annat.", "version": "0", "until": "2030-01-01"}
    for path in (staff, f"{staff}/skicka", f"{staff}/faststall", f"{staff}/maska"):
        assert place.stranger.post(path, data=data).status_code == 404, path
        assert place.member.post(path, data=data).status_code == 404, path
        assert client.post(path, data=data).status_code in (303, 401), path
    assert names() == []
