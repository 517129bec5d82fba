"""Receipts: what they prove and to whom, and "Det var inte vi"."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.positions import links, receipts
from sakrad.positions.models import Answer, Position, PositionVersion
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient


@pytest.fixture
def version(app: Flask) -> PositionVersion:
    consultation = make.consultation()
    return desk.sent(consultation, make.organisation(verified_in=consultation.municipality), "Hemliga ord")


class TestFinding:
    def test_a_page_asks_for_the_number(self, client: PolicingClient) -> None:
        answer = client.get("/kvitto")
        assert answer.status_code == 200
        assert 'name="nummer"' in answer.text
        assert "Receipt number" in client.get("/en/kvitto").text

    def test_the_number_leads_to_its_page(self, client: PolicingClient) -> None:
        answer = client.get("/kvitto", query_string={"nummer": " SN-2027-9999-0000 "})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/kvitto/SN-2027-9999-0000")

    @pytest.mark.parametrize("number", ["", "a/b", "..", "//example.org", "x" * 41])
    def test_what_is_no_number_is_told(self, client: PolicingClient, number: str) -> None:
        answer = client.get("/kvitto", query_string={"nummer": number})
        assert answer.status_code == 422
        assert "kvittonummer" in answer.text.casefold()


class TestChecking:
    def test_the_page_says_nothing_about_whether_there_is_such_a_receipt(self, client: PolicingClient, version: PositionVersion) -> None:
        number = version.receipt_number
        true, false = client.get(f"/kvitto/{number}"), client.get("/kvitto/SN-2027-9999-0000")
        assert (true.status_code, false.status_code) == (200, 200)
        assert len(true.text.replace(number, "")) - len(false.text.replace("SN-2027-9999-0000", "")) == 0

    def test_number_and_code_together_tell_the_time_and_never_the_text(self, client: PolicingClient, version: PositionVersion) -> None:
        nonce = receipts.nonce_of(version)
        answer = client.post(f"/kvitto/{version.receipt_number}", data={"nonce": f" {nonce.upper()} "})
        assert answer.status_code == 200
        assert "Kvittot stämmer" in answer.text
        assert "Hemliga ord" not in answer.text
        assert version.organisation_name not in answer.text

    def test_a_changed_text_is_told(self, client: PolicingClient, version: PositionVersion) -> None:
        number, nonce = version.receipt_number, receipts.nonce_of(version)
        with transaction():
            db.session.execute(sa.update(Answer).values(text="Andra ord"))
        assert "Texten är ändrad" in client.post(f"/kvitto/{number}", data={"nonce": nonce}).text

    def test_every_failure_is_alike(self, client: PolicingClient, version: PositionVersion) -> None:
        other = receipts.nonce_for("SN-2027-9999-0000")
        number = version.receipt_number
        answers = [
            client.post(f"/kvitto/{number}", data={"nonce": other}),
            client.post("/kvitto/SN-2027-9999-0000", data={"nonce": other}),
        ]
        assert {answer.status_code for answer in answers} == {422}
        assert all("Numret och kontrollkoden hör inte ihop." in answer.text for answer in answers)

    def test_the_code_must_be_there(self, client: PolicingClient, version: PositionVersion) -> None:
        assert client.post(f"/kvitto/{version.receipt_number}", data={"nonce": ""}).status_code == 422


class TestDisowning:
    @pytest.fixture
    def url(self, version: PositionVersion) -> str:
        return f"/kvitto/{version.receipt_number}/inte-vi/{links.disown_token(version)}"

    def test_asking_writes_nothing(self, client: PolicingClient, url: str) -> None:
        assert "Det var inte vi" in client.get(url).text
        assert db.session.scalar(sa.select(Position.disowned_at)) is None

    def test_the_button_disowns_once_and_records_it(self, client: PolicingClient, url: str) -> None:
        assert client.post(url).status_code == 303
        assert client.post(url).status_code == 303
        position = db.session.scalars(sa.select(Position)).one()
        assert position.disowned_at is not None
        assert position.current is not None
        assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == EventName.position_disowned)) == 1
        assert "Ni har sagt att det inte var ni" in client.get(url).text

    @pytest.mark.parametrize("damage", [lambda url: url[:-1] + "x", lambda url: url.replace("/kvitto/N", "/kvitto/M")])
    def test_a_false_token_does_nothing(self, client: PolicingClient, url: str, damage) -> None:  # type: ignore[no-untyped-def]
        assert client.get(damage(url)).status_code == 404
        assert client.post(damage(url)).status_code == 404
        assert db.session.scalar(sa.select(Position.disowned_at)) is None
