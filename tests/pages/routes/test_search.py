"""/sok: what is found, in what order, what can be chosen, and what is said when there is nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.search_index import SearchEntry
from sakrad.pages import queries_search
from sakrad.pages.search import asked_in, asked_of, normalised
from sakrad.pages.search_kinds import ResultKind
from tests import factories as make
from tests.factories import finding
from tests.policing import PolicingClient
from tests.statements import LIMIT, counted

HTMX = {"HX-Request": "true"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """In Ekhamra, about loneliness, with an answer by the shelter; and another municipality's that has ended."""
    place = make.municipality(name="Ekhamra", slug="ekhamra", county_code="98", county="Eklän")
    made: Consultation = make.consultation(of=make.authority(place))
    other: Consultation = make.consultation(Phase.ended)
    group, subject = make.group(), make.subject()
    with transaction():
        made.groups.append(group)
        made.subjects.append(subject)
    finding.save(
        finding.entry(
            ResultKind.consultation, made, path="/ekhamra#start", title="Ensamhet bland äldre", text="Ensamhetskommissionen <b>frågar</b>."
        ),
        finding.entry(ResultKind.question, made, path="/ekhamra#fraga-2", title="Vad gör ni åt skolbussarna?", facts='{"number": 2}'),
        finding.entry(
            ResultKind.answer,
            made,
            path="/ekhamra/svar/jouren#fraga-2",
            title="Ekhamra kvinnojour",
            names="Ekhamra kvinnojour",
            text="Ensamheten är störst på ████ varje kväll.",
            facts='{"number": 2}',
            organisation_kind="association",
            at=clock.now() - timedelta(days=2),
        ),
        finding.entry(
            ResultKind.organisation,
            path="/organisationer/jouren",
            title="Ekhamra kvinnojour",
            names="Ekhamra kvinnojour",
            municipality_id=place.id,
            organisation_kind="association",
        ),
        finding.entry(ResultKind.answer, other, path="/annan/svar", title="", text="Ensamhet.", facts='{"number": 1, "unnamed": true}'),
        finding.entry(
            ResultKind.answer, made, path="/ekhamra/sedan", text="Ensamhet.", visible_from=clock.now() + timedelta(days=3), title="Sedan"
        ),
    )
    return made


def results(client: PolicingClient, url: str) -> list[str]:
    """The addresses that the page leads to, in order."""
    page = client.get(url).get_data(as_text=True)
    return re.findall(r'<h3><a href="([^"]+)"', page)


def test_what_is_found_stands_in_order_with_a_way_to_its_exact_place(client: PolicingClient, consultation: Consultation) -> None:
    assert results(client, "/sok?q=ensamhet") == ["/ekhamra#start", "/ekhamra/svar/jouren#fraga-2", "/annan/svar"]
    assert results(client, "/sok?q=kvinnojour") == ["/organisationer/jouren", "/ekhamra/svar/jouren#fraga-2"]
    assert results(client, "/en/sok?q=buss") == ["/en/ekhamra#fraga-2"]


def test_a_result_is_marked_escaped_masked_and_told_where_it_stands(client: PolicingClient, consultation: Consultation) -> None:
    page = client.get("/sok?q=ensamhet").get_data(as_text=True)
    assert "<mark>Ensamhetskommissionen</mark> &lt;b&gt;frågar&lt;/b&gt;." in page
    assert '<mark>Ensamheten</mark> är störst på <span class="masked">maskat</span> varje kväll.' in page
    assert "Svar på fråga 2 · <span>Ensamhet bland äldre, Ekhamra kommun</span>" in page
    assert ">En organisation</a>" in page
    assert "3 träffar" in page
    assert '<meta name="robots" content="noindex">' in page


def test_words_of_a_version_in_another_language_lead_to_it(client: PolicingClient, consultation: Consultation) -> None:
    swedish, english = "Hur får fler en plats?\n\nVi vill veta.", "Lonely people\n\nHow can we reach them?\n\nTell us"
    summary = "Yksinäisyys\n\nNäin sanottiin."
    finding.save(
        finding.entry(
            of=consultation,
            path="/ekhamra",
            title="Gemenskap",
            text="\n\n".join((swedish, english, summary)),
            facts=f'{{"versions": "{len(swedish) + 2}en {len(swedish) + len(english) + 4}+fi"}}',
        )
    )
    page = client.get("/sok?q=reach").get_data(as_text=True)
    assert '<h3><a href="/ekhamra/pa/en" lang="en" dir="ltr">Lonely people</a></h3>' in page
    assert '<p lang="en" dir="ltr">How can we <mark>reach</mark> them?' in page and "sanottiin" not in page
    assert results(client, "/sok?q=sanottiin") == ["/ekhamra/sammanstallning/pa/fi"]
    own = client.get("/sok?q=gemenskap").get_data(as_text=True)
    assert '<h3><a href="/ekhamra"><mark>Gemenskap</mark></a></h3>' in own and "Lonely" not in own


def test_what_is_chosen_narrows_and_says_how_many_there_would_be(client: PolicingClient, consultation: Consultation) -> None:
    group, subject, unit = consultation.groups[0].slug, consultation.subjects[0].slug, consultation.unit
    assert unit is not None
    page = client.get("/sok?q=ensamhet").get_data(as_text=True)
    assert '<option value="ekhamra">Ekhamra kommun (2)</option>' in page
    assert '<option value="98">Eklän (2)</option>' in page
    assert 'name="forvaltning"' not in page  # of one municipality only
    mine = ["/ekhamra#start", "/ekhamra/svar/jouren#fraga-2"]
    year = clock.day_of(clock.now() - timedelta(days=2)).year
    for chosen, found in {
        "kommun=ekhamra": mine,
        f"kommun=ekhamra&forvaltning={unit.reference}": mine,
        "lan=98": mine,
        "skede=open": mine,
        "skede=ended": ["/annan/svar"],
        f"grupp={group}": mine,
        f"amne={subject}": mine,
        f"ar={year}": mine[1:],
        "slag=answer": ["/ekhamra/svar/jouren#fraga-2", "/annan/svar"],
        "organisationsslag=association": mine[1:],
        "kommun=ingenstans": [],
        "skede=open&slag=question": [],
    }.items():
        assert results(client, f"/sok?q=ensamhet&{chosen}") == found, chosen
        new = queries_search.find_new(f"q=ensamhet&{chosen}", make.LONG_AGO, clock.now(), 100)
        assert {hit.path for hit in new} == set(found), f"the same in SQL: {chosen}"
        beyond = queries_search.get_search_page(asked_in(f"q=ensamhet&{chosen}"), 1, clock.now(), most=2)
        assert beyond.total == min(2, len(found)), f"the same beyond what is looked at: {chosen}"
        assert {hit.path for hit in beyond.hits} <= set(found)
    assert results(client, "/sok?slag=question") == ["/ekhamra#fraga-2"]  # without words
    narrowed = f"/sok?q=ensamhet&kommun=ekhamra&forvaltning={unit.reference}&ar={year}"
    page = client.get(narrowed).get_data(as_text=True)
    with transaction():  # as they were written before 0031, and by the older version while it is taken over from
        db.session.execute(sa.update(SearchEntry).values(facets=None))
    assert client.get(narrowed).get_data(as_text=True) == page


def test_nothing_found_says_what_to_try(client: PolicingClient, consultation: Consultation) -> None:
    dropped = client.get("/sok?q=ensamhet&skede=ended&kommun=ekhamra").get_data(as_text=True)
    assert "utan Ekhamra kommun (1)" in dropped
    assert "utan Avslutat (2)" in dropped
    assert 'href="/sok?q=ensamhet&amp;skede=ended"' in dropped
    words = client.get("/sok?q=ensamhet+xylofon").get_data(as_text=True)
    assert ">xylofon (" not in words and ">ensamhet (3)</a>" in words  # what finds something alone, and how much
    common = client.get("/sok?q=och").get_data(as_text=True)
    assert "”och” är för vanligt att söka på." in common and "0 träffar" not in common


def test_a_misspelled_word_and_an_unknown_compound_are_proposed_where_readers_find_something(
    client: PolicingClient, consultation: Consultation
) -> None:
    finding.save(
        finding.entry(of=consultation, title="Lokaler för föreningar", text="En fritidsgård."),
        finding.entry(of=consultation, title="Sedan", text="En xylofon.", visible_from=clock.now() + timedelta(days=3)),
    )
    for typed, proposed in {
        "Fritidgård": "/sok?q=fritidsg%C3%A5rd",
        "Lokaler fritidgård": "/sok?q=Lokaler+fritidsg%C3%A5rd",
        "föreningslokal": "/sok?q=f%C3%B6rening+lokal",
    }.items():
        with counted() as seen:
            page = client.get(f"/sok?q={typed}").get_data(as_text=True)
        assert "0 träffar" in page and proposed in page, typed
        assert len(seen) <= LIMIT
        assert results(client, proposed), "never one that finds nothing"
    assert 'q=xylofon"' not in client.get("/sok?q=xylofom").get_data(as_text=True), "nobody may know yet that it is said"


def test_a_misspelled_name_is_found_and_asked_about(client: PolicingClient, consultation: Consultation) -> None:
    page = client.get("/sok?q=Ekhamra+kvinojour").get_data(as_text=True)
    assert 'Visar träffar för ”<a href="/sok?q=Ekhamra+kvinnojour">kvinnojour</a>”. Ingen text innehåller ”kvinojour”.' in page
    assert results(client, "/sok?q=Ekhamra+kvinojour")[0] == "/organisationer/jouren"


def test_what_is_new_is_what_has_become_findable_since(app: Flask, consultation: Consultation) -> None:
    now = clock.now()
    assert queries_search.find_new("q=ensamhet", now, now, 10) == []
    later = now + timedelta(days=4)
    assert [hit.path for hit in queries_search.find_new("q=ensamhet", now, later, 10)] == ["/ekhamra/sedan"]
    assert queries_search.find_new(normalised({"q": "och"}), make.LONG_AGO, later, 10) == []
    assert queries_search.find_new("", make.LONG_AGO, later, 10) == []
    assert len(queries_search.find_new("q=ensamhet", make.LONG_AGO, later, 2)) == 2


def test_the_link_of_a_mail_leads_to_what_is_new_and_says_so(client: PolicingClient, consultation: Consultation) -> None:
    new = client.get(f"/sok?q=ensamhet&sedan={clock.today()}").get_data(as_text=True)
    assert "Nytt sedan" in new and "3 träffar" in new and '<a href="/sok?q=ensamhet">Alla träffar</a>' in new
    assert results(client, "/sok?q=ensamhet&sedan=2999-01-01") == results(client, "/sok?q=ensamhet&sedan=igår") != []
    with transaction():
        db.session.execute(sa.update(SearchEntry).values(indexed_at=clock.now() - timedelta(days=2)))
    assert "Ingenting nytt" in client.get(f"/sok?q=ensamhet&sedan={clock.today()}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("q=ensamhet", "”ensamhet”"),
        ("q=ensamhet&kommun=ekhamra&skede=open", "”ensamhet” i Ekhamra kommun, öppet"),
        ("lan=98&slag=answer&ar=2026", "allt i Eklän, svar, 2026"),
    ],
)
def test_a_followed_search_says_what_it_is(client: PolicingClient, consultation: Consultation, query: str, name: str) -> None:
    with client.application.test_request_context():
        assert queries_search.name_of(query) == name


def test_a_feed_of_a_search_says_what_an_answer_is_about(client: PolicingClient, consultation: Consultation) -> None:
    feed = client.get("/sok.atom?q=ensamhet").get_data(as_text=True)
    assert "<title>Ekhamra kvinnojour om Ensamhet bland äldre, fråga 2</title>" in feed
    assert "<title>En organisation om " in feed


def test_beyond_what_is_looked_at_the_newest_are_shown_and_the_count_says_so(app: Flask, consultation: Consultation) -> None:
    page = queries_search.get_search_page(asked_of({"q": "ensamhet"}), 1, clock.now(), most=2)
    assert (page.total, page.more) == (2, True)
    old = queries_search.get_search_page(asked_of({"q": "ensamhet", "slag": "consultation"}), 1, clock.now(), most=2)
    assert [hit.path for hit in old.hits] == ["/ekhamra#start"]  # the oldest is found where it is chosen
    assert (old.total, old.more) == (1, False)
    assert {choice.value: choice.count for choice in old.facets["slag"]} == {"consultation": 1, "answer": None}  # of others it is not known


def test_suggestions_are_links_and_without_htmx_a_search(client: PolicingClient, consultation: Consultation) -> None:
    part = client.get("/sok/forslag?q=ek", headers=HTMX)
    assert re.findall(r'href="([^"]+)">([^<]+)', part.get_data(as_text=True)) == [
        ("/kommun/ekhamra", "Ekhamra kommun"),
        ("/organisationer/jouren", "Ekhamra kvinnojour"),
    ]
    assert "<small> Organisation</small>" in part.get_data(as_text=True)
    assert "Ensamhet bland äldre" in client.get("/sok/forslag?q=äld", headers=HTMX).get_data(as_text=True)
    assert "<a" not in client.get("/sok/forslag?q=%25", headers=HTMX).get_data(as_text=True)
    assert "<a" not in client.get("/sok/forslag?q=e", headers=HTMX).get_data(as_text=True)
    assert client.get("/sok/forslag?q=ek").headers["Location"] == "/sok?q=ek"


def test_a_page_of_results_takes_few_statements_and_as_many_for_many(client: PolicingClient, consultation: Consultation) -> None:
    url = "/sok?q=ensamhet+kvinojour&kommun=ekhamra"
    client.get(url)
    few = statements(client, url)
    finding.save(*(finding.entry(of=make.again(consultation), text="Ensamhet och kvinnojour.") for _ in range(45)))
    assert few == statements(client, url) <= LIMIT - 1
    assert len(results(client, f"{url}&sida=3")) == 6
    assert statements(client, "/sok/forslag?q=ek", HTMX) == 1


def statements(client: PolicingClient, url: str, headers: dict[str, str] | None = None) -> int:
    with counted() as seen:
        client.get(url, headers=headers)
    return len(seen)
