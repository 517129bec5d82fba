"""Be att få delta: asked with an account or without, confirmed by the holder of the address, answered by the officers."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.consultations import commands
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import request_token
from sakrad.consultations.models import Invitation, ParticipationRequest
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from tests import factories as make
from tests.factories import asking
from tests.factories.consultations import address, fresh, officer_of, staff_address

TYPED = {"name": "Nya föreningen", "email": "Info@Nya.example", "message": "Vi möter dem varje vecka."}
MEANT = {"name": TYPED["name"], "message": TYPED["message"]}


def closed(phase: Phase = Phase.open, **values):
    """A consultation for the invited only."""
    return make.consultation(phase, open_invitation=False, **values)


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def requests() -> list[ParticipationRequest]:
    return list(db.session.scalars(sa.select(ParticipationRequest)))


def count(kind) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


# Without an account


def test_the_municipality_sees_nothing_before_the_mailed_link_is_pressed(browse):
    consultation = closed()
    url, official = staff_address(consultation, "forfragningar"), officer_of(consultation.authority)
    todo = f"/handlaggning/{consultation.municipality.slug}"
    answer = browse().post(f"{address(consultation)}/be-om-att-delta", data=TYPED)
    assert answer.status_code == 303
    (request,) = requests()
    assert (request.email, request.organisation_id, request.confirmed_at) == ("info@nya.example", None, None)
    assert events() == [EventName.participation_begun]
    assert count(Organisation) == 0
    officer = browse(official)
    assert "Nya föreningen" not in officer.get(url).text
    assert "Ber att få delta" not in officer.get(todo).text

    link = f"/be-om-att-delta/{request_token(fresh(request))}"
    page = browse().get(link)
    assert "Nya föreningen" in page.text and page.headers["X-Robots-Tag"] == "noindex"
    assert count(Organisation) == 0  # looking writes nothing
    assert browse().post(link, data=MEANT).status_code == 303
    request = fresh(request)
    assert request.organisation is not None and (request.organisation.name, request.organisation.email) == (
        "Nya föreningen",
        "info@nya.example",
    )
    assert (request.name, request.email) == ("", "")
    assert events()[1:] == [EventName.organisation_registered, EventName.participation_asked]
    browse().post(link, data=MEANT)  # pressed again
    assert count(Organisation) == 1 and len(events()) == 3
    assert "Nya föreningen" in officer.get(url).text
    assert "Ber att få delta" in officer.get(todo).text


def test_a_known_address_is_the_organisation_that_holds_it(browse):
    consultation = closed()
    known = make.organisation(name="Nya föreningen i Ekhamra", email="info@nya.example")
    request = asking.unconfirmed(consultation)
    assert browse().post(f"/be-om-att-delta/{request_token(request)}", data=MEANT).status_code == 303
    assert fresh(request).organisation_id == known.id
    assert count(Organisation) == 1


def test_one_that_is_invited_already_is_told_so_when_it_confirms(browse):
    consultation = closed()
    make.invitation(consultation, make.organisation(email="info@nya.example"))
    answer = browse().post(f"/be-om-att-delta/{request_token(asking.unconfirmed(consultation))}", data=MEANT)
    assert answer.status_code == 409 and "redan inbjuden" in answer.text


def test_one_that_has_asked_already_comes_to_its_first_request(browse):
    consultation = closed()
    first = asking.request(consultation, make.organisation(email="info@nya.example"))
    second = asking.unconfirmed(consultation)
    answer = browse().post(f"/be-om-att-delta/{request_token(second)}", data=MEANT)
    assert answer.headers["Location"].endswith(request_token(fresh(first)))
    assert len(requests()) == 1


def test_the_same_address_gets_one_mail_an_hour_and_the_latest_words_wait_behind_it(browse):
    url = f"{address(closed())}/be-om-att-delta"
    for change in ({"name": "Busen", "message": "Stryk alla bidrag."}, {}):
        browse().post(url, data=TYPED | change)
    assert events() == [EventName.participation_begun]
    (request,) = requests()
    assert (request.name, request.message) == (TYPED["name"], TYPED["message"])


def test_the_holder_of_the_address_decides_what_is_asked_and_by_whom(browse):
    request = asking.unconfirmed(closed(), name="Busen", message="Stryk alla bidrag.")
    link = f"/be-om-att-delta/{request_token(request)}"
    page = browse().get(link).text
    assert 'value="Busen"' in page and "Stryk alla bidrag." in page
    refused = browse().post(link, data={"name": " ", "message": TYPED["message"]})
    assert refused.status_code == 422 and TYPED["message"] in refused.text and fresh(request).confirmed_at is None
    assert browse().post(link, data=MEANT).status_code == 303
    request = fresh(request)
    assert (request.organisation.name, request.message) == (TYPED["name"], TYPED["message"])


def test_what_is_wrong_is_said_and_every_word_is_kept(browse):
    url = f"{address(closed())}/be-om-att-delta"
    answer = browse().post(url, data=TYPED | {"email": "ingen adress"})
    assert answer.status_code == 422 and "ingen adress" in answer.text and TYPED["message"] in answer.text
    assert browse().post(url, data=TYPED | {"website": "http://x.example"}).status_code == 422
    assert requests() == []


def test_an_open_a_closed_and_an_unannounced_one_take_no_requests(browse):
    made = ((make.consultation(Phase.open), 409), (closed(Phase.compiling), 409), (closed(Phase.draft), 404))
    for url, status in [(f"{address(consultation)}/be-om-att-delta", status) for consultation, status in made]:
        assert browse().post(url, data=TYPED).status_code == status
    assert requests() == []


def test_a_false_link_opens_nothing(browse):
    request = asking.unconfirmed(closed())
    for token in (request.reference, f"{request.reference}.", f"{request.reference}.{'0' * 40}"):
        assert browse().get(f"/be-om-att-delta/{token}").status_code == 404
        assert browse().post(f"/be-om-att-delta/{token}").status_code == 404


def test_what_nobody_confirms_is_erased_after_a_week(app):
    consultation = closed()
    asking.unconfirmed(consultation, asked_at=clock.now() - timedelta(days=8))
    kept = asking.unconfirmed(consultation, email="annan@nya.example")
    answered = asking.request(consultation, asked_at=clock.now() - timedelta(days=80))
    with transaction():
        commands.forget_unconfirmed(clock.now() - timedelta(days=7))
    assert {request.id for request in requests()} == {kept.id, answered.id}


# With an account


def test_a_member_asks_for_the_organisation_of_their_own(browse):
    consultation, own = closed(), make.organisation()
    other = make.organisation()
    browser = browse(make.user((Role.writer, own)))
    url = f"{address(consultation)}/be-om-att-delta/inloggad"
    assert browser.post(url, data={"organisation": other.slug}).status_code == 422
    answer = browser.post(url, data={"organisation": own.slug, "message": "Vi vill."})
    assert answer.status_code == 303
    assert "väntar" not in browser.get(answer.headers["Location"]).text
    assert events() == [EventName.participation_asked]
    again = browser.post(url, data={"organisation": own.slug, "message": "Vi vill fortfarande."})
    assert again.status_code == 409 and "Vi vill fortfarande." in again.text


def test_the_way_to_the_desk_leads_here_for_one_that_is_not_invited(browse):
    consultation, own = closed(), make.organisation()
    browser = browse(make.user((Role.writer, own)))
    way = f"/svara/{consultation.municipality.slug}/{consultation.slug}"
    assert browser.get(way).headers["Location"].endswith("/be-om-att-delta/inloggad")
    make.invitation(fresh(consultation), fresh(own))
    assert "be-om-att-delta" not in browser.get(way).headers["Location"]


def test_the_public_page_offers_it_only_where_it_is_for_the_invited(browse):
    assert "Be att få delta" in browse().get(address(closed())).text
    assert "Be att få delta" not in browse().get(address(make.consultation(Phase.open))).text


# The answer


def test_a_yes_invites(browse):
    request = asking.request(closed())
    consultation = request.consultation
    url = staff_address(consultation, f"forfragningar/{request.reference}")
    assert browse(officer_of(consultation.authority)).post(url, data={"beslut": "ja"}).status_code == 303
    assert fresh(request).accepted is True
    assert db.session.scalars(sa.select(Invitation.organisation_id)).all() == [fresh(request).organisation_id]
    assert events() == [EventName.participation_answered, EventName.organisation_invited]


def test_a_no_has_a_reason_that_the_organisation_may_read(browse):
    request = asking.request(closed())
    token = request_token(request)
    browser, url = (
        browse(officer_of(request.consultation.authority)),
        staff_address(request.consultation, f"forfragningar/{request.reference}"),
    )
    assert browser.post(url, data={"beslut": "nej"}).status_code == 422
    assert browser.post(url, data={"beslut": "nej", f"{request.reference}-reason": "Frågan rör skolans egna."}).status_code == 303
    assert "Frågan rör skolans egna." in browse().get(f"/be-om-att-delta/{token}").text
    assert count(Invitation) == 0
    assert browser.post(url, data={"beslut": "ja"}).status_code == 409  # answered is answered


def test_after_closing_nobody_is_invited_but_the_answer_is_still_owed(browse):
    request = asking.request(closed(Phase.compiling))
    browser, url = (
        browse(officer_of(request.consultation.authority)),
        staff_address(request.consultation, f"forfragningar/{request.reference}"),
    )
    assert browser.post(url, data={"beslut": "ja"}).status_code == 409
    assert browser.post(url, data={"beslut": "nej", f"{request.reference}-reason": "Svarstiden har gått ut."}).status_code == 303


def test_an_official_does_not_answer_an_organisation_of_their_own(browse):
    own = make.organisation()
    request = asking.request(closed(), own)
    consultation = request.consultation
    browser = browse(make.user((Role.officer, consultation.authority), (Role.writer, own)))
    assert "En kollega svarar" in browser.get(staff_address(consultation, "forfragningar")).text
    assert browser.post(staff_address(consultation, f"forfragningar/{request.reference}"), data={"beslut": "ja"}).status_code == 404


def test_what_is_not_confirmed_cannot_be_answered(browse):
    request = asking.unconfirmed(closed())
    url = staff_address(request.consultation, f"forfragningar/{request.reference}")
    assert browse(officer_of(request.consultation.authority)).post(url, data={"beslut": "ja"}).status_code == 404
