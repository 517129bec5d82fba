"""Uptake as readers see it: figures with their words, lists where there are few, and nobody pointed out."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask

from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import OrganisationKind, TargetGroup
from sakrad.positions.models import Position, PublicationWish
from sakrad.responses.commands import counting
from sakrad.responses.models import Outcome
from tests import factories as make
from tests.factories import responses, summaries
from tests.policing import PolicingClient
from tests.statements import LIMIT, counted


def say(matter: responses.Matter, group: TargetGroup, words: str, outcome: Outcome | None, **organisation: object) -> Position:
    """A point for the group, with an answer of its own where there is an outcome."""
    of = make.again(matter.consultation)
    wish = organisation.pop("wish", PublicationWish.named)
    by = make.organisation(verified_in=of.municipality, **organisation)
    position = make.position(of, by, texts={1: words}, wish=wish)
    point = summaries.point(summaries.answer_of(position), set_aside_at=clock.now(), set_aside_reason="Ett eget svar.")
    with transaction():
        assert position.current is not None
        position.current.groups.append(make.again(group))
    if outcome is not None:
        responses.response(db.session.query(responses.FeedbackRelease).filter_by(consultation_id=of.id).one(), point=point, outcome=outcome)
    return position


@pytest.fixture
def world(app: Flask) -> tuple[Consultation, TargetGroup]:
    """Two named voices of associations for the group, and one without a name, which alone was told no; nobody for another group."""
    matter, _commitment = responses.published()
    group, unheard = make.group(slug="unga", name="Unga"), make.group(slug="aldre", name="Äldre")
    with transaction():
        of = make.again(matter.consultation)
        of.groups.extend([make.again(group), make.again(unheard)])
    say(matter, group, "Öppna fler fritidsgårdar.", Outcome.will_do, name="Ungas röst")
    say(matter, group, "Öppna på helgen.", Outcome.partly, name="Helgföreningen")
    say(
        matter,
        group,
        "HEMLIGAORDET om oss.",
        Outcome.wont_do,
        name="Den onämnda",
        kind=OrganisationKind.network,
        wish=PublicationWish.unnamed,
    )
    with transaction():
        counting.recount(matter.consultation.id, at=clock.now())
    return make.again(matter.consultation), make.again(group)


def address(of: Consultation) -> str:
    return f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/genomslag"


def test_few_points_are_a_list_and_say_whose_words_the_group_is(client: PolicingClient, world: tuple[Consultation, TargetGroup]) -> None:
    html = client.get(address(world[0])).text
    assert "Unga" in html and "nligt organisationen" in html
    assert not re.search(r"\d+\s%", html)
    assert "Äldre" in html, "the group that nobody spoke for"


def test_the_outcome_of_one_that_is_not_named_stands_in_no_figure(client: PolicingClient, world: tuple[Consultation, TargetGroup]) -> None:
    of = world[0]
    for query in ("visa=grupp", "visa=slag"):
        found = client.get(f"{address(of)}.csv?{query}")
        rows = list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig")), delimiter=";"))
        whole = {row["utfall"]: int(row["synpunkter"]) for row in rows if row["indelning"] == "alla"}
        assert whole["wont_do"] == 0 and whole["ej_visad"] == 1
        assert not [
            row for row in rows if row["indelning"] != "alla" and row["utfall"] in ("wont_do", "ej_visad") and row["synpunkter"] != "0"
        ]
        assert "network" not in found.text and "Nätverk" not in found.text
    assert client.get(f"{address(of)}.json").json["kolumner"].keys() == set(rows[0])


def test_the_words_behind_a_figure_that_says_for_whom_are_those_said_by_name(
    client: PolicingClient, world: tuple[Consultation, TargetGroup]
) -> None:
    of = world[0]
    alone = client.get(f"{address(of)}/synpunkter?grupp=unga&utfall=will_do").text
    assert "Öppna fler fritidsgårdar." in alone and "Öppna på helgen." not in alone
    assert "HEMLIGAORDET" not in client.get(f"{address(of)}/synpunkter?grupp=unga").text
    assert "HEMLIGAORDET" not in client.get(f"{address(of)}/synpunkter?slag=network").text
    assert "HEMLIGAORDET" not in client.get(f"{address(of)}/synpunkter?utfall=wont_do").text, "the figure does not count it"
    assert "HEMLIGAORDET" in (whole := client.get(f"{address(of)}/synpunkter").text), "as in the summary, without saying whose"
    assert "Den onämnda" not in whole
    of_all = client.get("/statistik/synpunkter?grupp=unga&utfall=will_do").text
    assert "Öppna fler fritidsgårdar." in of_all and "Öppna på helgen." not in of_all
    assert "HEMLIGAORDET" not in client.get("/statistik/synpunkter?slag=network").text
    assert client.get("/statistik/synpunkter?sida=2").status_code == 404


def test_every_figure_leads_to_its_words(client: PolicingClient, world: tuple[Consultation, TargetGroup]) -> None:
    own = f"/kommun/{world[0].municipality.slug}/genomslag"
    for figures, leads_to in (("?visa=enhet", "enhet="), ("?visa=ar", "ar="), ("?visa=sakrad", "/sakrad/")):
        links = re.findall(r'<td[^>]*><a href="([^"]+)"', client.get(own + figures).text)
        assert links and all("/synpunkter?" in link and leads_to in link for link in links), figures
        assert client.get(links[0].replace("&amp;", "&")).status_code == 200
    assert '"/statistik/synpunkter?' in client.get("/statistik").text and "Äldre" in client.get("/statistik").text, "nobody spoke for it"


@pytest.mark.parametrize(
    "query", ["visa=enhet", "visa=ar", "visa=slag&grupp=unga", "visa=sakrad&ar=1999&slag=x", "visa=sakrad&sida=9", "visa=?"]
)
def test_every_breakdown_of_a_municipality_keeps_the_budget(
    client: PolicingClient, world: tuple[Consultation, TargetGroup], query: str
) -> None:
    of = world[0]
    path = f"/kommun/{of.municipality.slug}/genomslag"
    client.get("/metod")  # asks once whether there is sample data
    with counted() as said:
        assert client.get(f"{path}?{query}").status_code == 200
    assert len(said) <= LIMIT
    assert client.get(f"/statistik?{query}").status_code == 200
    assert client.get(f"{path}/synpunkter?{query.partition('&sida')[0]}").status_code == 200


def test_from_twenty_points_there_are_shares_and_a_chart_with_its_table(client: PolicingClient, app: Flask) -> None:
    matter, _commitment = responses.published()
    group = make.group(slug="unga", name="Unga")
    for number in range(20):
        say(matter, group, f"Synpunkt {number}.", Outcome.will_do if number % 2 else Outcome.partly)
    with transaction():
        counting.recount(matter.consultation.id, at=clock.now())
    html = client.get(address(make.again(matter.consultation))).text
    assert re.search(r"\d+\s%", html) and 'role="img"' in html and "<table" in html


def test_before_the_summary_is_published_there_is_nothing(client: PolicingClient, app: Flask) -> None:
    assert client.get(address(make.consultation())).status_code == 404
