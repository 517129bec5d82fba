"""Reading back: the sender confirms or corrects what an official wrote down, by a link or by the code on a printed page."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.positions import commands, links
from sakrad.positions.models import Channel, Position, PositionVersion, PublicationWish
from sakrad.records.models import ReviewDecision
from tests import factories as make
from tests.factories import positions as desk
from tests.factories.transcribing import WORDS, entered
from tests.policing import PolicingClient

UNCONFIRMED = re.compile("inte bekräftat")
RIGHT = "Vi fick vänta i nitton veckor."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


@pytest.fixture
def version(consultation: Consultation, organisation: Organisation) -> PositionVersion:
    return entered(consultation, organisation)


def url(version: PositionVersion, page: str = "") -> str:
    return f"/aterlasning/{links.read_back_token(desk.fresh(version).transcription)}{page}"


def corrected(version: PositionVersion, text: str = RIGHT, **more: str) -> dict[str, str]:
    """What the form sends, with the facts as they stand."""
    number = desk.fresh(version).answers[0].question.number
    return {f"q{number}-text": text, "fakta-wish": "named"} | more


def versions() -> list[PositionVersion]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(PositionVersion).order_by(PositionVersion.number)))


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def publish(version: PositionVersion) -> None:
    with transaction():
        commands.review_position(desk.fresh(version), decision=ReviewDecision.publish, actor=None, at=clock.now())


def public_pages(client: PolicingClient, version: PositionVersion) -> list[str]:
    """Each public page that shows the answer."""
    version = desk.fresh(version)
    of, answer = version.position.consultation, version.answers[0]
    base = f"/kommun/{of.municipality.slug}/sakrad/{of.slug}"
    pages = [f"{base}/svar", f"{base}/svar/{version.position.organisation.slug}", f"{base}/fraga/{answer.question.number}"]
    return [client.get(page).text for page in pages]


def test_reading_writes_nothing(client: PolicingClient, version: PositionVersion) -> None:
    before = names()
    page = client.get(url(version)).text
    for words in (WORDS, "Avsändaren har inte bekräftat än.", "Det stämmer", "per telefon"):
        assert words in page
    assert WORDS in client.get(url(version, "/ratta")).text
    assert names() == before and not desk.fresh(version).transcription.confirmed


def test_it_says_so_until_confirmed_and_then_that_it_is(client: PolicingClient, version: PositionVersion) -> None:
    publish(version)
    assert all(UNCONFIRMED.search(page) for page in public_pages(client, version))
    assert client.post(url(version, "/stammer")).status_code == 303
    assert names()[-1] == EventName.transcription_confirmed
    assert not any(UNCONFIRMED.search(page) for page in public_pages(client, version))
    assert "Återläst och bekräftat av avsändaren" in public_pages(client, version)[1]
    assert "Återläst och bekräftat av avsändaren" in client.get(url(version)).text


def test_a_public_page_tells_how_it_came_in(client: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
    version = entered(consultation, organisation, channel=Channel.paper)
    publish(version)
    page = public_pages(client, version)[1]
    assert "per brev" in page and "inskrivet" in page and "Brevet i sin helhet" in page and "Inget svar på den här frågan" not in page


def test_without_name_no_day_gives_it_away(client: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
    version = entered(consultation, organisation, stated=commands.Stated(wish=PublicationWish.unnamed))
    publish(version)
    position = desk.fresh(version).position
    of = position.consultation
    page = client.get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/svar/{position.reference}").text
    assert "per telefon och är inskrivet av kommunen" in page and "Avsändaren har inte bekräftat än." in page


def test_an_unknown_wish_is_told_as_unknown(client: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
    version = entered(consultation, organisation, stated=commands.Stated())
    of = desk.fresh(version).position.consultation
    page = client.get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/svar").text
    assert "har inte sagt om svaret får publiceras" in page and WORDS not in page


def test_a_correction_is_a_new_version_and_the_old_link_leads_on(client: PolicingClient, version: PositionVersion) -> None:
    answer = client.post(url(version, "/ratta"), data=corrected(version))
    first, made = versions()
    assert answer.status_code == 303 and answer.location == url(made)
    assert (first.answers[0].text, made.answers[0].text) == (WORDS, RIGHT)
    assert names()[-2:] == [EventName.position_received, EventName.transcription_confirmed]
    old = client.get(url(version)).text
    assert "Läs den rättade texten" in old and url(made) in old and "Det stämmer</button>" not in old
    assert "rättat och bekräftat av avsändaren" in client.get(url(made)).text


def test_the_wish_can_be_said_with_the_confirmation(client: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
    version = entered(consultation, organisation, stated=commands.Stated())
    assert "Får kommunen publicera svaret?" in client.get(url(version)).text
    assert client.post(url(version, "/stammer"), data={"wish": "unnamed"}).status_code == 303
    first, made = versions()
    assert (first.wish, made.wish, made.answers[0].text) == (None, PublicationWish.unnamed, WORDS)
    assert made.transcription.confirmed and desk.fresh(made).position.current_id == made.id


def test_confirming_without_saying_it_leaves_it_unknown(
    client: PolicingClient, consultation: Consultation, organisation: Organisation
) -> None:
    version = entered(consultation, organisation, stated=commands.Stated())
    assert client.post(url(version, "/stammer")).status_code == 303
    (only,) = versions()
    assert only.transcription.confirmed and only.wish is None


def test_an_invalid_wish_changes_nothing(client: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
    version = entered(consultation, organisation, stated=commands.Stated())
    assert client.post(url(version, "/stammer"), data={"wish": "kanske"}).status_code == 422
    assert not desk.fresh(version).transcription.confirmed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"text": ""}, "Skriv in det som kom in.", id="nothing left"),
        pytest.param({"text": "y" * 20_001}, "1 tecken för lång", id="too long"),
        pytest.param({"text": "Rätt text", "fakta-wish": "kanske"}, "Välj ett av alternativen", id="an unknown wish"),
        pytest.param({"text": "Rätt text", "fakta-asked": "fem"}, "Skriv ett tal med siffror", id="no number"),
    ],
)
def test_what_is_wrong_is_said_and_every_word_stays(
    client: PolicingClient, version: PositionVersion, change: dict[str, str], words: str
) -> None:
    answer = client.post(url(version, "/ratta"), data=corrected(version, **{"fakta-dissent": "Två tyckte annat."} | change))
    assert answer.status_code == 422 and words in answer.text and "Två tyckte annat." in answer.text
    assert change["text"] in answer.text and len(versions()) == 1


@pytest.mark.parametrize("when", ["summary published", "withdrawn", "disowned", "something newer", "cancelled"])
def test_when_it_is_too_late_the_reason_stands_there(
    client: PolicingClient, consultation: Consultation, organisation: Organisation, version: PositionVersion, when: str
) -> None:
    if when == "something newer":
        entered(consultation, organisation, whole="Ett nytt samtal.")
    else:
        with transaction():
            position: Position = desk.fresh(version).position
            match when:
                case "summary published":
                    position.consultation.summary_published_at = clock.now()
                case "withdrawn":
                    position.withdrawn_at = clock.now()
                case "disowned":
                    commands.disown(position, at=clock.now())
                case "cancelled":
                    position.consultation.cancelled_at, position.consultation.cancel_reason = clock.now(), "Frågan har fallit."
    before = names()
    page = client.get(url(version)).text
    assert "notice wait" in page and "Det stämmer</button>" not in page
    assert client.get(url(version, "/ratta")).status_code == 200
    assert client.post(url(version, "/stammer")).status_code == 409
    assert client.post(url(version, "/ratta"), data=corrected(version)).status_code == 409
    assert names() == before and not desk.fresh(version).transcription.confirmed


@pytest.mark.parametrize("page", ["", "/ratta", "/stammer"])
def test_guessed_links_open_nothing(client: PolicingClient, version: PositionVersion, page: str) -> None:
    token = links.read_back_token(desk.fresh(version).transcription)
    reference = token.partition(".")[0]
    other = links.read_back_token(desk.fresh(entered(make.consultation(), make.organisation())).transcription)
    for guess in ("x", reference, f"{reference}.", token[:-1], f"{reference}.{other.partition('.')[2]}", token.upper(), "å.ö"):
        open_ = client.post if page == "/stammer" else client.get
        assert open_(f"/aterlasning/{guess}{page}").status_code == 404
    assert not desk.fresh(version).transcription.confirmed


class TestTheCode:
    def test_opens_what_is_printed(self, client: PolicingClient, version: PositionVersion) -> None:
        assert "Bokstavskod" in client.get("/aterlasning").text
        version = desk.fresh(version)
        number, code = version.receipt_number, links.read_back_code(version.transcription.reference)
        answer = client.post("/aterlasning", data={"number": number, "letters": code.upper().replace("-", " ")})
        assert answer.status_code == 303 and answer.location == url(version)
        assert WORDS in client.get(answer.location).text

    @pytest.mark.parametrize(
        "letters", ["", "abcd-efgh-jkmn", "x" * 500, "'; DROP TABLE x; --", "ﬁ\u202e"], ids=["none", "guess", "long", "sql", "odd"]
    )
    def test_every_failure_looks_the_same(self, client: PolicingClient, version: PositionVersion, letters: str) -> None:
        for number in (desk.fresh(version).receipt_number, "SN-2027-0001-9901"):
            answer = client.post("/aterlasning", data={"number": number, "letters": letters})
            assert answer.status_code == 422 and WORDS not in answer.text

    def test_a_web_answers_number_opens_nothing(self, client: PolicingClient, consultation: Consultation) -> None:
        sent = desk.sent(consultation, make.organisation())
        answer = client.post("/aterlasning", data={"number": desk.fresh(sent).receipt_number, "letters": links.read_back_code("")})
        assert answer.status_code == 422

    def test_guessing_is_limited(self, version: PositionVersion, make_settings: Any, database_url: str) -> None:
        import dataclasses

        from sakrad import create_app
        from sakrad.core.limits import DatabaseStorage
        from sakrad.core.security import limiter

        limited = create_app(dataclasses.replace(make_settings(database_url), rate_limits=True), testing=True)
        DatabaseStorage("sakrad://").reset()
        with limited.test_client() as guesser:
            codes = [guesser.post("/aterlasning", data={"number": "SN-1", "letters": "x"}).status_code for _ in range(22)]
        limiter.enabled = False  # it is one for all applications of the process
        assert 429 not in codes[:20] and codes[-1] == 429
        DatabaseStorage("sakrad://").reset()


def test_an_official_cannot_reach_it_by_the_receipt_number(version: PositionVersion, browse: Any) -> None:
    of = desk.fresh(version).position.consultation
    officer = browse(make.user((Role.officer, of.authority)))
    assert officer.get(f"/aterlasning/{desk.fresh(version).receipt_number}").status_code == 404
