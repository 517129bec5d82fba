"""The officers' pages for corrections and councils: choose, change, see the difference, announce."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from sakrad.consultations.corrections import Part
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Correction, CouncilHearing
from sakrad.core import clock
from sakrad.core.db import db
from tests import factories as make
from tests.factories import correcting
from tests.factories.consultations import PDF, address, change, fresh, officer_of, staff_address


def count(thing: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(thing)) or 0


def seen_in(text: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', text)
    assert found
    return found[1]


def test_a_correction_from_choosing_to_the_public_page(browse):
    consultation = make.consultation(Phase.open)
    officer, url = browse(officer_of(consultation.authority)), staff_address(consultation, "rattelser/ny")
    assert 'value="fraga-1"' in officer.get(url).text
    chosen = f"{url}?vad=fraga-1&vad=texter&vad=datum"
    consultation = fresh(consultation)
    later = clock.last_day(consultation.closes_at) + timedelta(days=7)
    asked, parts = consultation.questions[0].text, ("lead", "purpose", "background", "can_influence", "already_decided", "use_of_views")
    assert asked in officer.get(chosen).text
    data = {
        **{f"q1_{part}": value for part, value in {"text": "Vad ser ni i höst?", "help": "", "length_hint": ""}.items()},
        **{part: getattr(consultation, part) for part in parts},
        "background": "Jouren gav stöd till 144 personer förra året.",
        "closes_on": "",
        "closes_at": later.isoformat(),
        **{part: getattr(consultation, part).isoformat() for part in ("summary_due_on", "decision_on", "feedback_due_on")},
    }
    shown = officer.post(chosen, data=data)
    assert shown.status_code == 200
    assert "Det här ändras" in shown.text
    assert "<ins>" in shown.text
    assert "144" in shown.text
    assert count(Correction) == 0  # only shown
    data |= {"seen": seen_in(shown.text), "kungor": "1"}
    refused = officer.post(chosen, data=data)
    assert refused.status_code == 422
    assert "Skriv varför ni ändrar." in refused.text
    assert "Vad ser ni i höst?" in refused.text
    assert officer.post(chosen, data=data | {"reason": "Det blev fel."}).status_code == 303
    assert clock.last_day(fresh(consultation).closes_at) == later
    consultation = fresh(consultation)
    assert consultation.municipality
    assert "Det blev fel." in officer.get(staff_address(consultation, "rattelser")).text
    reader = browse()
    page = reader.get(address(consultation)).text
    for words in ("Rättelse 1", "Det blev fel.", "Vad ser ni i höst?", "144", "Svarstiden förlängdes"):
        assert words in page, words
    assert "144" in reader.get(f"{address(consultation)}/rattelser/1").text
    asking = reader.get(f"{address(consultation)}/fraga/1").text
    assert "Frågan är ändrad" in asking
    assert "Rättelse 1" in asking
    assert reader.get(f"{address(consultation)}/rattelser/2").status_code == 404


def test_what_was_seen_is_what_is_announced(browse):
    consultation = make.consultation(Phase.open)
    officer, url = browse(officer_of(consultation.authority)), staff_address(consultation, "rattelser/ny?vad=fraga-1")
    words = {"q1_text": "Vad ser ni i höst?", "q1_help": "", "q1_length_hint": "", "reason": "Fel."}
    seen = seen_in(officer.post(url, data=words).text)
    for overtaken in (words | {"q1_text": "Något helt annat?"}, words):
        response = officer.post(url, data=overtaken | {"seen": seen, "kungor": "1"})
        assert response.status_code == 409 if overtaken is not words else response.status_code == 303
        assert overtaken is words or "Något helt annat?" in response.text
    again = officer.post(url, data=words | {"q1_text": "Och nu?", "seen": seen, "kungor": "1"})  # a colleague was first
    assert again.status_code == 409
    assert "Läs igenom den igen." in again.text
    assert count(Correction) == 1


@pytest.mark.parametrize(
    ("phase", "message"),
    [
        (Phase.draft, "Då behövs ingen rättelse"),
        (Phase.compiling, "Svarstiden har gått ut."),
        (Phase.answered, "Nämnden har svarat."),
        (Phase.cancelled, "avbrutet"),
    ],
)
def test_in_the_wrong_phase_it_is_refused_with_the_reason(browse, phase, message):
    consultation = make.consultation(phase)
    officer, url = browse(officer_of(consultation.authority)), staff_address(consultation, "rattelser/ny?vad=fraga-1")
    words = {"q1_text": "Vad ser ni i höst?", "q1_help": "", "q1_length_hint": "", "reason": "Fel."}
    response = officer.post(url, data=words)
    assert response.status_code == 422
    assert message in response.text
    assert "Vad ser ni i höst?" in response.text
    assert officer.post(url, data=words | {"seen": seen_in(response.text), "kungor": "1"}).status_code == 409
    assert count(Correction) == 0


def test_a_question_is_withdrawn_and_stays_struck(browse):
    consultation = make.consultation(Phase.open)
    position = make.position(consultation)
    officer = browse(officer_of(consultation.authority))
    url = staff_address(consultation, "rattelser/ny?vad=fraga-2")
    data = {"q2_text": "Oläst", "q2_withdrawn_at": "y", "reason": "Den är redan beslutad."}
    shown = officer.post(url, data=data).text
    assert "Fråga 2 utgår" in shown
    assert officer.post(url, data=data | {"seen": seen_in(shown), "kungor": "1"}).status_code == 303
    reader, question = browse(), fresh(consultation).questions[1]
    assert question.text != "Oläst"  # withdrawn, and not changed
    for page in ("", "/fraga/2", f"/svar/{fresh(position).organisation.slug}"):
        text = reader.get(address(consultation) + page).text
        assert "Utgått" in text, page
    assert f"<del>{question.text}</del>" in reader.get(address(consultation)).text
    assert "på fråga 2" in reader.get(f"{address(consultation)}/fraga/2").text  # its answers stand
    assert officer.get(staff_address(consultation, "fragor")).status_code == 200
    assert 'value="fraga-2"' not in officer.get(staff_address(consultation, "rattelser/ny")).text


def test_material_is_added_and_withdrawn_and_stays_readable(browse):
    consultation = make.consultation(Phase.open)
    officer, url = browse(officer_of(consultation.authority)), staff_address(consultation, "rattelser/ny/underlag")
    data = {"title": "Kartan", "description": "Vad som finns.", "reason": "Den blev klar nu."}
    assert officer.get(url).status_code == 200
    refused = officer.post(url, data=data | {"reason": ""})
    assert refused.status_code == 422
    assert "Vad som finns." in refused.text
    assert officer.post(url, data=data | {"file": (io.BytesIO(PDF), "karta.pdf")}).status_code == 303
    (paper,) = fresh(consultation).materials
    assert "Kartan" in browse().get(address(consultation)).text
    name = f"underlag-{paper.reference}"
    url = staff_address(consultation, f"rattelser/ny?vad={name}")
    shown = officer.post(url, data={name: "y", "reason": "Den är inaktuell."}).text
    assert officer.post(url, data={name: "y", "reason": "Den är inaktuell.", "seen": seen_in(shown), "kungor": "1"}).status_code == 303
    page = browse().get(address(consultation)).text
    assert "Utgått" in page
    assert browse().get(f"{address(consultation)}/material/{paper.reference}").status_code == 200


def test_a_short_page_says_of_a_long_text_only_that_it_is_changed(browse):
    consultation = make.consultation(Phase.open)
    correcting.announced(consultation, texts={Part.background: "Mycket längre ord. " * 400})
    text = browse().get(address(consultation)).text
    assert "Se vad som ändrades" in text
    assert "Mycket längre ord. Mycket" in browse().get(f"{address(consultation)}/rattelser/1").text


# Councils


def test_a_council_is_shown_apart_and_never_counted(browse):
    consultation = make.consultation(Phase.open)
    correcting.council(consultation)
    officer, url = browse(officer_of(consultation.authority)), staff_address(consultation, "rad")
    data = {"council": "Pensionärsrådet", "heard_on": clock.today().isoformat(), "paragraph": "§ 12"}
    for link in ("javascript:alert(1)", "ftp://prova.example/x", "https:", "http://[", "https://a b.example"):
        refused = officer.post(url, data=data | {"minutes_url": link})
        assert refused.status_code == 422, link
        assert "Länken ska börja med" in refused.text
        assert "§ 12" in refused.text
    assert officer.post(url, data=data | {"council": "Ett annat råd"}).status_code == 422
    assert officer.post(url, data=data).status_code == 303
    assert "står redan med den dagen" in officer.post(url, data=data).text
    (hearing,) = db.session.scalars(sa.select(CouncilHearing)).all()
    own = f"{url}/{hearing.reference}"
    assert "§ 12" in officer.get(own).text
    assert officer.post(own, data=data | {"minutes_url": "https://prova.example/protokoll"}).status_code == 303
    text = browse().get(address(consultation)).text
    assert "Behandlas i råd" in text
    assert 'href="https://prova.example/protokoll"' in text
    assert "0 organisationer är inbjudna" in text.replace("\xa0", " ")
    assert officer.post(f"{own}/ta-bort").status_code == 303
    assert "Behandlas i råd" not in browse().get(address(consultation)).text


def test_councils_of_a_cancelled_matter_are_refused_with_the_reason(browse):
    consultation = make.consultation(Phase.open)
    correcting.council(consultation)
    officer, url = browse(officer_of(consultation.authority)), staff_address(consultation, "rad")
    change(consultation, cancelled_at=clock.now(), cancel_reason="Den föll.")
    response = officer.post(url, data={"council": "Pensionärsrådet", "heard_on": clock.today().isoformat()})
    assert response.status_code == 409
    assert "avbrutet" in response.text
    assert count(CouncilHearing) == 0
