"""Addresses that nobody was given: they answer with a page of ours, never with a crash, on both databases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from tests import factories as make
from tests.factories import reading, responses

ODD = ["%00", "%FF%FE", "99999999999999999999", "9" * 5000]
QUERIES = [
    "sida=999999999999999999999&fraga=-99999999999999999999&tema=99999999999999999999&q=%FF%FE%25_%5C",
    "q=%00&kommun=%00&grupp=%00&amne=%00&skede=%00&namnd=%00&version=%00&%00=1",
]


@pytest.fixture
def everybody(app: Flask) -> Any:
    """One who may see all of one municipality, and an organisation that has answered there."""
    matter, _commitment = responses.published(phase=Phase.following_up)
    of, by = matter.consultation, matter.organisation
    return make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality), Role.operator), {
        "kommun": of.municipality.slug,
        "slug": of.slug,
        "org": by.slug,
        "number": 1,
        "namnd": of.authority.slug,
        "kind": "samlad",
    }


def addresses(app: Flask, values: dict[str, Any]) -> list[str]:
    """Every page that answers GET and whose parts are known."""
    adapter = app.url_map.bind("127.0.0.1:5000")
    return [
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, force_external=False)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.arguments <= values.keys() and rule.endpoint != "operations.ready"
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # the stricter of the two: SQLite takes any number and sign
def test_no_query_string_crashes_a_page(app: Flask, everybody: Any, browse: Any) -> None:
    person, values = everybody
    client = browse(person)
    for address in addresses(app, values):
        for query in QUERIES:
            answer = client.get(f"{address}?{query}", policed=False)
            assert answer.status_code < 500, f"{address}?{query[:60]}"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_part_of_an_address_crashes_a_page(app: Flask, everybody: Any, browse: Any) -> None:
    person, values = everybody
    client = browse(person)
    for turn, address in enumerate(addresses(app, values)):
        parts = address.split("/")
        known = {str(value) for value in values.values()}
        for place in (place for place, part in enumerate(parts) if part in known):
            for odd in ODD[turn % 2 :: 2]:  # two of them each, in turns
                answer = client.get("/".join([*parts[:place], odd, *parts[place + 1 :]]), policed=False)
                assert answer.status_code < 500, f"{address}: part {place} as {odd[:30]}"


def test_an_address_with_nul_is_not_there(client: Any) -> None:
    assert client.get("/kommun/%00").status_code == 404
    assert client.get("/sakrad?q=v%00ld").status_code == 404


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example"])
def test_signing_in_never_leads_to_another_site(app: Flask, client: Any, target: str) -> None:
    user = make.user()
    answer = client.post("/logga-in", query_string={"next": target}, data={"email": user.email, "password": make.PASSWORD})
    assert answer.status_code == 303
    assert re.match(r"/(?![/\\\\\s])", answer.headers["Location"])


@pytest.mark.parametrize("path", ["//evil.example", "/en//evil.example", "/en/%2F%2Fevil.example"])
def test_no_address_redirects_to_another_site(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.headers.get("Location", "/").removeprefix("http://127.0.0.1:5000").startswith("/")
    assert "//evil" not in answer.headers.get("Location", "")


def test_what_a_search_asks_for_is_words_and_no_pattern(app: Flask, client: Any) -> None:
    story = reading.story()
    address = reading.addresses(story)["pages.consultation"]
    assert address in client.get("/sakrad?q=våld").text
    for pattern in ("%", "_", "v_ld", "v%d", "\\", "%%%", "' OR 1=1 --"):
        assert address not in client.get("/sakrad", query_string={"q": pattern}).text, pattern
