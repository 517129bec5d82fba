"""The ledger over HTTP: organisations' parts by link and account, decisions, proof, masks, and what readers get of it all."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role, User
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.records.models import ReviewDecision
from sakrad.responses.links_pledges import pledge_token
from sakrad.responses.models import Commitment, LinkedDecision, Pledge, Progress
from tests import factories
from tests.factories import again, ledger
from tests.factories import responses as make
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"


@dataclass(frozen=True)
class Ledger:
    """A published commitment with an organisation that has been asked for a part of it, and everybody's addresses."""

    matter: make.Matter
    commitment: Commitment
    pledge: Pledge
    officer: User
    staff: str
    desk: str
    public: str
    own: str
    link: str


@pytest.fixture
def book(app: Flask) -> Ledger:
    matter, commitment = make.published()
    pledge = ledger.pledge(commitment, matter.organisation, confirmed=False)
    of = again(matter.consultation)
    kommun = of.municipality.slug
    return Ledger(
        matter,
        commitment,
        pledge,
        factories.user((Role.officer, of.authority)),
        staff=f"/handlaggning/{kommun}/ataganden/{of.slug}/1",
        desk=f"/handlaggning/{kommun}/sakrad/{of.slug}/namndens-svar",
        public=f"/kommun/{kommun}/sakrad/{of.slug}/atagande/1",
        own=f"/forening/{again(matter.organisation).slug}/ataganden/{pledge.reference}",
        link=f"/atagande/{pledge_token(pledge)}",
    )


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


TOLD = {"status": "done", "text": "Lapparna är utdelade.", "link": ""}


@pytest.mark.parametrize("by", ["link", "account"])
def test_an_organisation_answers_and_tells_and_takes_back(book: Ledger, browse: Browse, client: PolicingClient, by: str) -> None:
    member = client if by == "link" else browse(factories.user((Role.administrator, book.matter.organisation)))
    here = book.link if by == "link" else book.own
    assert "Vi delar ut lappen" in member.get(here).text and names() == [], "reading writes nothing"
    assert "Vi delar ut lappen" not in client.get(book.public).text
    assert member.post(f"{here}/beratta", data=TOLD).status_code == 409
    assert member.post(f"{here}/annan-lydelse", data={"words": "o" * 301}).status_code == 422
    assert member.post(f"{here}/annan-lydelse", data={"words": "Vi sätter upp lappen"}).status_code == 303
    assert member.post(f"{here}/ja", data={"seen": "Vi sätter upp lappen"}).status_code == 409
    assert member.post(f"{here}/nej").status_code == 303
    assert member.post(f"{here}/ja", data={"seen": "Vi delar ut lappen"}).status_code == 303
    assert "Vi delar ut lappen" in client.get(book.public).text
    short = member.post(f"{here}/beratta", data=TOLD | {"text": "", "link": "inte en adress"})
    assert short.status_code == 422 and "inte en adress" in short.text
    assert member.post(f"{here}/beratta", data=TOLD).status_code == 303
    assert "Lapparna är utdelade." not in client.get(book.public).text and "Lapparna är utdelade." in member.get(here).text
    assert member.post(f"{here}/dra-tillbaka").status_code == 303
    assert "Vi delar ut lappen" not in client.get(book.public).text
    assert names() == ["pledge_countered", "pledge_declined", "pledge_confirmed", "pledge_progress_added", "pledge_withdrawn"]
    by_id = set(db.session.scalars(sa.select(Event.actor_id)))
    assert (by_id == {None}) is (by == "link")


def test_only_those_whose_part_it_is_reach_it(book: Ledger, browse: Browse, client: PolicingClient) -> None:
    writer = browse(factories.user((Role.writer, book.matter.organisation)))
    stranger = browse(factories.user((Role.administrator, factories.organisation())))
    false = book.link[:-1] + ("0" if book.link[-1] != "0" else "1")
    assert writer.get(book.own).status_code == 200 and "Ja, vi står för det" not in writer.get(book.own).text
    for who, path in (
        (writer, f"{book.own}/ja"),
        (stranger, f"{book.own}/ja"),
        (client, f"{false}/ja"),
        (browse(book.officer), f"{book.own}/ja"),
    ):
        assert who.post(path, data={"seen": "Vi delar ut lappen"}).status_code == 404
    assert stranger.get(book.own).status_code == 404 and client.get(false).status_code == 404 and names() == []
    assert "Vill ni göra det här?" in writer.get(book.own.rsplit("/", 2)[0]).text


def test_a_part_is_proposed_worded_and_settled_by_the_municipality_without_jav(book: Ledger, browse: Browse) -> None:
    staff, other = browse(book.officer), factories.position(again(book.matter.consultation)).organisation
    form = {"organisation": other.slug, "part": "Vi bjuder på kaffe"}
    assert other.name in staff.get(book.staff).text
    short = staff.post(f"{book.staff}/delar", data=form | {"organisation": ""})
    assert short.status_code == 422 and "Vi bjuder på kaffe" in short.text
    assert staff.post(f"{book.staff}/delar", data=form).status_code == 303
    assert staff.post(f"{book.staff}/delar", data=form).status_code == 422, "once each"
    one = f"{book.staff}/delar/{book.pledge.reference}"
    assert staff.post(one, data={"part": "Annat"}).status_code == 409, "it has been asked"
    assert staff.post(f"{one}/godta").status_code == 409
    with db.session.begin_nested():
        again(book.pledge).asked_words = "Vi sätter upp lappen"
    db.session.commit()
    todo = staff.get(book.staff.rsplit("/", 3)[0]).text
    assert "Vill ha en annan lydelse" in todo and f'href="{one}"' in todo and "Vi sätter upp lappen" in staff.get(one).text
    assert staff.post(f"{one}/behall").status_code == 303
    assert names() == [EventName.pledge_asked, EventName.pledge_asked]
    both = browse(factories.user((Role.officer, again(book.matter.consultation).authority), (Role.writer, book.matter.organisation)))
    assert both.get(one).status_code == 404 and both.get(book.staff).status_code == 200
    assert one not in both.get(book.staff.rsplit("/", 3)[0]).text, "nor is it on the list of those who are barred"


def test_what_an_organisation_tells_is_reviewed_before_readers_get_it(book: Ledger, browse: Browse, client: PolicingClient) -> None:
    with db.session.begin_nested():
        again(book.pledge).confirmed_at = clock.now()
    db.session.commit()
    ledger.told(again(book.pledge), decision=None, text="Anna Ek har tryckt lapparna.")
    staff = browse(book.officer)
    listed = staff.get(f"/handlaggning/{book.staff.split('/')[2]}/granskning?slag=uppfoljning").text
    assert f"/delar/{book.pledge.reference}" in listed
    one = f"{book.staff}/delar/{book.pledge.reference}/1"
    assert staff.post(one, data={"decision": "withheld", "reason": "Därför"}).status_code == 422
    assert staff.post(one, data={"decision": "masked", "ground": "personal_data"}).status_code == 422, "nothing is masked"
    masks = f"{book.desk}/maska?text=atagande-1-steg-1"
    assert staff.post(masks, data={"words": "Anna Ek", "ground": "personal_data"}).status_code == 303
    assert staff.post(one, data={"decision": "masked", "ground": "personal_data"}).status_code == 303
    page = client.get(book.public).text
    assert ">maskat</span> har tryckt" in page and "Anna Ek har tryckt" not in page
    assert names() == [EventName.text_masked, EventName.pledge_progress_reviewed]
    assert staff.post(one, data={"decision": "withheld", "ground": "personal_data", "reason": "Därför"}).status_code == 303
    assert "har tryckt" not in client.get(book.public).text
    decisions = staff.get(f"/handlaggning/{book.staff.split('/')[2]}/publiceringsbeslut?slag=uppfoljning").text
    assert "Uppföljning från en organisation granskad" in decisions


def test_a_decision_is_linked_and_stands_in_public(book: Ledger, browse: Browse, client: PolicingClient) -> None:
    staff, form = browse(book.officer), {"body": "Kommunfullmäktige", "decided_on": "2026-01-19", "ref": "§ 7", "what": "Pengarna finns."}
    late = staff.post(f"{book.desk}/beslut-som-ror", data=form | {"about": "1", "decided_on": "2999-01-01"})
    assert late.status_code == 422 and "Pengarna finns." in late.text
    for about in ("1", "0"):
        assert staff.post(f"{book.desk}/beslut-som-ror", data=form | {"about": about}).status_code == 303
    assert names() == [EventName.decision_linked] * 2 and "Pengarna finns." in staff.get(f"{book.desk}/beslut-som-ror?om=1").text
    assert client.get(book.public).text.count("Pengarna finns.") == 1
    assert "Kommunfullmäktige § 7" in client.get(book.public.rsplit("/", 2)[0]).text
    assert staff.post(f"{book.desk}/maska?text=beslut-1", data={"words": "Pengarna", "ground": "personal_data"}).status_code == 303
    assert ">maskat</span> finns." in client.get(book.public).text
    assert db.session.scalar(sa.select(sa.func.count(LinkedDecision.id))) == 2


def test_the_proof_of_progress_is_a_stripped_copy_with_words(book: Ledger, browse: Browse, client: PolicingClient) -> None:
    staff = browse(book.officer)

    def tell(content: bytes, **values: str) -> Any:
        file = (io.BytesIO(content), "bevis.pdf")
        return staff.post(book.staff, data={"status": "under_way", "text": "Schemat är klart.", "file": file} | values)

    bad = tell(b"inget slag", file_says="Schemat")
    assert bad.status_code == 422 and "Schemat är klart." in bad.text
    assert tell(PDF, file_says="").status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Progress.id))) == 0
    from tests.factories import attachments

    assert tell(attachments.pdf(), file_says="Schemat som en sida").status_code == 303
    assert "Schemat som en sida" in client.get(book.public).text
    proof = client.get(f"{book.public}/underlag/1", policed=False)
    assert proof.status_code == 200 and proof.data.startswith(b"%PDF") and "attachment" in proof.headers["Content-Disposition"]
    assert client.get(f"{book.public}/underlag/2").status_code == 404


def test_a_commitment_shows_days_that_were_moved_and_leads_to_the_voices(book: Ledger, client: PolicingClient) -> None:
    ledger.told(again(book.pledge), decision=ReviewDecision.publish)  # of a part that nobody stands for
    day = clock.today()
    make.progress(again(book.commitment), status="changed", due_on=day, former_due_on=day.replace(year=2026, month=1, day=5))
    page = client.get(book.public).text
    assert "<del>5" in page and "Lapparna är tryckta." not in page
    assert "/sammanstallning?samlad=1" in page and "/svar/" in page
    assert client.get(book.public[:-1] + "9").status_code == 404
    listed = client.get("/ataganden?part=kommunen").text  # alone, while nobody stands for a part
    assert "Ett gemensamt nummer" in listed and "Ett gemensamt nummer" not in client.get("/ataganden?part=gemensamma").text
