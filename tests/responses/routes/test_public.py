"""The authority's answers and its commitments as readers see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import transaction
from sakrad.responses.models import DecisionForm, ProgressStatus
from tests import factories as make
from tests.factories import reading, responses
from tests.policing import PolicingClient


def text(client: PolicingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (DecisionForm.board, "s svar, 1 mars 2027 § 41"),
        (DecisionForm.delegation, "s svar, beslut på delegation 1 mars 2027 § 41"),
        (DecisionForm.administration, "Förvaltningens besked, 1 mars 2027"),
    ],
    ids=["the board", "by delegation", "the administration"],
)
def test_who_decided_stands_in_the_heading(client: PolicingClient, app: Flask, form: DecisionForm, words: str) -> None:
    story = reading.story()
    path = reading.addresses(story)["responses.show"]
    with transaction():
        release = reading.fresh(story).commitment.response.release
        release.decision_form, release.decision_on = form, clock.day_of(clock.start_of(clock.today().replace(2027, 3, 1)))
    assert words in text(client, path)


def test_each_commitment_shows_its_progress_in_order(client: PolicingClient, app: Flask) -> None:
    story = reading.story()
    path, commitment = reading.addresses(story)["responses.show"], story.commitment
    responses.progress(commitment, text="Sedan gick det fortare.", status=ProgressStatus.changed, link="https://ekhamra.example/nytt")
    html = text(client, path)
    assert html.index("Schemat är klart.") < html.index("Sedan gick det fortare.")
    assert 'id="atagande-1"' in html and "https://ekhamra.example/nytt" in html and "12 dagar försenat" in html


def test_before_the_answer_the_date_is_shown(client: PolicingClient, app: Flask) -> None:
    consultation = make.consultation(Phase.summarised)
    path = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/aterkoppling"
    html = text(client, path)
    assert "Nämnden har inte svarat än." in html and "Svaret kommer senast" in html


def test_commitments_are_filtered_by_state_and_municipality(client: PolicingClient, app: Flask) -> None:
    made, on_the_way = responses.published()
    today = clock.today()
    late = responses.commitment(on_the_way.response, made.function, what="Det sena", due_on=today - timedelta(days=1))
    responses.commitment(on_the_way.response, made.function, what="Det klara", due_on=today - timedelta(days=9), done_at=clock.now())
    with transaction():
        on_the_way.what, late.what = "Det på väg", "Det sena"
    kommun = made.consultation.municipality.slug
    other, _ = responses.published()
    elsewhere = other.consultation.municipality.slug
    expected = {"forsenade": {"Det sena"}, "pagar": {"Det på väg"}, "klara": {"Det klara"}, "": {"Det sena", "Det på väg", "Det klara"}}
    for lage, shown in expected.items():
        html = text(client, f"/ataganden?lage={lage}&kommun={kommun}")
        assert {what for what in expected[""] if what in html} == shown, lage
    assert "1 dag försenat" in text(client, "/ataganden?lage=forsenade")
    assert "Det sena" not in text(client, f"/ataganden?kommun={elsewhere}")
    everything = text(client, "/ataganden")
    assert everything.index("Det sena") < everything.index("Det på väg") < everything.index("Det klara")


def test_the_due_day_itself_is_not_late(client: PolicingClient, app: Flask) -> None:
    made, commitment = responses.published()
    with transaction():
        commitment.due_on = clock.today()
    assert "försenat" not in text(client, "/ataganden")
    assert made.consultation is not None
