"""The link to a party, and the page where its members approve."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.positions.links import party_token
from sakrad.positions.models import PositionParty, PublicationWish
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import together
from tests.policing import PolicingClient


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def lead(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, name="Ekhamra kvinnojour")


@pytest.fixture
def by(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, name="Grannföreningen")


@pytest.fixture
def party(consultation: Consultation, lead: Organisation, by: Organisation) -> PositionParty:
    version = together.joint(consultation, lead, by, text="Vägen in är lång.", wish=PublicationWish.municipality_only)
    return desk.fresh(version).position.parties[0]  # type: ignore[no-any-return]


@pytest.fixture
def link(party: PositionParty) -> str:
    return f"/star-bakom/{party_token(party)}"


def now(party: PositionParty) -> PositionParty:
    return desk.fresh(party)  # type: ignore[no-any-return]


def happened() -> list[str]:
    db.session.rollback()
    names = (EventName.party_reworded.value, EventName.party_confirmed.value, EventName.party_declined.value)
    return list(db.session.scalars(sa.select(Event.name).where(Event.name.in_(names)).order_by(Event.id)))


class TestTheLink:
    def test_shows_the_answer_in_full_and_writes_nothing(self, client: PolicingClient, link: str, party: PositionParty) -> None:
        page = client.get(link).text
        for words in ("Ekhamra kvinnojour", "Vägen in är lång. (1)", "Vi står bakom svaret", "Vi står inte bakom", "Grannföreningen"):
            assert words in page
        assert happened() == [] and not now(party).stands

    def test_a_press_confirms_with_reservations_and_records_it(self, client: PolicingClient, link: str, party: PositionParty) -> None:
        answer = client.post(link, data={"version": "1", "q1-text": "Utom det sista."})
        assert (answer.status_code, answer.location) == (303, link)
        assert now(party).stands and [own.text for own in now(party).reservations] == ["Utom det sista."]
        assert happened() == ["party_confirmed"]
        page = client.get(link).text
        assert "Ni står bakom svaret sedan" in page and "Utom det sista." in page

    def test_a_press_declines_also_afterwards(self, client: PolicingClient, link: str, party: PositionParty) -> None:
        client.post(link, data={"version": "1"})
        assert client.post(f"{link}/nej").status_code == 303
        assert client.post(f"{link}/nej").status_code == 303
        assert not now(party).stands
        assert happened() == ["party_confirmed", "party_declined"]
        assert "Ni har sagt att ni inte står bakom" in client.get(link).text

    @pytest.mark.parametrize(
        "token",
        [
            pytest.param(lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"), id="one letter wrong"),
            pytest.param(lambda token: token.split(".")[0], id="only the reference"),
            pytest.param(lambda token: token.split(".")[0] + ".", id="an empty secret"),
            pytest.param(lambda token: "abcdefghjk." + token.split(".")[1], id="the secret of another"),
            pytest.param(lambda token: "ä" * 51, id="anything"),
        ],
    )
    def test_a_guessed_token_opens_nothing(self, client: PolicingClient, party: PositionParty, token: Any) -> None:
        guess = f"/star-bakom/{token(party_token(party))}"
        assert client.get(guess).status_code == 404
        assert client.post(guess, data={"version": "1"}).status_code == 404
        assert client.post(f"{guess}/nej").status_code == 404
        assert happened() == []

    def test_a_newer_version_is_read_first_and_no_word_is_lost(
        self, client: PolicingClient, link: str, party: PositionParty, consultation: Consultation, lead: Organisation
    ) -> None:
        desk.sent(consultation, lead, "Helt nya ord.")
        page = client.post(link, data={"version": "1", "q1-text": "Mitt förbehåll."})
        assert page.status_code == 422 and "Mitt förbehåll." in page.text and "Helt nya ord." in page.text
        assert not now(party).stands
        assert client.post(link, data={"version": "2", "q1-text": "Mitt förbehåll."}).status_code == 303

    def test_too_many_words_are_refused_and_kept(self, client: PolicingClient, link: str, party: PositionParty) -> None:
        words = "Förbehåll " * 500
        page = client.post(link, data={"version": "1", "q1-text": words})
        assert page.status_code == 422 and words.strip() in page.text
        assert happened() == []

    def test_too_late_is_said_with_the_reason_but_nobody_stays_named(self, client: PolicingClient) -> None:
        late = together.party(make.position(make.consultation(Phase.summarised)), confirmed=False)
        link = f"/star-bakom/{party_token(late)}"
        page = client.post(link, data={"version": "1", "q1-text": "Sent."})
        assert page.status_code == 409 and "Sammanställningen är publicerad." in page.text and "Sent." in page.text
        assert client.post(f"{link}/nej").status_code == 303
        assert happened() == ["party_declined"]

    def test_one_that_is_not_registered_says_its_name(self, client: PolicingClient, consultation: Consultation, lead: Organisation) -> None:
        draft = desk.fill(desk.open_draft(consultation, lead))
        together.name(draft, name="Kvarterets vänner", email="hej@kvarteret.example")
        position = desk.fresh(desk.submit(draft)).position
        new = next(party for party in position.parties if party.email == "hej@kvarteret.example")
        link = f"/star-bakom/{party_token(new)}"
        assert 'value="Kvarterets vänner"' in client.get(link).text
        assert client.post(link, data={"version": "1", "name": ""}).status_code == 422
        assert client.post(link, data={"version": "1", "name": "Föreningen Kvarterets vänner"}).status_code == 303
        organisation = now(new).organisation
        assert organisation is not None and organisation.name == "Föreningen Kvarterets vänner"


class TestTheMembers:
    @pytest.fixture
    def page(self, party: PositionParty, by: Organisation) -> str:
        together.several(by)
        return f"/forening/{desk.fresh(by).slug}/star-bakom/{now(party).reference}"

    def test_the_link_sends_them_there_and_confirms_nothing(
        self, client: PolicingClient, link: str, page: str, party: PositionParty
    ) -> None:
        assert f'href="{page}"' in client.get(link).text
        assert client.post(link, data={"version": "1"}).status_code == 409
        assert not now(party).stands

    def test_they_approve_one_after_the_other(self, browse: Any, page: str, party: PositionParty, by: Organisation) -> None:
        first, second = browse(desk.member(by)), browse(desk.member(by, Role.approver))
        data = {"version": "1", "q1-text": "Utom det sista."}
        assert first.post(page, data=data | {"seen": _seen(first.get(page).text)}).status_code == 303
        assert happened() == ["party_reworded"]  # which readers see where it stood behind already
        seen = second.get(page).text
        assert "1 av 2 godkännanden." in seen and "Utom det sista." in seen
        assert second.post(page, data=data | {"seen": _seen(seen)}).status_code == 303
        assert now(party).stands and happened() == ["party_reworded", "party_confirmed"]

    def test_a_reservation_that_was_changed_meanwhile_is_read_first(self, browse: Any, page: str, by: Organisation) -> None:
        first, second = browse(desk.member(by)), browse(desk.member(by))
        seen = _seen(second.get(page).text)
        first.post(page, data={"version": "1", "seen": seen, "q1-text": "Ett."})
        answer = second.post(page, data={"version": "1", "seen": seen, "q1-text": "Två."})
        assert answer.status_code == 422 and "Två." in answer.text

    def test_writers_read_and_others_do_not(
        self, browse: Any, client: PolicingClient, page: str, by: Organisation, consultation: Consultation
    ) -> None:
        writer = browse(desk.member(by, Role.writer))
        assert "Vägen in är lång." in writer.get(page).text
        assert writer.post(page, data={"version": "1"}).status_code == 404
        assert writer.post(f"{page}/nej").status_code == 404
        for user in (
            desk.member(make.organisation()),
            make.user((Role.officer, desk.fresh(consultation).authority)),
            make.user(Role.operator),
        ):
            assert browse(user).get(page).status_code == 404
            assert browse(user).post(page, data={"version": "1"}).status_code == 404
        assert client.get(page).status_code == 303
        assert client.post(page, data={"version": "1"}).status_code == 303
        assert happened() == []

    def test_another_organisation_does_not_reach_it_by_its_own_address(self, browse: Any, page: str, party: PositionParty) -> None:
        stranger = make.organisation()
        user = desk.member(stranger)
        assert browse(user).get(f"/forening/{desk.fresh(stranger).slug}/star-bakom/{now(party).reference}").status_code == 404

    def test_they_leave_together_or_not_at_all_by_the_link(
        self, browse: Any, client: PolicingClient, link: str, page: str, party: PositionParty, by: Organisation
    ) -> None:
        members = [desk.member(by), desk.member(by)]
        for user in members:
            browse(user).post(page, data={"version": "1"})
        assert client.post(f"{link}/nej").status_code == 409
        assert now(party).stands
        assert browse(members[0]).post(f"{page}/nej").status_code == 303
        assert not now(party).stands

    def test_it_waits_on_their_first_page(self, browse: Any, page: str, by: Organisation, party: PositionParty) -> None:
        browser = browse(desk.member(by))
        home = f"/forening/{desk.fresh(by).slug}"
        assert f'href="{page}"' in browser.get(home).text
        together.decline(party)
        assert f'href="{page}"' not in browser.get(home).text


def _seen(page: str) -> str:
    """What the form on the page says was read."""
    return page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
