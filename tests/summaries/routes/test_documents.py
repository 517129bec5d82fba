"""The addresses of the documents: readers wait for what is true, officials take volumes along, nobody else gets them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.core.exports import Export
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.summaries.exporting import RECEIVED
from tests import factories as make
from tests.factories import documents, reading
from tests.policing import PolicingClient


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story()


def mask(story: reading.Story) -> None:
    """A word of what is quoted."""
    version = reading.fresh(story).position.current
    assert version is not None
    lying = {"kind": TextKind.answer, "text_id": version.answers[0].id, "start": 0, "end": 2}
    make.save(Mask(ground=MaskGround.personal_data, created_at=clock.now(), **lying))


def test_a_reader_asks_waits_without_a_script_and_gets_what_is_true(client: PolicingClient, story: reading.Story) -> None:
    file, page = f"{story.address}/sammanstallning.docx", f"{story.address}/sammanstallning/dokument/docx"
    assert client.get(file).headers["Location"].endswith(page)
    assert "Refresh" not in client.get(page).headers, "nothing is made because somebody looks"
    assert client.post(page).status_code == 303
    asked = client.get(page)
    assert asked.headers["Refresh"] == "4"
    assert "Dokumentet görs" in asked.get_data(as_text=True)
    documents.work()
    assert "Dokumentet är klart" in client.get(page).get_data(as_text=True)
    got = client.get(file)
    assert (got.status_code, got.headers["Content-Disposition"][:10]) == (200, "attachment")
    assert "Vi ser" in documents.words_in(got.data)
    assert client.get(f"/en{file}").status_code == 200, "it is the same for who reads in English"
    mask(story)
    assert client.get(file).status_code == 303, "what was made is not given any more"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.name == EventName.export_asked)) == 1


def test_asking_twice_makes_it_once_and_a_failed_one_may_be_asked_for_again(client: PolicingClient, story: reading.Story) -> None:
    page = f"{story.address}/sammanstallning/dokument/docx"
    client.post(page)
    client.post(page)
    export = db.session.scalars(sa.select(Export)).one()
    with transaction():
        db.session.get_one(Export, export.id).failed_at = clock.now()
    assert "Försök igen" in client.get(page).get_data(as_text=True)
    client.post(page)
    assert db.session.scalars(sa.select(Export)).one().failed_at is None


def test_an_officer_takes_the_answers_along_and_another_authority_does_not(browse: Any, story: reading.Story) -> None:
    of = story.consultation
    officer = browse(make.user((Role.officer, of.authority)))
    others = [
        browse(make.user((Role.officer, make.authority(of.municipality)))),
        browse(make.user((Role.officer, make.authority()))),
        browse(),
    ]
    here = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/sammanstallning/ta-med"
    assert officer.get(here).status_code == 200
    assert officer.post(f"{here}/{RECEIVED['docx']}").status_code == 303
    waiting = officer.get(here)
    assert waiting.headers["Refresh"] == "5"
    documents.work()
    export = db.session.scalars(sa.select(Export)).one()
    volume = f"{here}/{export.reference}/1"
    assert "HEMLIGAORDET" in documents.words_in(officer.get(volume).data)
    assert volume in officer.get(here).get_data(as_text=True)
    for other in others:
        for answer in (other.get(here), other.get(volume), other.post(f"{here}/{RECEIVED['docx']}")):
            assert answer.status_code in (303, 404)
            assert "ta-med" not in answer.headers.get("Location", "").partition("?")[0]
    assert officer.post(f"{here}/nagot_annat").status_code == 404
    make.position(reading.fresh(story).consultation)
    assert officer.get(volume).status_code == 404, "another answer has come in"
