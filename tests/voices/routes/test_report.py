"""The yearly report as readers meet it: on the web, as PDF and as Word, in both languages, without a word that is masked."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.records.models import Mask
from tests import factories as make
from tests.factories import documents, report
from tests.policing import PolicingClient


@pytest.fixture
def here(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the report, in a later year."""
    world = report.world()
    monkeypatch.setattr(clock, "now", lambda: report.LATER)
    return f"/kommun/{world.municipality.slug}/arsrapport"


def read(client: PolicingClient, path: str) -> str:
    return html.unescape(client.get(path).get_data(as_text=True)).replace("\u00a0", " ")


def test_the_page_tells_the_year(client: PolicingClient, here: str) -> None:
    page = read(client, f"{here}/2026")
    for words in (
        "Siffrorna gäller som det stod 31 december 2026.",
        "2 organisationer deltog.",
        "1 organisation till deltog utan namn.",
        "Ingen svarade för: barn.",
        "Nämndens svar: Gör vi 1 · Gör vi inte 1",
        "Metoden: någon grupp hördes inte och svaret kom inte den dag som lovats.",
        "Ett nummer dygnet runt",
        "30 dagar försenat",
        "klart 23 september 2026",
        "Organisationernas bedömning: 0 gjort, 1 delvis, 2 inte gjort.",
        "3 synpunkter: Gör vi inte 3",
        "<td>3 av 4</td>",
        "Leder vidare: ett partnerskap (IOP) undersöks",
        "Kommunfullmäktige § 12",
        "Sammanställning utlovad till 1 februari 2027",
        ">1 fler</td>",
    ):
        assert words in page, words
    assert "Hemliga jouren" not in page and "Anna Ek" not in page
    assert "███████ vill ha en väg in." in read(client, f"{here}/2025")
    now = read(client, f"{here}/2027")
    assert "Året pågår." in now and "Skillnad" not in now and "28 dagar försenat" in now
    listed = read(client, here)
    assert [f"Årsrapport {year}" in listed for year in (2024, 2025, 2026, 2027, 2028)] == [False, True, True, True, False]
    english = read(client, f"/en{here}/2026")
    assert ("Annual report 2026" in english and '<span lang="sv">Öppna föreningen' in english.replace("</a>", "")) or "Öppna" in english


def test_the_figures_can_be_taken_along(client: PolicingClient, here: str) -> None:
    figures = dict(line.split(";")[::2] for line in client.get(f"{here}/2026.csv").data.decode("utf-8-sig").splitlines())
    assert (figures["matt"], figures["organisationer"], figures["ataganden_forsenade"]) == ("varde", "2", "1")
    whole = client.get(f"{here}/2026.json").get_json()
    assert (whole["siffror"]["svar"], whole["aret_fore"]["svar"], whole["pagar"]) == (2, 1, False)
    assert [one["dagar_forsenat"] for one in whole["ataganden"]] == [30, 0, 0]
    assert "Anna Ek" not in client.get(f"{here}/2025.json").text and client.get(f"{here}/2024.csv").status_code == 404


def test_a_quiet_year_is_calm_and_a_year_that_is_not_there_is_not_found(client: PolicingClient, here: str) -> None:
    quiet = make.municipality().slug
    assert "Inget sakråd hölls under året." in read(client, f"/kommun/{quiet}/arsrapport/2027")
    for path in (f"{here}/2024", f"{here}/2028", f"{here}/2024.pdf", f"{here}/99999/dokument/pdf", "/kommun/finns-inte/arsrapport"):
        assert client.get(path).status_code == 404, path
    assert client.post(f"{here}/2024/dokument/pdf").status_code == 404
    assert client.get(f"{here}/2026?sida=99").status_code == 200


@pytest.mark.parametrize(
    ("form", "year", "words"),
    [
        (
            "pdf",
            2026,
            (
                "Ett nummer dygnet runt",
                "30 dagar försenat",
                "1 fler",
                "2 inte gjort",
                "Gör vi inte 3",
                "3 av 4",
                "IOP",
                "enligt organisationen",
            ),
        ),
        ("docx", 2025, ("███████ vill ha en väg in.", "Det första", "Nämndens svar utlovat till 1 februari 2026")),
    ],
)
def test_the_paper_says_the_same_and_is_made_when_somebody_asks(
    client: PolicingClient, here: str, form: str, year: int, words: tuple[str, ...]
) -> None:
    file, page = f"{here}/{year}.{form}", f"{here}/{year}/dokument/{form}"
    assert client.get(file).headers["Location"].endswith(page)
    assert "Gör dokumentet" in read(client, page)
    assert client.post(page).status_code == 303
    assert client.get(page).headers["Refresh"] == "4"
    documents.work()
    assert "Dokumentet är klart" in read(client, page)
    told = documents.words_in(client.get(file).data).replace("\u00a0", " ")
    for said in (f"Årsrapport {year}", *words):
        assert said in told, said
    assert "Hemliga jouren" not in told and "Anna Ek" not in told
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.name == EventName.export_asked)) == 1
    with transaction():
        db.session.scalars(sa.select(Mask)).one().removed_at = clock.now()
    assert client.get(file).status_code == (200 if year == 2026 else 303), "what was made is given while it is true"
