"""The files to take along: what readers and officials get, that no masked or unpublished word leaves, that nothing is a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions.models import PublicationWish
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.summaries import columns, queries_data
from tests import factories as make
from tests.factories import reading, summaries
from tests.policing import PolicingClient

SECRET = "HEMLIGAORDET"


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story(Phase.summarised)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def mask(story: reading.Story) -> None:
    """The secret word is masked in every answer of the story's."""
    story = reading.fresh(story)
    with transaction():
        assert story.position.current is not None
        for answer in story.position.current.answers:
            start = answer.text.index(SECRET)
            places = {"text_id": answer.id, "start": start, "end": start + len(SECRET)}
            db.session.add(Mask(kind=TextKind.answer, ground=MaskGround.personal_data, created_at=clock.now(), **places))


def test_readers_take_along_points_findings_citations_and_stances(story: reading.Story, client: PolicingClient) -> None:
    mask(story)
    table = client.get(f"{story.address}/sammanstallning.csv")
    found = rows(table.data)
    assert table.headers["Content-Disposition"].startswith("attachment") and list(found[0]) == columns.names("synpunkter")
    assert [(row["synpunkt"], row["samlad_synpunkt"], row["skal"]) for row in found] == [
        ("1", "1", ""),
        ("2", "1", ""),
        ("3", "", "Det är en hälsning."),
    ]
    assert found[0]["organisation"] == "Hemliga föreningen" and "████" in found[0]["ord"]
    response = client.get(f"{story.address}/sammanstallning.json")
    told = json.loads(response.data)
    assert set(told) == {"schema", *columns.TABLES}
    assert told["hanvisningar"] == [{"samlad_synpunkt": 1, "synpunkt": number, "ordning": number} for number in (1, 2)]
    stance = {"fraga": 2, "organisation": "Hemliga föreningen", "stallningstagande": "opposes", "hur": "own"}
    assert told["stallningstaganden"] == [stance]
    for name in ("samlade_synpunkter", "hanvisningar", "stallningstaganden"):
        assert all(list(record) == columns.names(name) for record in told[name]), name
    assert all(list(record) == columns.names("synpunkter", leave_out=columns.IN_CSV_ONLY) for record in told["synpunkter"])
    assert list(told["sakrad"]) == columns.names("sakrad")
    assert SECRET not in table.get_data(as_text=True) + response.get_data(as_text=True)


def test_no_word_or_name_of_an_answer_that_may_not_be_read(story: reading.Story, client: PolicingClient) -> None:
    with transaction():
        assert story.position.current is not None
        story.position.current.wish = PublicationWish.municipality_only
    everything = "".join(client.get(f"{story.address}/sammanstallning.{kind}").get_data(as_text=True) for kind in ("csv", "json"))
    assert SECRET not in everything and "Hemliga föreningen" not in everything and "municipality_only" in everything


def test_nothing_is_taken_for_a_formula_and_pieces_make_a_whole(
    story: reading.Story, client: PolicingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_data, "BATCH", 1)
    with transaction():
        reading.fresh(story).aside.set_aside_reason = "=HYPERLINK(1)"
    found = rows(client.get(f"{story.address}/sammanstallning.csv").data)
    assert [row["synpunkt"] for row in found] == ["1", "2", "3"] and found[2]["skal"] == "'=HYPERLINK(1)"


def test_every_column_has_its_meaning(story: reading.Story, client: PolicingClient) -> None:
    html = client.get(f"{story.address}/sammanstallning/kolumner").get_data(as_text=True)
    told = client.get(f"{story.address}/sammanstallning/kolumner.csv").get_data(as_text=True)
    for table in columns.TABLES:
        assert all(name in html and name in told for name in columns.names(table, staff=True)), table


def test_officials_take_along_what_is_being_compiled_without_notes_and_masked_words(app: Flask, browse: Any) -> None:
    of = make.consultation(Phase.compiling)
    position = make.position(of, texts={1: f"Vi ser {SECRET} ofta.", 2: "Nej."}, published=False, wish=PublicationWish.municipality_only)
    answer, name = summaries.answer_of(position), position.organisation.name
    sorted_under = summaries.theme(of, name="Vägen", parent_id=summaries.theme(of, name="Stöd").id)
    point = summaries.point(answer, theme_id=sorted_under.id, note="Bara mellan oss")
    summaries.finding(summaries.summary(of), f"Så är det.[{point.number}]")
    make.save(Mask(kind=TextKind.answer, text_id=answer.id, start=7, end=19, ground=MaskGround.secrecy, created_at=clock.now()))
    base = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/sammanstall/data"
    officer, stranger = browse(make.user((Role.officer, of.authority))), browse(make.user((Role.officer, make.authority())))
    (row,) = rows(officer.get(f"{base}/synpunkter.csv").data)
    assert (row["tema"], row["overtema"], row["ord"], row["onskan"]) == ("Vägen", "Stöd", "Vi ser ████████████ ofta.", "municipality_only")
    assert rows(officer.get(f"{base}/samlade-synpunkter.csv").data)[0]["text"] == "Så är det.[1]"
    assert rows(officer.get(f"{base}/hanvisningar.csv").data) == [{"samlad_synpunkt": "1", "synpunkt": "1", "ordning": "1"}]
    told = json.loads(officer.get(f"{base}.json").data)
    assert told["stallningstaganden"][0]["organisation"] == name and len(told["synpunkter"]) == 1
    for path in ("/synpunkter.csv", "/samlade-synpunkter.csv", "/hanvisningar.csv", ".json"):
        text = officer.get(f"{base}{path}").get_data(as_text=True)
        assert SECRET not in text and "Bara mellan oss" not in text
        assert stranger.get(f"{base}{path}").status_code == 404
