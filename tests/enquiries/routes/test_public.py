"""Väck en fråga: anybody, without an account."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from sakrad import create_app
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.core.security import limiter
from sakrad.enquiries.models import Enquiry
from tests import factories as make
from tests.policing import PolicingClient

TYPED = {
    "organisation": "Ekhamra kvinnojour",
    "email": "info@jouren.example",
    "title": "Ett nummer",
    "text": "Vi ser att vägen in är lång.",
    "website": "",
    "submission_key": "b" * 32,
}


@pytest.fixture
def url(app: Flask) -> str:
    return f"/kommun/{make.municipality(mailbox='kommun@ekhamra.example').slug}/vag-in"


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Enquiry.id))) or 0


def test_the_page_promises_what_happens_and_warns_of_personal_data(client: PolicingClient, url: str) -> None:
    page = client.get(url)
    assert "allmän handling" in page.text and "inga personuppgifter" in page.text and "kommun@ekhamra.example" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_matter_is_sent_and_its_receipt_shows_no_words(client: PolicingClient, url: str) -> None:
    answer = client.post(url, data=TYPED)
    enquiry = db.session.scalars(sa.select(Enquiry)).one()
    assert (answer.status_code, answer.location) == (303, f"{url}/{enquiry.reference}")
    assert [event.name for event in db.session.scalars(sa.select(Event))] == [EventName.enquiry_received]
    receipt = client.get(answer.location)
    assert enquiry.reference in receipt.text and "kommun@ekhamra.example" in receipt.text
    assert not any(TYPED[name] in receipt.text for name in ("organisation", "email", "title", "text"))
    assert receipt.headers["Cache-Control"] == "no-store" and receipt.headers["X-Robots-Tag"] == "noindex"


def test_a_double_click_sends_once(client: PolicingClient, url: str) -> None:
    assert client.post(url, data=TYPED).location == client.post(url, data=TYPED).location
    assert count() == 1


def test_other_words_from_a_form_that_was_sent_are_kept_and_sent_by_the_next_press(client: PolicingClient, url: str) -> None:
    client.post(url, data=TYPED)
    typed = TYPED | {"text": "Och bussen går för sällan."}
    asked = client.post(url, data=typed)
    assert asked.status_code == 409 and "redan skickad" in asked.text and typed["text"] in asked.text and count() == 1
    key = re.search(r'name="submission_key"[^>]*value="([a-z0-9]+)"', asked.text)
    assert key is not None and key[1] != TYPED["submission_key"]
    assert client.post(url, data=typed | {"submission_key": key[1]}).status_code == 303 and count() == 2


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param({"organisation": ""}, "Skriv vilken organisation ni är.", id="nobody"),
        pytest.param({"email": "jouren"}, "Skriv en e-postadress, till exempel", id="no address"),
        pytest.param({"title": " "}, "Skriv vad frågan gäller.", id="no title"),
        pytest.param({"text": ""}, "Skriv något om frågan.", id="no words"),
        pytest.param({"text": "å" * 10_001}, "Skriv högst 10\u00a0000 tecken.", id="too long"),
        pytest.param({"website": "https://skrap.example"}, "Töm fältet och skicka igen.", id="a machine fills in everything"),
        pytest.param({"submission_key": ""}, "Sidan var för gammal.", id="no key"),
    ],
)
def test_an_invalid_form_keeps_every_word(client: PolicingClient, url: str, fault: dict[str, str], sentence: str) -> None:
    typed = TYPED | fault
    answer = client.post(url, data=typed)
    assert answer.status_code == 422 and sentence in answer.text
    assert all(value.strip() in answer.text for name, value in typed.items() if name != "submission_key")
    assert count() == 0


def test_without_a_token_nothing_is_sent(client: PolicingClient, url: str) -> None:
    assert client.post(url, data=TYPED, csrf=False).status_code == 400
    assert count() == 0


def test_a_municipality_that_takes_no_part_has_no_way_in(client: PolicingClient) -> None:
    url = f"/kommun/{make.municipality(active=False).slug}/vag-in"
    assert client.get(url).status_code == 404 and client.post(url, data=TYPED).status_code == 404


def test_a_receipt_belongs_to_its_municipality(client: PolicingClient, url: str) -> None:
    reference = client.post(url, data=TYPED).location.rsplit("/", 1)[1]
    other = make.municipality().slug
    assert client.get(f"/kommun/{other}/vag-in/{reference}").status_code == 404
    assert client.get(f"{url}/annatnummer").status_code == 404


@pytest.fixture
def counted(app: Flask) -> Iterator[PolicingClient]:
    """A browser before the same database with rate limits on."""
    counting = create_app(dataclasses.replace(app.config["SETTINGS"], rate_limits=True), testing=True)
    counting.test_client_class = PolicingClient
    with counting.app_context():
        yield counting.test_client()  # type: ignore[misc]
    limiter.enabled = False


def test_five_an_hour_from_one_address_and_a_mistake_costs_nothing(counted: PolicingClient, url: str) -> None:
    with time_machine.travel("2027-05-01 12:00:00+00:00", tick=False):
        for _ in range(6):
            assert counted.post(url, data=TYPED | {"title": ""}).status_code == 422
        for n in range(5):
            assert counted.post(url, data=TYPED | {"submission_key": f"{n}" * 32}).status_code == 303
        assert counted.post(url, data=TYPED | {"submission_key": "9" * 32}).status_code == 429
        assert counted.get(url).status_code == 200
    assert count() == 5
