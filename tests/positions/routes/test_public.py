"""The list of answers and one answer, as readers see them."""

from __future__ import annotations

import pytest
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions.models import PositionVersion
from sakrad.records.models import Review, ReviewDecision
from sakrad.summaries.models import NothingToTakeUp
from tests import factories as make
from tests.factories import reading, summaries
from tests.policing import PolicingClient


@pytest.fixture
def story(app: Flask) -> reading.Story:
    return reading.story()


def text(client: PolicingClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True).replace("\u00a0", " ")


def test_an_answer_shows_for_whom_it_speaks_and_how_it_is_anchored(client: PolicingClient, story: reading.Story) -> None:
    path, group = reading.addresses(story)["positions.show"], story.group.name
    with transaction():
        version = reading.fresh(story).position.current
        assert version is not None
        version.decision_ref, version.decided_on, version.asked, version.answered = "§ 7", clock.today(), 38, 26
        version.answers[0].own_interest = True
    html = text(client, path)
    assert "Talar för, enligt organisationen" in html and group in html
    assert "Beslut av styrelsen" in html and "§ 7" in html and "26 av 38 tillfrågade svarade" in html
    assert "har eller kan få avtal eller bidrag" in html and "Ordförande" in html


def test_an_answer_shows_what_came_of_its_words(client: PolicingClient, story: reading.Story) -> None:
    html = text(client, reading.addresses(story)["positions.show"])
    assert "/sammanstallning?samlad=1#samlad-1" in html and "Gör vi" in html
    assert "Gör vi inte" in html, "a point's own outcome goes before its finding's"
    assert "Togs inte med:" in html and "Det är en hälsning." in html


def test_nothing_to_take_up_says_why(client: PolicingClient, story: reading.Story) -> None:
    paths = reading.addresses(story)
    position = reading.voice(reading.fresh(story).consultation, reading.fresh(story).group, slug="en-till", name="En till")
    summaries.nothing(summaries.answer_of(position), "Svaret hälsar bara.")
    assert "Svaret hälsar bara." in text(client, paths["positions.index"] + "/en-till")
    assert NothingToTakeUp.__tablename__


def test_a_new_version_waits_for_its_review_and_then_says_what_it_replaced(client: PolicingClient, story: reading.Story) -> None:
    path = reading.addresses(story)["positions.show"]
    with transaction():
        position = reading.fresh(story).position
        first = position.current
        assert first is not None
        second = PositionVersion(
            position_id=position.id,
            number=2,
            receipt_number="N-2",
            received_at=clock.now(),
            digest="0" * 64,
            submission_key="två",
            organisation_name=first.organisation_name,
            wish=first.wish,
            anchoring=first.anchoring,
        )
        db.session.add(second)
        db.session.flush()
        position.current_id = second.id
    html = text(client, path)
    assert "HEMLIGAORDET" in html and "Organisationen har skickat en nyare version." in html
    with transaction():
        position = reading.fresh(story).position
        assert position.current_id is not None
        position.published_id = position.current_id
        db.session.add(Review(subject_id=position.current_id, decision=ReviewDecision.publish, decided_at=clock.now()))
    html = text(client, path)
    assert "Version 2. Den ersatte en som kom in" in html and "HEMLIGAORDET" not in html
    assert "ur en tidigare version av svaret" in text(client, path.rsplit("/svar", 1)[0] + "/sammanstallning")


def test_an_unnamed_answer_is_read_at_its_reference(client: PolicingClient, app: Flask) -> None:
    consultation, group = make.consultation(), make.group(name="Anhöriga")
    position = reading.voice(consultation, group)
    path, reference = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar", position.reference
    with transaction():
        assert position.published is not None
        position.published.wish = type(position.published.wish).unnamed  # type: ignore[union-attr]
    assert "En organisation som talar för anhöriga" in text(client, path)
    html = text(client, f"{path}/{reference}")
    assert "Organisationen har valt att svara utan namn." in html and "Undertecknat av" not in html and "Kvittonummer" not in html


def test_creating_a_draft_changes_nothing_that_anybody_reads(client: PolicingClient, app: Flask) -> None:
    consultation = make.consultation(Phase.open)
    invitation = make.invitation(consultation)
    base = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}"
    paths = [base, f"{base}/inbjudna", f"{base}/svar", "/sakrad", "/", "/organisationer"]
    before = [client.get(path).headers["ETag"] for path in paths]
    make.draft(make.save(consultation), make.save(invitation).organisation)
    assert [client.get(path).headers["ETag"] for path in paths] == before


def test_the_list_is_paged_and_sorted_as_swedes_sort(client: PolicingClient, app: Flask) -> None:
    consultation, group = make.consultation(), make.group()
    base = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
    for name in ("Örnen", "Zebran", "Ängen", "Åsen", "anden"):
        reading.voice(make.save(consultation), make.save(group), name=name)
    html = text(client, base)
    places = [html.index(f">{name}</a>") for name in ("anden", "Zebran", "Åsen", "Ängen", "Örnen")]
    assert places == sorted(places)
    for _ in range(18):
        make.position(make.save(consultation), texts={1: "a"})
    assert text(client, base).count("/svar/") >= 20
    assert "?sida=2" in text(client, base)
