"""An organisation judges a commitment over HTTP, by account and by the mailed link; officials review the words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock, i18n
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.notifications.content import Told
from sakrad.notifications.contents_thread import verdict_asked
from sakrad.positions.models import Position
from sakrad.records.models import ReviewDecision
from sakrad.responses.links import thread_token
from sakrad.responses.models import Commitment, CommitmentParty, Verdict, VerdictValue
from tests import factories as make
from tests.factories import ledger, verdicts

SAID = {"value": "not_done", "text": "Linjen svarar inte på kvällar.", "by_name": "y"}


def place_of(commitment: Commitment) -> str:
    return f"{commitment.consultation.municipality.slug}/{commitment.consultation.slug}"


def link_of(by: Organisation) -> str:
    return f"/det-har-hande/{thread_token(db.session.query(Position).filter_by(organisation_id=by.id).one())}"


@pytest.mark.parametrize("way", ["member", "link"])
def test_a_verdict_is_given_and_seen_by_its_sender(app: Flask, browse: Any, way: str) -> None:
    commitment, (by, other) = verdicts.judged(2)
    thread = f"/forening/{by.slug}/vad-hande/{place_of(commitment)}" if way == "member" else link_of(by)
    client = browse(make.user((Role.writer, by)) if way == "member" else None)
    elsewhere = f"/forening/{other.slug}/vad-hande/{place_of(commitment)}/atagande/1"
    assert "Gör en bedömning" in client.get(thread).get_data(as_text=True)
    page = f"{thread}/atagande/1"
    unfinished = client.post(page, data={"text": SAID["text"], "by_name": "y"})
    assert unfinished.status_code == 422 and SAID["text"] in unfinished.get_data(as_text=True)
    long = client.post(page, data=SAID | {"text": "ja " * 400})
    assert long.status_code == 422 and "ja ja ja" in long.get_data(as_text=True)
    assert client.post(page, data=SAID).status_code == 303
    verdict = db.session.query(Verdict).one()
    assert (verdict.value, verdict.by_name, verdict.by_id is None) == (VerdictValue.not_done, True, way == "link")
    assert db.session.query(Event).filter_by(name=EventName.verdict_given.value).count() == 1
    seen = client.get(thread)
    html = seen.get_data(as_text=True).replace("\u00a0", " ")
    assert "Er bedömning: inte gjort. ”Linjen svarar inte på kvällar.”" in html and "Kommunen läser orden innan de visas." in html
    assert seen.headers["X-Robots-Tag"] == "noindex"
    assert client.post(elsewhere, data=SAID).status_code in (303, 404)  # to sign in, or not at all
    assert db.session.query(Verdict).count() == 1


@pytest.mark.parametrize("way", ["member", "link"])
def test_one_that_has_only_a_part_in_it_judges_without_an_account(app: Flask, browse: Any, way: str) -> None:
    commitment, _voices = verdicts.judged(1)
    by = make.organisation(verified_in=commitment.consultation.municipality, email="del@prova.example")
    part = ledger.pledge(commitment, by)
    with app.test_request_context():
        told = Told([Event(name=EventName.verdict_asked, subject_id=commitment.id)], "del@prova.example")
        ((_name, mailed),) = verdict_asked(told).values["items"][0]["own"]
    assert thread_token(part) in mailed
    page = mailed[mailed.index("/det-") :] if way == "link" else f"/forening/{by.slug}/vad-hande/{place_of(commitment)}/atagande/1"
    client = browse(make.user((Role.writer, by)) if way == "member" else None)
    assert "Mer om åtagandet" in client.get(page).get_data(as_text=True)
    given = client.post(page, data=SAID)
    assert (given.status_code, given.location) == (303, page) and "är sparad" in client.get(page).get_data(as_text=True)
    with transaction():
        make.again(part).withdrawn_at = clock.now()
    assert client.get(page).status_code == 404


def test_what_organisations_promise_themselves_is_not_judged_nor_what_is_not_published(app: Flask, browse: Any) -> None:
    commitment, (by,) = verdicts.judged(1)
    client, page = browse(make.user((Role.writer, by))), f"/forening/{by.slug}/vad-hande/{place_of(commitment)}/atagande/1"
    with transaction():
        make.again(commitment).response.release.published_at = None
    assert client.get(page).status_code == client.post(page, data=SAID).status_code == 404
    with transaction():
        release = make.again(commitment).response.release
        release.published_at, release.responses[0].commitments[0].party = clock.now(), CommitmentParty.organisation
    assert client.post(page, data=SAID).status_code == 404
    assert db.session.query(Verdict).count() == 0


@pytest.mark.parametrize("by_name", [True, False])
def test_officials_review_the_words_and_learn_no_name_that_is_not_to_be_told(app: Flask, browse: Any, by_name: bool) -> None:
    commitment, (by, *_others) = verdicts.judged(3)
    said = verdicts.verdict(commitment, by, text="Linjen svarar inte.", by_name=by_name, organisation_name="Norra jouren")
    of = commitment.consultation
    official = make.user((Role.officer, of.authority))
    registrar, member = make.user((Role.registrar, of.authority)), make.user((Role.officer, of.authority), (Role.writer, by))
    client, page = browse(official), f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/bedomning/{said.reference}"
    register = f"/handlaggning/{of.municipality.slug}/publiceringsbeslut?slag=bedomningar"
    queue = f"/handlaggning/{of.municipality.slug}/granskning?slag=bedomning"
    for address in (queue, page):
        html = client.get(address).get_data(as_text=True)
        assert ("Norra jouren" in html) is by_name and said.reference in html
        assert ("inte gjort" in html) is (by_name and address == page) and commitment.what in html
        assert (i18n.moment(said.at) in html) is (by_name and address == queue)
    assert "Bedömningar att granska" in client.get(f"/handlaggning/{of.municipality.slug}").get_data(as_text=True)
    kept = client.post(page, data={"decision": "withheld", "reason": "Någon annans namn.", "ground": ""})
    assert kept.status_code == 422 and "Någon annans namn." in kept.get_data(as_text=True)
    assert client.post(page, data={"decision": "publish", "reason": "", "ground": ""}).status_code == 303
    assert said.reference not in client.get(queue).get_data(as_text=True)
    event = db.session.query(Event).filter_by(name=EventName.verdict_reviewed.value).one()
    assert (event.actor_id, event.organisation_id, event.data) == (official.id, None, {"decision": "publish"})
    listed = browse(registrar).get(register).get_data(as_text=True)
    assert "Bedömning granskad" in listed and "Norra jouren" not in listed
    assert browse(member).get(page).status_code == 404  # jäv


def test_readers_see_counts_from_three_up_beside_the_municipalitys_own_view(app: Flask, client: Any) -> None:
    commitment, voices = verdicts.judged(4)
    page = f"/kommun/{place_of(commitment).replace('/', '/sakrad/')}/atagande/1"
    for by in voices[:2]:
        verdicts.verdict(commitment, by, text="Vi tycker så.", reviewed=ReviewDecision.publish)
    assert "Organisationerna:" not in client.get(page).get_data(as_text=True)
    verdicts.verdict(commitment, voices[2], value=VerdictValue.done)
    html = client.get(page).get_data(as_text=True).replace("\u00a0", " ")
    assert "Kommunen: planerat. Organisationerna: 1 gjort, 0 delvis, 2 inte gjort." in html
    assert html.count("Vi tycker så.") == 2 and voices[0].name not in html.partition("Organisationerna:")[2].partition("</div>")[0]
