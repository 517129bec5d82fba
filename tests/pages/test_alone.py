"""One municipality alone: its page is the start page, and no word of another place is reached by any address."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import as_readers, db
from sakrad.pages import search_writer
from sakrad.pages.alone import ALONE
from tests import factories as make
from tests.factories import reading, responses
from tests.policing import PolicingClient

THEIRS = re.compile("Grannköping|grannkoping|grannforening", re.IGNORECASE)
LISTS = (
    "/sok?q=ensamhet",
    "/sok?q=grannföreningen",
    "/sok.atom?q=skyddade",
    "/sok?slag=organisation",
    "/sakrad.atom",
    "/kalender.ics",
    "/sitemap.xml",
    "/statistik.json",
    "/statistik.csv",
    "/en/",
)
ELSEWHERE = ("/kommun/grannkoping", "/en/kommun/grannkoping", "/lan/provlan", "/kommun/grannkoping/sakrad.atom")


def alone(app: Flask) -> tuple[PolicingClient, reading.Story, str]:
    """A reader of an installation for Vallby alone, in whose database there is a neighbour with the same phases."""
    ours = reading.story(of=make.authority(make.municipality(name="Vallby", slug="vallby")))
    neighbour = make.authority(make.municipality(name="Grannköping", slug="grannkoping"))
    matter, _ = responses.published(Phase.following_up, of=neighbour, title="Ensamhet i Grannköping")
    reading.voice(matter.consultation, reading.fresh(ours).group, name="Grannföreningen", slug="grannforeningen")
    make.organisation(verified_in=neighbour.municipality, name="Skyddade grannföreningen", slug="skyddade-grannforeningen", protected=True)
    address = f"/kommun/grannkoping/sakrad/{matter.consultation.slug}"
    search_writer.rebuild(at=clock.now())
    settings = dataclasses.replace(app.config["SETTINGS"], municipality="vallby", site_name="Sakråd i Vallby")
    db.session.remove()
    its_own = create_app(settings, testing=True)
    its_own.test_client_class = PolicingClient
    return its_own.test_client(), ours, address  # type: ignore[return-value]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the condition itself is tried on both, below
def test_no_address_leads_to_another_place(app: Flask) -> None:
    client, ours, theirs = alone(app)
    start = client.get("/").text
    assert ">Sakråd i Vallby" in start and "Vallby kommun</h1>" in start
    assert "Sakråd i Vallby" in client.get("/sakrad.atom").text and "Sakråd i Vallby" in client.get("/kalender.ics").text
    assert (client.get("/kommun").headers["Location"], client.get("/en/kommun").headers["Location"]) == ("/", "/en/")
    for prefix, path in (("", "/"), ("", "/kommun/vallby"), ("/en", "/kommun/vallby")):  # one page, one address
        assert f'<link rel="canonical" href="http://127.0.0.1:5000{prefix or path[:1]}">' in client.get(prefix + path).text
    here = reading.addresses(ours)
    for address in {*LISTS, *here.values()} - {"/kommun", here["pages.county"]}:  # a link is a word on the page too
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        assert not THEIRS.search(answer.text), (address, THEIRS.search(answer.text))
    for address in (theirs, *(f"{theirs}/{page}" for page in ("svar", "sammanstallning", "aterkoppling", "genomslag")), *ELSEWHERE):
        assert client.get(address).status_code == 404, address
    assert client.get("/organisationer/grannforeningen").status_code == 404


def test_the_condition_reaches_whatever_a_statement_reads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Subqueries, aliases and counts too: the next query cannot forget it."""
    ours, theirs = (make.consultation(of=make.authority(make.municipality(slug=slug))) for slug in ("vallby", "grannkoping"))
    other = sa.orm.aliased(Consultation)
    statements: tuple[Callable[[], Any], ...] = (
        lambda: sa.select(sa.func.count(Consultation.id)),
        lambda: sa.select(sa.func.count()).select_from(Consultation),
        lambda: sa.select(sa.func.count(other.id)),
        lambda: sa.select(sa.select(sa.func.count(Consultation.id)).scalar_subquery()),
        lambda: sa.select(sa.func.count()).select_from(sa.union_all(sa.select(Consultation.id), sa.select(other.id)).subquery()),
    )
    ids = {ours.id, theirs.id}
    assert [db.session.scalar(of()) for of in statements] == [2, 2, 2, 2, 4] and len(ids) == 2
    db.session.info[ALONE] = "vallby"
    try:
        assert [db.session.scalar(of()) for of in statements] == [1, 1, 1, 1, 2]
        db.session.expire_all()
        assert db.session.get(Consultation, theirs.id, populate_existing=True) is None
    finally:
        db.session.info.pop(ALONE)
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], municipality="vallby"))
    with as_readers():  # the worker, of what is told to those who follow something
        assert [db.session.scalar(of()) for of in statements] == [1, 1, 1, 1, 2]
    assert db.session.scalar(statements[0]()) == 2
