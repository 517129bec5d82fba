"""Organisations and groups as readers see them."""

from __future__ import annotations

from flask import Flask

from sakrad.core.db import transaction
from tests import factories as make
from tests.factories import reading
from tests.policing import PolicingClient


def text(client: PolicingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True).replace("\u00a0", " ")


def test_a_profile_shows_what_came_of_what_was_said(client: PolicingClient, app: Flask) -> None:
    story = reading.story(title="Den besvarade frågan")
    with transaction():
        story.organisation.added_value = "Vi finns kvar när kontoret stänger."
    html = text(client, reading.addresses(story)["voices.organisation"])
    assert "Den besvarade frågan" in html and "Vägen in är lång" in html and "Gör vi" in html
    assert "1 synpunkt togs inte med, med skäl." in html
    assert "Ett gemensamt nummer" in html and "12 dagar försenat" in html
    assert "Vi finns kvar när kontoret stänger." in html and "Talar enligt organisationen för" in html


def test_an_organisation_that_nobody_has_verified_has_no_page(client: PolicingClient, app: Flask) -> None:
    unknown = make.organisation(name="Okänd förening").slug
    asleep = make.organisation(verified_in=make.municipality(active=False), name="Sovande förening").slug
    for slug in (unknown, asleep, "finns-inte"):
        assert client.get(f"/organisationer/{slug}").status_code == 404
    html = text(client, "/organisationer")
    assert "Okänd förening" not in html and "Sovande förening" not in html


def test_a_protected_organisation_shows_no_place_and_nobodys_address(client: PolicingClient, app: Flask) -> None:
    place = make.municipality(name="Hemlighult")
    shelter = make.organisation(verified_in=place, municipality_id=place.id, protected=True).slug
    open_one = make.organisation(verified_in=place, municipality_id=place.id)
    address, mail = open_one.slug, open_one.email
    assert "Hemlighult" not in text(client, f"/organisationer/{shelter}")
    html = text(client, f"/organisationer/{address}")
    assert "Hemlighult kommun" in html and mail not in html
    assert text(client, "/organisationer").count("Hemlighult") == 1


def test_the_list_is_searched_and_filtered(client: PolicingClient, app: Flask) -> None:
    place, group = make.municipality(), make.group()
    one = make.organisation(verified_in=place, name="Ängens vänner")
    make.organisation(verified_in=place, name="Åsens vänner")
    with transaction():
        one.groups.append(group)
    slug = group.slug
    for query in ("q=ÄNGEN", f"grupp={slug}", f"q=vänner&grupp={slug}"):
        html = text(client, f"/organisationer?{query}")
        assert "Ängens vänner" in html and "Åsens vänner" not in html, query


def test_a_group_shows_who_speaks_for_it_and_where_nobody_has(client: PolicingClient, app: Flask) -> None:
    group = make.group(name="Anhöriga")
    heard, silent = make.consultation(title="Den hörda"), make.consultation(title="Den tysta")
    with transaction():
        heard.groups.append(group)
        silent.groups.append(group)
    reading.voice(heard, group, name="Anhörigföreningen")
    html = text(client, f"/grupper/{make.save(group).slug}")
    assert "Anhörigföreningen" in html
    assert html.index("Ingen har svarat för gruppen än") < html.index("Den tysta") < html.index("Den hörda")
    assert client.get("/grupper/finns-inte").status_code == 404
