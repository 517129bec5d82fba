"""The preview's link: shows the draft to its holder, takes one word back, and binds it to what was shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.consultations import commands, jobs, queries_previews
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import preview_token
from sakrad.consultations.models import Consultation, Material, Preview
from sakrad.core import clock, files, ids
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from tests import factories as make
from tests.factories import correcting, meetings
from tests.factories.consultations import change, fresh, officer_of, staff_address
from tests.factories.preparing import preview
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]


def draft(**values: Any) -> Consultation:
    values = {"closes_at": clock.now() + timedelta(days=40), "use_of_views": "Allt läses."} | values
    return make.consultation(Phase.draft, **values)


def link(row: Preview) -> str:
    return f"/forhandsvisning/{preview_token(row)}"


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="(\w+)"', page)
    assert found
    return found[1]


def states(consultation: Consultation) -> list[str]:
    return [row.state.value for row in queries_previews.list_previews(fresh(consultation), clock.now())]


def named(name: str) -> int:
    return db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == name)) or 0


def test_the_officer_asks_a_function_and_gets_a_link(app: Any, browse: Browse) -> None:
    consultation = draft()
    client = browse(officer_of(consultation.authority))
    asked = {"function": "Socialchefen", "email": "chef@prova.example"}
    assert client.post(staff_address(consultation, "forhandsvisning"), data=asked).status_code == 303
    row = db.session.scalars(sa.select(Preview)).one()
    assert (row.function, row.email, row.asked_by_id is not None) == ("Socialchefen", "chef@prova.example", True)
    page = client.get(staff_address(consultation, "forhandsvisning")).get_data(as_text=True)
    assert link(row) in page and "Inte svarat än" in page
    assert named("preview_asked") == 1


@pytest.mark.parametrize("typed", [{"function": ""}, {"function": "Chefen", "email": "inte en adress"}])
def test_what_is_wrong_is_said_and_kept(app: Any, browse: Browse, typed: dict[str, str]) -> None:
    consultation = draft()
    answer = browse(officer_of(consultation.authority)).post(staff_address(consultation, "forhandsvisning"), data=typed)
    assert answer.status_code == 422 and typed.get("email", "") in answer.get_data(as_text=True)
    assert named("preview_asked") == 0


def test_nobody_is_asked_to_look_at_what_is_announced(app: Any, browse: Browse) -> None:
    consultation = make.consultation(Phase.open)
    client = browse(officer_of(consultation.authority))
    assert "annonserat" in client.get(staff_address(consultation, "forhandsvisning")).get_data(as_text=True)
    assert client.post(staff_address(consultation, "forhandsvisning"), data={"function": "Chefen"}).status_code == 409


def test_the_link_shows_the_draft_as_readers_will_see_it_and_writes_nothing(app: Any, client: PolicingClient) -> None:
    consultation = draft(need="Avtalet går ut i vår.")
    invited, question = make.invitation(consultation).organisation.name, consultation.questions[0].text
    row = preview(consultation)
    answer = client.get(link(row))
    page = answer.get_data(as_text=True)
    for words in (consultation.title, "Avtalet går ut i vår.", question, "planens prioriteringar", "Allt läses.", invited):
        assert words in page
    assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex' in page
    assert states(consultation) == ["waiting"] and named("preview_decided") == 0


def test_an_approval_binds_what_was_shown_and_a_change_makes_it_outdated(app: Any, client: PolicingClient) -> None:
    consultation = draft()
    row = preview(consultation)
    stamp = seen(client.get(link(row)).get_data(as_text=True))
    assert client.post(link(row), data={"decision": "godkann", "seen": stamp}).status_code == 303
    assert states(consultation) == ["approved"] and queries_previews.is_approved(fresh(consultation))
    assert "Du har godkänt det som står här" in client.get(link(row)).get_data(as_text=True)
    change(fresh(consultation).questions[0], help="Något nytt.")
    assert states(consultation) == ["outdated"] and not queries_previews.is_approved(fresh(consultation))
    assert "tidigare lydelse" in client.get(link(row)).get_data(as_text=True)
    assert named("preview_decided") == 1


def test_it_shows_meetings_and_councils_and_a_change_of_either_outdates_the_approval(app: Any, client: PolicingClient) -> None:
    consultation = draft()
    meeting = meetings.meeting(consultation, title="Kvällsmötet", access="Hörslinga finns.")
    council = correcting.hearing(consultation, paragraph="§ 99")
    row = preview(consultation)

    def approve() -> str:
        page = client.get(link(row)).get_data(as_text=True)
        assert client.post(link(row), data={"decision": "godkann", "seen": seen(page)}).status_code == 303
        assert states(consultation) == ["approved"]
        return page

    page = approve()
    for words in ("Kvällsmötet", "Hörslinga finns.", "platsen meddelas dem som är anmälda", "§\u00a099"):
        assert words in page
    assert meetings.PLACE not in page and meetings.LINK not in page
    for thing, values in ((meeting, {"link": "https://annat.example"}), (meeting, {"place": "Ett annat hus"})):
        change(fresh(thing), **values)
        assert states(consultation) == ["approved"], "readers see neither"
    for thing, values in (
        (meeting, {"title": "Morgonmötet"}),
        (council, {"paragraph": "§ 100"}),
        (meeting, {"place_for_registered": False}),
    ):
        change(fresh(thing), **values)
        assert states(consultation) == ["outdated"]
        page = approve()
    assert "Ett annat hus" in page


@pytest.mark.parametrize("over", ["decided_at", "revoked_at", "expires_at"])
def test_the_address_is_erased_when_the_link_has_been_of_no_use_for_a_month(app: Any, over: str) -> None:
    at, said = clock.now(), {"approved": True} if over == "decided_at" else {}
    emails = {}
    for days in (29, 31):
        row = preview(draft(), email="chef@prova.example", **{over: at - timedelta(days=days)}, **said)
        with transaction():
            jobs.forget_preview_addresses({}, at)
        emails[days] = fresh(row).email
    assert emails == {29: "chef@prova.example", 31: ""}


def test_announcing_does_not_outdate_the_approval(app: Any) -> None:
    consultation = draft(closes_at=clock.now() + timedelta(days=60), feedback_due_on=clock.today() + timedelta(days=200))
    make.invitation(consultation)
    meetings.meeting(consultation)
    row = preview(consultation)
    stamp = queries_previews.stamp_of(fresh(consultation))
    with transaction():
        commands.decide_preview(fresh(row), approved=True, seen=stamp, at=clock.now())
        commands.announce(fresh(consultation), actor=None, at=clock.now())
    assert states(consultation) == ["approved"]


def test_a_change_must_be_said_and_reaches_the_officer(app: Any, browse: Browse, client: PolicingClient) -> None:
    consultation = draft()
    row = preview(consultation)
    stamp = seen(client.get(link(row)).get_data(as_text=True))
    assert client.post(link(row), data={"decision": "andra", "seen": stamp}).status_code == 422
    assert client.post(link(row), data={"decision": "andra", "seen": stamp, "comment": "Fråga 2 är för lång."}).status_code == 303
    page = (
        browse(officer_of(fresh(consultation).authority)).get(staff_address(fresh(consultation), "forhandsvisning")).get_data(as_text=True)
    )
    assert "Fråga 2 är för lång." in page and "Vill se en ändring" in page
    change(fresh(consultation), lead="Kortare nu.")
    assert states(consultation) == ["changed_since"]


def test_what_was_changed_while_somebody_read_is_shown_before_it_is_approved(app: Any, client: PolicingClient) -> None:
    consultation = draft()
    row = preview(consultation)
    stamp = seen(client.get(link(row)).get_data(as_text=True))
    change(fresh(consultation), lead="En annan mening.")
    answer = client.post(link(row), data={"decision": "godkann", "seen": stamp, "comment": "Fint arbete."})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "En annan mening." in page and "Fint arbete." in page
    assert states(consultation) == ["waiting"]
    assert client.post(link(row), data={"decision": "godkann", "seen": seen(page)}).status_code == 303


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"expires_at": clock.now() - timedelta(seconds=1)}, "har gått ut"),
        ({"revoked_at": clock.now() - timedelta(seconds=1)}, "återtagen"),
    ],
)
def test_a_closed_link_shows_and_takes_nothing(app: Any, client: PolicingClient, values: dict[str, Any], words: str) -> None:
    consultation = draft()
    row = preview(consultation, **values)
    for answer in (client.get(link(row)), client.post(link(row), data={"decision": "godkann", "seen": "x"})):
        page = answer.get_data(as_text=True)
        assert answer.status_code == 410 and words in page and consultation.title not in page
    assert states(consultation) != ["approved"]


def test_the_link_leads_to_the_public_page_once_it_is_announced(app: Any, client: PolicingClient) -> None:
    consultation = make.consultation(Phase.open)
    answer = client.get(link(preview(consultation)))
    assert answer.status_code == 410 and f"/sakrad/{consultation.slug}" in answer.get_data(as_text=True)


def test_a_false_link_opens_nothing(app: Any, client: PolicingClient) -> None:
    mine, other = preview(draft()), preview(draft())
    secret = preview_token(other).partition(".")[2]
    for token in (mine.reference, f"{mine.reference}.", f"{mine.reference}.{secret}", f"{preview_token(mine)}0", f"å.{secret}"):
        assert client.get(f"/forhandsvisning/{token}").status_code == 404
        assert client.post(f"/forhandsvisning/{token}", data={"decision": "godkann"}).status_code == 404


def test_a_link_taken_back_is_closed(app: Any, browse: Browse, client: PolicingClient) -> None:
    row = preview(consultation := draft())
    officer = browse(officer_of(consultation.authority))
    assert officer.post(staff_address(consultation, f"forhandsvisning/{row.reference}/ta-tillbaka")).status_code == 303
    assert client.get(link(row)).status_code == 410
    assert named("preview_revoked") == 1


def test_files_open_only_with_the_link_of_their_own_draft(app: Any, client: PolicingClient) -> None:
    consultation = draft()
    stored = make.save(files.put(b"%PDF-1.4", "a.pdf", files.FileKind.pdf).row(clock.now()))
    paper = make.save(
        Material(reference=ids.reference(), consultation_id=consultation.id, file_id=stored.id, title="Karta", description="Vad som finns")
    )
    mine, other = preview(consultation), preview(draft())
    assert client.get(f"{link(mine)}/material/{paper.reference}").status_code == 200
    assert client.get(f"{link(other)}/material/{paper.reference}").status_code == 404
    change(fresh(mine), revoked_at=clock.now())
    assert client.get(f"{link(fresh(mine))}/material/{paper.reference}").status_code == 404
