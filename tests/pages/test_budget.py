"""Every reading page keeps the budgets of DESIGN.md §7, whatever the data, and needs neither cookie nor script."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.core.security import FRAMED
from sakrad.positions.queries_reading import get_answer_page
from sakrad.responses.models import EvaluationRound, EvaluationSide
from tests import factories as make
from tests.factories import following, judging, reading, responses, summaries
from tests.policing import PolicingClient
from tests.statements import LIMIT, counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # as many statements and the same bytes from either
HTML = 60_000  # bytes
READING = {"consultations", "meetings", "pages", "positions", "summaries", "responses", "voices"}
FILES = {
    "consultations.material",
    "consultations.template_json",
    "meetings.feed",
    "meetings.file",
    "pages.answers_picture",
    "pages.calendar_feed",
    "pages.calendar_of_all",
    "pages.commitment_picture",
    "pages.commitments_feed",
    "pages.consultation_calendar",
    "pages.consultation_feed",
    "pages.consultations_feed",
    "pages.county_feed",
    "pages.county_picture",
    "pages.group_feed",
    "pages.municipality_feed",
    "pages.municipality_picture",
    "pages.organisation_feed",
    "pages.organisation_picture",
    "pages.organisations_feed",
    "pages.picture",
    "pages.robots",
    "pages.search_feed",
    "pages.sitemap",
    "pages.sitemap_part",
    "pages.suggestions",
    "pages.start_picture",
    "pages.summary_picture",
    "positions.attachment",
    "positions.questions_pdf",
    "positions.questions_docx",
    "responses.answers_csv",
    "responses.answers_json",
    "responses.proof",
    "summaries.columns_csv",
    "summaries.points_csv",
    "summaries.paper",
    "summaries.summary_json",
    "voices.card_image",
    "voices.method_report_pdf",
    "voices.uptake_consultation_csv",
    "voices.uptake_consultation_json",
    "voices.uptake_municipality_csv",
    "voices.uptake_municipality_json",
    "voices.statistics_csv",
    "voices.statistics_json",
    "voices.year_report_csv",
    "voices.year_report_json",
    "voices.year_report_paper",
}  # fetched, not read as a page
EVERYWHERE = ["reading.js"]  # the size of the text
SCRIPTS = {"pages.consultation": ["copy.js"], "pages.search": ["vendor"], "summaries.show": ["copy.js"], "summaries.edition": ["copy.js"]}


def test_every_reading_page_is_measured_here(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in READING}
    assert known - FILES == set(reading.PAGES), "Add the page to tests/factories/reading.PAGES."


@pytest.fixture
def story(app: Flask) -> reading.Story:
    story = reading.story()
    reading.joined(story)
    return story


def test_at_most_eight_statements_and_no_more_with_twice_the_rows(client: PolicingClient, story: reading.Story) -> None:
    paths = reading.addresses(story)
    client.get("/metod")  # asks once whether there is sample data: the one statement that is not the page's own
    before = measure(client, paths)
    assert not {endpoint: count for endpoint, count in before.items() if count + 1 > LIMIT}
    enlarge(story)
    assert measure(client, paths) == before


def measure(client: PolicingClient, paths: dict[str, str]) -> dict[str, int]:
    found = {}
    for endpoint, path in paths.items():
        with counted() as statements:
            assert client.get(path).status_code == 200, endpoint
        found[endpoint] = len(statements)
    return found


def enlarge(story: reading.Story) -> None:
    """At least twice as many rows of everything."""
    story = reading.fresh(story)
    consultation = story.consultation
    for _ in range(2):
        reading.joined(story)
        reading.voice(consultation, story.group)
        make.invitation(consultation)
        make.question(consultation, number=len(consultation.questions) + 1)
    answer = summaries.answer_of(story.position, 1)
    more = summaries.point(answer, start=0, end=5)
    finding = summaries.finding(story.finding.summary, f"Det är långt.[{more.number}]")
    summaries.point(answer, start=3, end=8, set_aside_at=clock.now(), set_aside_reason="Ett annat skäl.")
    reply = responses.response(story.commitment.response.release, finding=finding)
    for _ in range(2):
        following.continuation(consultation, dialogue_id=following.dialogue(consultation.authority).id)
        judging.replies(consultation, EvaluationSide.official, 1, 2)
    judging.seat(consultation, story.organisation, ago=judging.OVER, round=EvaluationRound.year)
    for _ in range(2):
        responses.progress(responses.commitment(reply, story.commitment.function))
    other = make.consultation(Phase.following_up, of=consultation.authority)
    make.position(other, story.organisation)
    make.consultation(Phase.open, of=make.authority())
    with transaction():
        other.groups.append(story.group)


def test_no_page_sets_a_cookie_or_loads_a_script_that_is_not_named_here(client: PolicingClient, story: reading.Story) -> None:
    for endpoint, path in reading.addresses(story).items():
        response = client.get(path)
        assert "Set-Cookie" not in response.headers, endpoint
        scripts = [] if endpoint == FRAMED else EVERYWHERE + SCRIPTS.get(endpoint, [])
        assert re.findall(r"<script[^>]+static/([a-z.]+)", response.get_data(as_text=True)) == scripts, endpoint
        assert b"<script>" not in response.data, endpoint
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate", endpoint


def test_an_unchanged_page_is_not_sent_again(client: PolicingClient, story: reading.Story) -> None:
    paths = reading.addresses(story)
    for endpoint, path in paths.items():
        etag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304, endpoint
    etag = client.get(paths["summaries.show"]).headers["ETag"]
    with transaction():
        reading.fresh(story).finding.heading = "En annan rubrik"
    assert client.get(paths["summaries.show"], headers={"If-None-Match": etag}).status_code == 200


def test_every_page_is_in_english_too(client: PolicingClient, story: reading.Story) -> None:
    for endpoint, path in reading.addresses(story).items():
        html = client.get(f"/en{path}").get_data(as_text=True)
        assert '<html lang="en">' in html, endpoint
        itself = rf'href="{re.escape(path.split("?")[0])}(\?[^"]*)?"'  # in Swedish
        assert not re.search(r'href="/(?!en|static)', re.sub(itself, "", html)), endpoint


@pytest.mark.slow
def test_no_page_is_longer_than_sixty_kilobytes(client: PolicingClient, app: Flask) -> None:
    """Forty organisations, every answer as long as it may be and full of signs that grow in HTML."""
    story = reading.story()
    voices = [story.position, *(reading.voice(story.consultation, story.group, name="Förening & bröder " * 8) for _ in range(40))]
    with transaction():
        for position in voices:
            assert position.current is not None
            for answer in position.current.answers:
                answer.text = "Vägen & <in> är lång. " * 900 if position is voices[0] else "Vägen & <in> är lång. " * 60
        story.consultation.background = "Bakgrunden är lång. " * 400
    points = [summaries.point(summaries.answer_of(position, number)) for position in voices for number in (1, 2)]
    for index in range(0, len(points), 8):
        cited = "".join(f"En mening som vilar på ord.[{point.number}] " for point in points[index : index + 8])
        finding = summaries.finding(story.finding.summary, cited)
        reply = responses.response(story.commitment.response.release, finding=finding, reason="Så här är det. " * 80)
        responses.progress(responses.commitment(reply, story.commitment.function, what="Ett långt åtagande " * 15), text="Det går. " * 90)
    summaries.edition(reading.fresh(story).finding.summary)
    for position in voices:
        summaries.point(summaries.answer_of(position, 3), set_aside_at=clock.now(), set_aside_reason=f"Skäl {position.id}. " * 20)
    paths = reading.addresses(story)
    long = {endpoint: len(client.get(path).data) for endpoint, path in paths.items()}
    for page in (2, 5, 9, 99):
        for endpoint in ("positions.show", "positions.index", "summaries.show", "responses.show", "pages.question", "summaries.edition"):
            long[f"{endpoint} {page}"] = len(client.get(f"{paths[endpoint]}?sida={page}").data)
    assert not {endpoint: size for endpoint, size in long.items() if size > HTML}


def test_a_long_answer_is_whole_over_its_pages(client: PolicingClient, app: Flask) -> None:
    consultation = make.consultation()
    by = make.organisation(verified_in=consultation.municipality)
    position = make.position(consultation, by, texts={1: "a"})
    whole = "\n".join(f"Rad {number} & lite till." for number in range(4000))
    with transaction():
        assert position.current is not None
        position.current.answers[0].text = whole
    kommun, slug = consultation.municipality.slug, consultation.slug
    first = get_answer_page(kommun, slug, by.slug, 1, clock.now())
    parts = [part for page in range(1, first.pages + 1) for part in get_answer_page(kommun, slug, by.slug, page, clock.now()).parts]
    assert first.pages > 2
    assert "\n".join(part.text for part in parts if part.number == 1) == whole
