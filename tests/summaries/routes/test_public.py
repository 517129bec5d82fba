"""The published summary as readers see it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core.db import db, transaction
from sakrad.responses.models import FeedbackRelease, Outcome, Response
from sakrad.summaries.models import Point, Summary
from tests.factories import reading, responses, summaries
from tests.policing import PolicingClient


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story()


def show(client: PolicingClient, story: reading.Story) -> str:
    response = client.get(reading.addresses(story)["summaries.show"])
    assert response.status_code == 200
    return response.get_data(as_text=True).replace("\u00a0", " ")


def test_what_a_reader_looks_for_first_stands_first(client: PolicingClient, story: reading.Story) -> None:
    """PRACTICE.md 31."""
    with transaction():
        reading.fresh(story).finding.summary.not_heard.append(reading.fresh(story).group)
    group, diary, board = story.group.name, story.consultation.diary_number, story.consultation.authority.name
    html = show(client, story)
    top = html[: html.index('class="read"')]
    assert "De flesta vill ha en väg in. Ingen säger nej." in top, "in short"
    assert "Säger nej" in top and "Hemliga föreningen" in top, "who said no, by name"
    assert board in top and diary in top and "#kontakt" in top, "authority, diary number, contact"
    assert "0 av 1 inbjudna svarade, 1 svarade utan inbjudan" in top, "asked and answered"
    assert "Inte hörda" in top and group.lower() in top, "who was not heard"
    assert "2 av 3" in top and "se varför" in top, "what is not in it"


def test_each_mark_leads_to_its_source_and_the_source_to_the_answer(client: PolicingClient, story: reading.Story) -> None:
    html = show(client, story)
    marks = re.findall(r'href="#kalla-(\d+)"', html)
    assert marks == ["1", "2"]
    assert all(f'id="kalla-{number}"' in html for number in marks)
    assert "Vi ser HEMLIGAORDET varje vecka." in html
    assert "/svar/hemliga-foreningen#fraga-1" in html
    assert "talar enligt organisationen för" in html and "Beslut av styrelsen" in html


def test_a_point_cited_by_two_findings_has_a_source_beside_each(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        summary = reading.fresh(story).finding.summary
    summaries.finding(summary, "Samma ord igen.[1] Och igen.[1]", heading="Andra rubriken")
    html = show(client, story)
    assert [html.count(f'id="kalla-{number}"') for number in (1, 2, 3)] == [1, 1, 1]
    assert html.count('href="#kalla-3"') == 2


def test_the_authoritys_answer_stands_under_its_finding(client: PolicingClient, story: reading.Story) -> None:
    html = show(client, story)
    assert re.search(r"svar, \d+ \w+ \d{4} §\s41", html), "who decided, and when, is the heading"
    assert "Gör vi" in html and "Ett gemensamt nummer" in html and "12 dagar försenat" in html
    assert "Om källa 2" in html and "Det räcker inte till." in html, "a point's own answer"


def test_answers_that_are_not_published_are_not_shown(client: PolicingClient, app: Flask) -> None:
    matter = responses.matter(Phase.summarised)
    release = responses.release(matter.consultation)
    response = responses.response(release, finding=matter.findings[0], reason="Ännu inte beslutat.")
    responses.commitment(response, matter.function, what="Ett löfte som ingen gett")
    path = f"/kommun/{matter.consultation.municipality.slug}/sakrad/{matter.consultation.slug}"
    for page in ("/sammanstallning", "/aterkoppling", ""):
        html = client.get(path + page).get_data(as_text=True)
        assert "Ännu inte beslutat." not in html and "Ett löfte som ingen gett" not in html
    for page in ("/ataganden", "/"):
        assert "Ett löfte som ingen gett" not in client.get(page).get_data(as_text=True)


def test_what_is_set_aside_stands_with_its_reason(client: PolicingClient, story: reading.Story) -> None:
    html = show(client, story)
    assert "Det är en hälsning." in html and "Tack för att ni frågar om HEMLIGAORDET." in html


def test_a_point_set_aside_may_have_the_authoritys_own_answer_beside_it(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        point = db.session.scalars(sa.select(Point).where(Point.set_aside_at.is_not(None))).first()
        release = db.session.scalars(sa.select(FeedbackRelease)).one()
        assert point is not None
        db.session.add(Response(release_id=release.id, point_id=point.id, outcome=Outcome.wont_do, reason="Nämnden hälsar tillbaka."))
    assert "Nämnden hälsar tillbaka." in show(client, story)


def test_the_framing_marks_are_gone(client: PolicingClient, story: reading.Story) -> None:
    with transaction():
        finding = reading.fresh(story).finding
        finding.body += "\n\nDet här är bara en ram. [ram]"
    html = show(client, story)
    assert "Det här är bara en ram." in html and "[ram]" not in html and "[1]" not in html


def test_an_unpublished_summary_is_missing(client: PolicingClient, app: Flask) -> None:
    story = reading.story(Phase.compiling)
    paths = reading.addresses(story)
    with transaction():
        summary: Summary = reading.fresh(story).finding.summary
        summary.published_at = None
        reading.fresh(story).commitment.response.release.published_at = None
    assert client.get(paths["summaries.show"]).status_code == 404
    for endpoint in ("pages.consultation", "positions.show", "voices.organisation"):
        html = client.get(paths[endpoint]).get_data(as_text=True)
        assert "Vägen in är lång" not in html and "De flesta vill ha" not in html and "Det är en hälsning." not in html, endpoint
