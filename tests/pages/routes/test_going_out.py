"""What goes out to people: feeds, calendars, pictures, maps and what robots ask for. Read by others' parsers."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from flask import Flask
from icalendar import Calendar

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import EventName, record
from sakrad.core.text import Span
from sakrad.directory import reference
from sakrad.directory.models import Municipality, Verification
from sakrad.pages import feeds as atom_feeds
from sakrad.positions.models import PublicationWish
from sakrad.records import commands as records
from sakrad.records.models import MaskGround, TextKind
from tests import factories as make
from tests.factories import meetings, reading
from tests.factories.consultations import change, fresh
from tests.policing import PolicingClient
from tests.statements import LIMIT, counted

HERE = "http://127.0.0.1:5000"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is tested is not in the database
EVIL = {"Host": "evil.example"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story()


def feeds(story: reading.Story) -> list[str]:
    story = reading.fresh(story)
    of = story.consultation.municipality
    return [
        f"/sakrad.atom?kommun={of.slug}&grupp={story.group.slug}",
        "/ataganden.atom?lage=forsenade",
        f"/kommun/{of.slug}.atom",
        f"/lan/{reading.county_slug(of.county)}.atom",
        f"{story.address}.atom",
        f"/grupper/{story.group.slug}.atom",
        f"/organisationer/{story.organisation.slug}.atom",
        f"/organisationer.atom?grupp={story.group.slug}",
    ]


def test_every_feed_is_whole_the_same_for_ever_and_made_of_the_public_address(client: PolicingClient, story: reading.Story) -> None:
    make.consultation(Phase.draft, of=reading.fresh(story).consultation.authority, title="Utkastet")
    client.get("/metod")
    for url in feeds(story):
        with counted() as statements:
            answer = client.get(url)
        assert len(statements) <= LIMIT, url
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert client.get(url, headers=EVIL).data == answer.data, url
        feed = feedparser.parse(answer.data)
        assert not feed.bozo and feed.entries, url
        ids = [entry.id for entry in feed.entries]
        assert len(set(ids)) == len(ids) and all(one.startswith("tag:127.0.0.1,2026:") for one in (*ids, feed.feed.id))
        assert feed.feed.updated == max(entry.updated for entry in feed.entries)
        assert feed.feed.links[1].href == HERE + url
        assert b"HEMLIGAORDET" not in answer.data and b"Utkastet" not in answer.data
        if url == f"{reading.fresh(story).address}.atom":
            timeline = client.get(url.removesuffix(".atom")).get_data(as_text=True).split('<ol class="timeline">')[1].split("</ol>")[0]
            told = {HERE + unescape(link) for link in re.findall(r'href="([^"]+)"', timeline)}
            assert told and told <= {entry.link for entry in feed.entries}, "the page leads where the feed does"
        for entry in feed.entries:
            assert entry.link.startswith(f"{HERE}/") and client.get(entry.link.removeprefix(HERE)).status_code == 200, entry.link


def test_a_feed_says_what_is_masked_and_when_something_happened(client: PolicingClient, story: reading.Story) -> None:
    of, commitment = reading.fresh(story).consultation, reading.fresh(story).commitment
    url, what = f"/kommun/{of.municipality.slug}.atom", commitment.what
    assert what in client.get(url).get_data(as_text=True)
    commitment = reading.fresh(story).commitment
    with transaction():
        records.add_mask(TextKind.commitment, commitment.id, Span(0, len(what)), ground=MaskGround.third_party, actor=None, at=clock.now())
    for masked in (url, "/ataganden.atom"):
        text = client.get(masked).get_data(as_text=True)
        assert what not in text and "maskat" in text and "█" not in text
    with transaction():
        record(EventName.consultation_ended, at=clock.now() + timedelta(minutes=1), consultation_id=reading.fresh(story).consultation.id)
    first = feedparser.parse(client.get(url).data).entries[0]
    assert first.title == f"Sakrådet avslutades: {reading.fresh(story).consultation.title}"


def test_the_feed_of_organisations_has_the_newest_first_and_only_those_of_the_list(client: PolicingClient, story: reading.Story) -> None:
    place = reading.fresh(story).consultation.municipality
    newest = make.organisation(verified_in=place, name="Nya & föreningen")
    change(db.session.query(Verification).filter_by(organisation_id=newest.id).one(), verified_at=clock.now())
    make.organisation(name="Okänd för kommunen")
    make.organisation(verified_in=make.municipality(active=False), name="I en kommun som inte är med")
    feed = feedparser.parse(client.get("/organisationer.atom").data)
    assert feed.entries[0].title == "Nya & föreningen" and len(feed.entries) > 1
    titles = {entry.title for entry in feed.entries}
    assert not titles & {"Okänd för kommunen", "I en kommun som inte är med"}
    page = client.get("/organisationer?q=nya").text
    assert 'rel="alternate" type="application/atom+xml" title="Organisationer" href="/organisationer.atom?q=nya"' in page
    assert [entry.title for entry in feedparser.parse(client.get("/organisationer.atom?q=nya").data).entries] == ["Nya & föreningen"]


@pytest.mark.parametrize(
    "url", ["/kommun/ingen.atom", "/lan/ingen.atom", "/grupper/ingen.atom", "/organisationer/ingen.atom", "/lan/ingen"]
)
def test_there_is_no_feed_or_page_of_what_is_not_there(client: PolicingClient, url: str) -> None:
    assert client.get(url).status_code == 404


def test_a_feed_can_be_read_whatever_was_typed_or_stands_in_it(client: PolicingClient) -> None:
    for typed in ("a%01b", "a%EF%BF%BF", "%EF%B7%90%C2%85a"):
        assert not feedparser.parse(client.get(f"/sok.atom?q={typed}").data).bozo, typed
    at, ill = clock.now(), "a\x01b\ufffe"
    with client.application.test_request_context():
        made = atom_feeds.atom(ill, page="/", path="/", entries=[atom_feeds.Entry("1", ill, "/", at, at, ill, ill)])
    assert not feedparser.parse(made.data).bozo


def test_nothing_tells_of_a_consultation_that_is_not_announced(client: PolicingClient) -> None:
    draft = make.consultation(Phase.draft)
    here = f"/kommun/{draft.municipality.slug}/sakrad/{draft.slug}"
    for url in (f"{here}.atom", f"{here}.ics", f"{here}/bild.png", f"{here}/sammanstallning/bild.png", f"{here}/atagande/1/bild.png"):
        assert client.get(url).status_code == 404, url
    assert draft.slug.encode() not in client.get("/sitemap-1.xml").data and client.get("/sitemap-2.xml").status_code == 404


def test_a_consultations_calendar_holds_its_days_its_meetings_and_what_is_promised(client: PolicingClient) -> None:
    day = clock.today()
    of = make.consultation(
        Phase.open,
        title="Skolvägar; på vintern",
        closes_at=clock.end_of(day + timedelta(days=9)),
        summary_due_on=day + timedelta(days=40),
        feedback_due_on=day + timedelta(days=70),
    )
    meetings.meeting(of, title="Kvällsmöte", place_for_registered=True)
    url = f"/kommun/{fresh(of).municipality.slug}/sakrad/{fresh(of).slug}.ics"
    file = client.get(url, headers=EVIL)
    events = {str(event["UID"]).split("-")[0]: event for event in Calendar.from_ical(file.data).walk("VEVENT")}
    assert set(events) == {"oppnar", "svara", "sammanstallning", "aterkoppling", "mote"}
    days = {name: (events[name]["DTSTART"].dt - day).days for name in ("svara", "sammanstallning", "aterkoppling")}
    assert days == {"svara": 9, "sammanstallning": 40, "aterkoppling": 70}
    assert str(events["svara"]["URL"]) == HERE + url.removesuffix(".ics")
    assert b"Hemliga huset" not in file.data and client.get(url).data == file.data
    every = Calendar.from_ical(client.get("/kalender.ics").data).walk("VEVENT")
    assert {str(event["UID"]) for event in every} == {str(events[name]["UID"]) for name in ("svara", "mote")}


@ONE
def test_every_reading_page_says_which_it_is_in_both_languages_and_its_picture_is_there(
    client: PolicingClient, story: reading.Story
) -> None:
    shown = set()
    for endpoint, path in reading.addresses(story).items():
        html = client.get(path, headers=EVIL).get_data(as_text=True)
        assert "evil.example" not in html, endpoint
        if endpoint == "voices.card":
            continue
        canonical = re.findall(r'rel="canonical" href="([^"]+)"', html)
        assert canonical == [HERE + path.split("?")[0]], endpoint
        assert re.findall(r'rel="alternate" hreflang="(\w+)"', html)[:2] == ["sv", "en"], endpoint
        shown |= {endpoint for _ in re.findall(r'property="og:title" content="[^"]', html)}
        for picture in re.findall(r'property="og:image" content="([^"]+)"', html):
            image = client.get(picture.removeprefix(HERE))
            assert (image.status_code, image.mimetype) == (200, "image/png"), picture
            assert len(image.data) <= 60_000
    parts = {"start", "consultation", "municipality", "county", "consultations"}
    wanted = {f"pages.{one}" for one in parts} | {"summaries.show", "responses.show", "responses.commitment", "voices.organisation"}
    assert wanted <= shown


def test_robots_are_told_of_every_public_page_and_of_no_other(client: PolicingClient, story: reading.Story) -> None:
    consultation = reading.fresh(story).consultation
    unnamed = make.position(consultation, wish=PublicationWish.unnamed)
    make.position(consultation, wish=PublicationWish.municipality_only, published=False)
    assert f"Sitemap: {HERE}/sitemap.xml" in client.get("/robots.txt", headers=EVIL).get_data(as_text=True)
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - our own
    parts = [part.text or "" for part in index.iterfind("s:sitemap/s:loc", SITEMAP)]
    places = {}
    for part in parts:
        made = ElementTree.fromstring(client.get(urlsplit(part).path).data)  # noqa: S314
        places |= {url.findtext("s:loc", "", SITEMAP): url.findtext("s:lastmod", None, SITEMAP) for url in made.iterfind("s:url", SITEMAP)}
    told = HERE + reading.fresh(story).address
    assert {told, f"{told}/sammanstallning", f"{told}/aterkoppling"} <= set(places)
    assert f"{HERE}/organisationer/{reading.fresh(story).organisation.slug}" in places
    assert places[told] and places[told].endswith("+00:00")
    answers = {url.removeprefix(f"{told}/svar/") for url in places if url.startswith(f"{told}/svar/")}
    assert answers == {reading.fresh(story).organisation.slug, make.again(unnamed).reference}, "none that may not be read, none by a name"
    for url in places:
        assert client.get(url.removeprefix(HERE)).status_code == 200, url


@ONE
def test_the_map_links_municipalities_and_where_they_are_many_counties(client: PolicingClient) -> None:
    known = [Municipality(**values, active=number < 60) for number, values in enumerate(reference.municipalities())]
    with transaction():
        db.session.add_all(known)
    few = client.get("/kommun")
    assert few.data.count(b'<path d="') == 60 and len(few.data) < 60_000
    with counted() as statements:
        assert client.get("/lan/stockholms-lan").data.count(b'<path d="') > 20
    assert len(statements) <= LIMIT
    for one in db.session.query(Municipality):
        change(one, active=True)
    many = client.get("/kommun")
    assert many.data.count(b'href="/lan/') == 2 * 21 and len(many.data) < 60_000  # on the map and in the list
    assert len(client.get("/lan/vastra-gotalands-lan").data) < 60_000
